package dev.tesuji.serve.answer;

import dev.tesuji.generate.GeneratedToken;
import dev.tesuji.text.CompletionText;
import dev.tesuji.text.TextStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The text of one choice, as it arrives token by token.
///
/// Streamed answers and whole ones are both made of what this gives out, so that they are the same.
/// No half of a character and no part of a stop string is ever given out: what may become one is
/// held back until more is known. Characters that are incomplete at the end are dropped.
public final class AnswerText {
  private static final char BROKEN = '\uFFFD';

  /// How the text of a choice is read.
  ///
  /// @param stops what ends it beside the end tokens
  /// @param silent tokens that are not written out: the end tokens
  /// @param tags the tags around the thinking; null where it stays in the answer
  /// @param open whether the prompt opened the thinking
  public record Reading(
      Stops stops, Set<Integer> silent, @Nullable ThinkingTags tags, boolean open) {
    /// Copies the collection.
    public Reading {
      silent = Set.copyOf(silent);
    }
  }

  /// The stops of a choice.
  ///
  /// @param texts are looked for in all that is written
  /// @param tokens are not written out where they end it
  /// @param least how many tokens come before one of those ends it, where that is not seen to
  ///   before
  /// @param afterThinking whether all of these count in the answer only: who may not see the
  ///   thinking could otherwise ask what stands in it
  public record Stops(List<String> texts, Set<Integer> tokens, int least, boolean afterThinking) {
    /// Nothing.
    public static final Stops NONE = new Stops(List.of(), Set.of(), 0, false);

    /// Copies the collections.
    public Stops {
      texts = List.copyOf(texts);
      tokens = Set.copyOf(tokens);
    }
  }

  private record Pending(GeneratedToken token, String text, long start) {}

  private final CompletionText reader;
  private final Reading reading;
  private final TextStream stream;
  private final StopFinder stops;
  private final @Nullable ThinkingSplitter thoughts;
  private final Deque<Pending> pending = new ArrayDeque<>();
  private boolean whole = true; // whether no character is incomplete
  private long length; // characters of the text so far, those held back included
  private boolean stopped; // by a token
  private int tokens;
  private int thinkingTokens;
  private int found; // tokens of the prompt

  /// @param prompt the tokens that it follows
  public AnswerText(CompletionText reader, int[] prompt, Reading reading) {
    this.reader = reader;
    this.reading = reading;
    stream = reader.stream(prompt);
    stops = new StopFinder(reading.stops().texts());
    ThinkingTags tags = reading.tags();
    thoughts = tags == null ? null : new ThinkingSplitter(tags, reading.open());
  }

  /// Takes how many of the prompt's tokens had been read before for another request.
  public void found(int promptTokens) {
    found = promptTokens;
  }

  /// Returns how many of the prompt's tokens had been read before for another request.
  public int found() {
    return found;
  }

  /// Takes the next token. Nothing may be added once [#isStopped].
  public Delta add(GeneratedToken token) {
    tokens++;
    long start = length;
    stopped = isStop(token.token());
    boolean silent = stopped || reading.silent().contains(token.token());
    String piece = silent ? "" : stream.add(token.token());
    boolean alone = whole && !piece.isEmpty();
    String own = alone ? piece : silent ? "" : reader.of(token.token());
    whole = !piece.isEmpty() || own.isEmpty();
    pending.add(new Pending(token, own, start));
    length += piece.length();
    return given(piece, false);
  }

  private boolean isStop(int id) {
    Stops all = reading.stops();
    boolean spared =
        all.afterThinking()
            && (tokens <= all.least() || (thoughts != null && thoughts.isThinking()));
    return !spared && all.tokens().contains(id);
  }

  /// Takes the end, and returns the rest.
  public Delta end() {
    if (stops.found()) {
      return rest("", "");
    }
    String last = dropBroken(stream.finish());
    length += last.length();
    Delta first = given(last, true);
    ThinkingSplitter.Parts parts = flushed();
    List<TokenText> all = new ArrayList<>(first.tokens());
    Delta end = rest(first.thinking() + parts.thinking(), first.answer() + parts.answer());
    all.addAll(end.tokens());
    return new Delta(end.thinking(), end.answer(), all);
  }

  private Delta given(String piece, boolean last) {
    ThinkingSplitter.Parts parts = parts(piece);
    if (stops.found() && !last) {
      ThinkingSplitter.Parts rest =
          thoughts == null ? ThinkingSplitter.Parts.NONE : thoughts.flush();
      return rest(parts.thinking() + rest.thinking(), parts.answer() + rest.answer());
    }
    return new Delta(parts.thinking(), parts.answer(), released(certain()));
  }

  /// Parts a piece, which is looked at for stop strings before or, where only the answer's count,
  /// after that.
  private ThinkingSplitter.Parts parts(String piece) {
    if (thoughts == null) {
      return new ThinkingSplitter.Parts("", stops.add(piece));
    }
    if (!reading.stops().afterThinking()) {
      return thoughts.add(stops.add(piece));
    }
    ThinkingSplitter.Parts parts = thoughts.add(piece);
    return new ThinkingSplitter.Parts(parts.thinking(), stops.add(parts.answer()));
  }

  /// Returns what was held back, when no more comes.
  private ThinkingSplitter.Parts flushed() {
    if (thoughts == null) {
      return new ThinkingSplitter.Parts("", stops.flush());
    }
    if (!reading.stops().afterThinking()) {
      ThinkingSplitter.Parts held = thoughts.add(stops.flush());
      ThinkingSplitter.Parts rest = thoughts.flush();
      return new ThinkingSplitter.Parts(
          held.thinking() + rest.thinking(), held.answer() + rest.answer());
    }
    ThinkingSplitter.Parts rest = thoughts.flush();
    String answer = stops.add(rest.answer());
    return new ThinkingSplitter.Parts(rest.thinking(), answer + stops.flush());
  }

  /// Returns how many characters are neither held back nor cut off nor to come.
  private long certain() {
    if (thoughts == null || !reading.stops().afterThinking()) {
      long passed = length - stops.withheld();
      return thoughts == null ? passed : Math.min(passed, thoughts.certain());
    }
    return thoughts.certain() - stops.withheld();
  }

  /// Returns the last piece: with all tokens but those that only wrote what a stop string cut off.
  private Delta rest(String thinking, String answer) {
    List<TokenText> last = released(stops.found() ? certain() : Long.MAX_VALUE);
    pending.clear();
    return new Delta(thinking, answer, last);
  }

  private List<TokenText> released(long until) {
    List<TokenText> some = new ArrayList<>();
    while (!pending.isEmpty() && pending.element().start < until) {
      Pending next = pending.remove();
      boolean thinking = thoughts != null && next.start < thoughts.thinkingEnd();
      thinkingTokens += thinking ? 1 : 0;
      GeneratedToken t = next.token;
      some.add(new TokenText(t.token(), t.logProb(), t.top(), next.text, next.start, thinking));
    }
    return some;
  }

  private static String dropBroken(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == BROKEN) {
      end--;
    }
    return text.substring(0, end);
  }

  /// Returns whether a stop string came, or a token that ends it.
  public boolean isStopped() {
    return stopped || stops.found();
  }

  /// Returns whether what is written may end it before the model does.
  public boolean mayStop() {
    Stops all = reading.stops();
    return !all.texts().isEmpty() || !all.tokens().isEmpty();
  }

  /// Returns how many tokens came.
  public int tokens() {
    return tokens;
  }

  /// Returns how many of the tokens given out belong to the thinking.
  public int thinkingTokens() {
    return thinkingTokens;
  }
}
