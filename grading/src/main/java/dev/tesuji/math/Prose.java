package dev.tesuji.math;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds an answer in sentences: what follows the last "answer is", else the last formula or
/// number. What is denied, bounded or taken back ([Doubt]) is no answer; numbers that are joined to
/// each other are one, so that "5 or 6" is a list and neither 5 nor 6.
final class Prose {
  private static final Pattern PHRASE =
      Pattern.compile(
          "(?i)\\banswer(?:\\s+(?:is|are|should be|must be|=)|\\s*\\**:\\**)(?:\\s+is\\b)?\\s*:?");
  private static final Pattern SENTENCE_END =
      Pattern.compile("[.!?](?=\\s|$|\\*|<)|\\n\\s*\\n|<\\||\\n(?=\\p{Lu})");
  private static final Pattern FORMULA =
      Pattern.compile(
          "\\$\\$.+?\\$\\$|(?<!\\\\)\\$(?!\\d[^$]{0,200}\\$\\d)(?:[^$\\\\]|\\\\.)+?\\$"
              + "|\\\\\\(.+?\\\\\\)|\\\\\\[.+?\\\\\\]",
          Pattern.DOTALL);
  private static final Pattern NUMBER = Pattern.compile("[^\\s\\d]*+\\d\\S*+");
  private static final Pattern SENTENCE =
      Pattern.compile("(?<!\\\\)\\b[\\p{L}']{2,}(?:\\s+[\\p{L}']{2,}\\b|\\s*:\\s)");
  private static final Pattern MULTIPLE =
      Pattern.compile(" (?:hundred|thousand|million|billion|trillion|dozen|percent)\\b");
  private static final Pattern CALCULATION = Pattern.compile("<<[^<>\\n]{0,200}>>");
  private static final Pattern JOINT =
      Pattern.compile("(?:[\\s,;&+*/×·÷x–—-]|\\b(?:and|or|to|through|until|versus|vs)\\b)*+");
  private static final Pattern RANGE =
      Pattern.compile("\\d\\s*[–—-]\\s*\\d|\\b(?:to|through|until|vs|versus)\\b");
  private static final Pattern GLUED_UNIT =
      Pattern.compile("(\\d)(?=[A-Za-zµ]+(?:[²³]|\\^[23])?$)");

  /// An answer between marks of bold, italics or code.
  private static final Pattern MARKED =
      Pattern.compile("([*_`]{0,3})([^*_`].*?)([*_`]{0,3})", Pattern.DOTALL);

  /// A word that leads to an answer: "Thus, $x = 5$".
  private static final Pattern LEAD =
      Pattern.compile(
          "(?i)^(?:thus|hence|so|therefore|then|finally|consequently|ok|okay|well)"
              + "(?:\\s*[,:]\\s*(?=\\S)|\\s+(?=[\\d$\\\\(-]))");

  private Prose() {}

  /// Returns whether a text has two words of a sentence beside each other.
  static boolean isSentence(String text) {
    return SENTENCE.matcher(text).find();
  }

  /// Returns the answer; empty text where there is none.
  static String answer(String response) {
    String text = CALCULATION.matcher(response).replaceAll("");
    Optional<Phrase> phrase = phrase(text);
    if (phrase.isPresent()) {
      return phrase.get().answer(text);
    }
    String whole = LEAD.matcher(text.strip()).replaceFirst("");
    return whole.indexOf('\n') < 0
            && !isSentence(whole)
            && whole.toLowerCase(Locale.ROOT).indexOf("answer") < 0
        ? whole
        : last(text, 0, text.length());
  }

  /// The rest of a sentence after "answer is".
  ///
  /// @param said where "answer" begins
  /// @param start where the rest begins
  /// @param end where the sentence ends
  private record Phrase(int said, int start, int end) {
    String answer(String text) {
      if (Doubt.ofPhrase(text, said) || Doubt.after(text, end)) {
        return "";
      }
      String rest = text.substring(start, end);
      return isSentence(rest) ? last(text, start, end) : plain(text, rest.strip());
    }

