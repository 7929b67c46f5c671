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
  /// @param stops the texts that end it
  /// @param silent tokens that end it and are not written out
  /// @param tags the tags around the thinking; null where it stays in the answer
  /// @param open whether the prompt opened the thinking
  public record Reading(
      List<String> stops, Set<Integer> silent, @Nullable ThinkingTags tags, boolean open) {
    /// Copies the collections.
    public Reading {
      stops = List.copyOf(stops);
      silent = Set.copyOf(silent);
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
  private long certain;
  private int tokens;
  private int thinkingTokens;
  private int found; // tokens of the prompt

  /// @param prompt the tokens that it follows
  public AnswerText(CompletionText reader, int[] prompt, Reading reading) {
    this.reader = reader;
    this.reading = reading;
    stream = reader.stream(prompt);
    stops = new StopFinder(reading.stops());
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
    String piece = reading.silent().contains(token.token()) ? "" : stream.add(token.token());
    boolean alone = whole && !piece.isEmpty();
    String own = alone ? piece : written(token.token());
    whole = !piece.isEmpty() || own.isEmpty();
    pending.add(new Pending(token, own, start));
    length += piece.length();
    return given(piece, false);
  }

  /// Returns what a token writes by itself; nothing where it ends the text.
  private String written(int id) {
    return reading.silent().contains(id) ? "" : reader.of(id);
  }

  /// Takes the end, and returns the rest.
  public Delta end() {
    if (stops.found()) {
      return rest("", "");
    }
    String last = dropBroken(stream.finish());
    length += last.length();
    Delta first = given(last, true);
    String held = stops.found() ? "" : stops.flush();
    certain += held.length();
    ThinkingSplitter.Parts parts = split(held);
    ThinkingSplitter.Parts rest = thoughts == null ? ThinkingSplitter.Parts.NONE : thoughts.flush();
    List<TokenText> all = new ArrayList<>(first.tokens());
    Delta end =
        rest(
            first.thinking() + parts.thinking() + rest.thinking(),
            first.answer() + parts.answer() + rest.answer());
    all.addAll(end.tokens());
    return new Delta(end.thinking(), end.answer(), all);
  }

  private Delta given(String piece, boolean last) {
    String through = stops.add(piece);
    certain += through.length();
    ThinkingSplitter.Parts parts = split(through);
    if (stops.found() && !last) {
      ThinkingSplitter.Parts rest =
          thoughts == null ? ThinkingSplitter.Parts.NONE : thoughts.flush();
      return rest(parts.thinking() + rest.thinking(), parts.answer() + rest.answer());
    }
    return new Delta(parts.thinking(), parts.answer(), released(classified()));
  }

  private ThinkingSplitter.Parts split(String text) {
    return thoughts == null ? new ThinkingSplitter.Parts("", text) : thoughts.add(text);
  }

  private long classified() {
    return thoughts == null ? certain : Math.min(certain, thoughts.certain());
  }

  /// Returns the last piece: with all tokens but those that only wrote what a stop string cut off.
  private Delta rest(String thinking, String answer) {
    List<TokenText> last = released(stops.found() ? Math.max(certain, 0) : Long.MAX_VALUE);
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

  /// Returns whether a stop string came.
  public boolean isStopped() {
    return stops.found();
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
