package dev.tesuji.overlap;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Texts that are held out, among which those are looked for that are learned from.
///
/// A text overlaps where it is one of them in whatever dress ([PromptKey]), or a line of it is; or
/// where it has [#WORDS] words in a row of one, as [GPT-3](https://arxiv.org/abs/2005.14165) was
/// checked (appendix C). Words are runs of letters and digits in lower case; a number has the sign
/// before it, for `x+5` is not `x-5`.
///
/// Three rules keep down what overlaps by chance. A held-out text of fewer words must be there
/// whole, as a sentence or several, and with at least [#FEWEST] words. Half of the words in a row
/// must have a letter: numbers meet often. What more than [#COMMON] held-out texts have is the
/// dress of a data set (GPT-3 left out what more than ten documents had).
public final class HeldOutTexts {
  /// How many words in a row.
  public static final int WORDS = 13;

  static final int FEWEST = 5;
  static final int COMMON = 10;

  private static final Pattern PIECE =
      Pattern.compile(
          "(?:[-+/^=<>]+\\s?(?=\\p{N}|\\p{L}\\b))?[\\p{L}\\p{N}]+|[.?!]+(?=\\s|$)|\\R|$");
  private static final Pattern SPACE = Pattern.compile("\\s");
  private static final Word END = new Word(Fingerprints.of("."), false, true);

  private final Map<String, String> same = new HashMap<>(); // source by key
  private final Map<Long, Seen> runs = new HashMap<>(); // of WORDS words
  private final Map<Long, Seen> whole = new HashMap<>(); // short texts with their ends
  private final Set<Integer> lengths = new TreeSet<>(); // of those

  /// A word, or the end of a sentence.
  private record Word(long fingerprint, boolean hasLetter, boolean isEnd) {}

  /// The first text with some words, and how many have them.
  private record Seen(String source, int texts) {}

  /// An overlap.
  ///
  /// @param isSame whether it is a held-out text; else it shares words in a row with one
  /// @param source where that comes from
  public record Match(boolean isSame, String source) {}

  /// Adds a text that is held out.
  ///
  /// @param key of the text ([PromptKey])
  /// @param source where it comes from, for people
  public void add(String key, String text, String source) {
    same.putIfAbsent(key, source);
    List<Word> words = words(text);
    List<Word> spoken = words.stream().filter(w -> !w.isEnd()).toList();
    if (spoken.size() >= WORDS) {
      new HashSet<>(runs(spoken, WORDS)).forEach(run -> count(runs, run, source));
    } else if (spoken.size() >= FEWEST && isWorded(spoken)) {
      lengths.add(words.size());
      count(whole, join(words), source);
    }
  }

  private static void count(Map<Long, Seen> seen, long run, String source) {
    seen.merge(run, new Seen(source, 1), (a, _) -> new Seen(a.source(), a.texts() + 1));
  }

  /// Returns how many texts there are, no two the same.
  public int size() {
    return same.size();
  }

  /// Looks for a prompt.
  ///
  /// @param key of the prompt ([PromptKey])
  public Optional<Match> find(String key, String text) {
    String source = same.get(key);
    return source == null ? find(text) : Optional.of(new Match(true, source));
  }

  /// Looks for held-out texts in a text that may hold more than a prompt.
  public Optional<Match> find(String text) {
    String source = same.get(PromptKey.of(text));
    for (String line : source == null ? text.lines().toList() : List.<String>of()) {
      source = source == null ? same.get(PromptKey.of(line)) : source;
    }
    if (source != null) {
      return Optional.of(new Match(true, source));
    }
    List<Word> words = words(text);
    List<Word> spoken = words.stream().filter(w -> !w.isEnd()).toList();
    Optional<Match> found = first(runs, runs(spoken, WORDS));
    for (int length : lengths) {
      found = found.isPresent() ? found : first(whole, runs(words, length));
    }
    return found;
  }

  private static Optional<Match> first(Map<Long, Seen> seen, List<Long> found) {
    return found.stream()
        .map(seen::get)
        .filter(s -> s != null && s.texts() <= COMMON)
        .findFirst()
        .map(s -> new Match(false, s.source()));
  }

  private static List<Long> runs(List<Word> words, int n) {
    List<Long> runs = new ArrayList<>();
    for (int i = 0; i + n <= words.size(); i++) {
      List<Word> run = words.subList(i, i + n);
      if (isWorded(run)) {
        runs.add(join(run));
      }
    }
    return runs;
  }

  private static boolean isWorded(List<Word> run) {
    return 2 * run.stream().filter(Word::hasLetter).count()
        >= run.stream().filter(w -> !w.isEnd()).count();
  }

  private static long join(List<Word> words) {
    return words.stream().map(Word::fingerprint).reduce(0L, Fingerprints::join);
  }

  /// Returns the words of a text and the ends of its sentences, the last at its end.
  private static List<Word> words(String text) {
    List<Word> words = new ArrayList<>();
    PIECE
        .matcher(Fingerprints.compatible(text))
        .results()
        .map(MatchResult::group)
        .forEach(piece -> {
          if (piece.codePoints().anyMatch(Character::isLetterOrDigit)) {
            boolean hasLetter = piece.codePoints().anyMatch(Character::isLetter);
            String word = SPACE.matcher(piece).replaceAll("");
            words.add(new Word(Fingerprints.of(word), hasLetter, false));
          } else if (!words.isEmpty() && !words.getLast().isEnd()) {
            words.add(END);
          }
        });
    return words;
  }
}