    /// Takes off the marks of bold, italics or code that go round an answer or began before it, as
    /// in "**Answer: 5**".
    private String plain(String text, String rest) {
      Matcher marked = MARKED.matcher(rest);
      if (!marked.matches() || marked.group(3).isEmpty()) {
        return rest;
      }
      String line = text.substring(text.lastIndexOf('\n', said) + 1, start);
      boolean opened = marked.group(1).isEmpty() && line.contains(marked.group(3));
      return opened || marked.group(1).equals(marked.group(3)) ? marked.group(2) : rest;
    }
  }

  private static Optional<Phrase> phrase(String text) {
    Matcher phrase = PHRASE.matcher(text);
    int said = -1;
    int start = -1;
    while (phrase.find()) {
      said = phrase.start();
      start = phrase.end();
    }
    if (said < 0) {
      return Optional.empty();
    }
    while (start < text.length() && text.charAt(start) <= ' ') {
      start++;
    }
    Matcher stop = SENTENCE_END.matcher(text).region(start, text.length());
    int end = stop.find() ? stop.start() : text.length();
    return start >= end ? Optional.empty() : Optional.of(new Phrase(said, start, end));
  }

  /// Returns what a "final answer is" in a text says, where that has a number.
  static Optional<String> finalAnswer(String text) {
    boolean announced = text.toLowerCase(Locale.ROOT).contains("final answer");
    return announced
        ? phrase(text)
            .map(p -> p.answer(text))
            .filter(a -> a.chars().anyMatch(c -> Numerals.isDigit((char) c)))
        : Optional.empty();
  }

  /// Returns the last formula or number between two places, with those that are joined to it.
  private static String last(String text, int from, int to) {
    List<int[]> spans = spans(text, from, to);
    if (spans.isEmpty()) {
      return "";
    }
    int first = spans.size() - 1;
    int end = spans.getLast()[1];
    while (first > 0 && isJoint(text.substring(spans.get(first - 1)[1], spans.get(first)[0]))) {
      first--;
    }
    int start = spans.get(first)[0];
    int before = first > 0 ? spans.get(first - 1)[1] : from;
    if (Doubt.ofProse(text, before, start, end)) {
      return "";
    }
    String run = text.substring(start, end);
    boolean several = first < spans.size() - 1;
    return several && RANGE.matcher(run).find() ? "" : trimmed(run, several);
  }

  private static boolean isJoint(String between) {
    return between.length() < 40 && between.indexOf('\n') < 0 && JOINT.matcher(between).matches();
  }

  /// Returns where formulas, and numbers outside them, begin and end.
  private static List<int[]> spans(String text, int from, int to) {
    List<int[]> spans = new ArrayList<>();
    Matcher formula = FORMULA.matcher(text).region(from, to);
    int at = from;
    while (formula.find()) {
      numbers(text, at, formula.start(), spans);
      spans.add(new int[] {formula.start(), formula.end()});
      at = formula.end();
    }
    numbers(text, at, to, spans);
    return spans;
  }

  private static void numbers(String text, int from, int to, List<int[]> spans) {
    Matcher number = NUMBER.matcher(text).region(from, to);
    while (number.find()) {
      int end = number.end();
      while (end > number.start() && ".,;:!?".indexOf(text.charAt(end - 1)) >= 0) {
        end--;
      }
      Matcher multiple = MULTIPLE.matcher(text).region(end, to);
      spans.add(new int[] {number.start(), multiple.lookingAt() ? multiple.end() : end});
    }
  }

  /// Takes off what belongs to the sentence: punctuation, brackets without their other half, and
  /// what a single number was worked out from.
  private static String trimmed(String run, boolean several) {
    String text = run;
    int escaped = text.lastIndexOf("\\$"); // ended the formula by mistake
    if (escaped >= 0 && text.substring(escaped + 2).strip().startsWith("=")) {
      text = text.substring(escaped + 2);
    }
    if (several || text.startsWith("$") || text.startsWith("\\")) {
      return text.strip();
    }
    text = text.substring(text.lastIndexOf('=') + 1).replaceAll("^[\"'“‘*_`]+|[\"'”’*_`]+$", "");
    if (text.startsWith("(") && text.indexOf(')') < 0) {
      text = text.substring(1);
    } else if (text.endsWith(")") && text.indexOf('(') < 0) {
      text = text.substring(0, text.length() - 1);
    }
    return GLUED_UNIT.matcher(text).replaceAll("$1 ").strip();
  }
}
