package dev.tesuji.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// A sample that waits or is being generated.
final class Row {
  private static final int NONE = -1;

  final Generation generation;
  final int sample;
  int[] tokens = new int[16];
  int length;
  private float[] logProbs = new float[16];
  private final List<List<TokenLogProb>> top = new ArrayList<>(0);
  final DrawSettings settings;
  final @Nullable TokenConstraint constraint;
  final RowLookup lookup = new RowLookup();
  private int place = NONE;

  Row(Generation generation, int sample) {
    this.generation = generation;
    this.sample = sample;
    settings = generation.settings();
    IntFunction<TokenConstraint> made = generation.request().steering().constraint();
    constraint =
        made == null ? null : made.apply(generation.request().key().firstSample() + sample);
  }

  GenerationRequest request() {
    return generation.request();
  }

  int[] prompt() {
    return generation.request().prompt();
  }

  /// Returns the most tokens that it may come to.
  long most() {
    return (long) prompt().length + request().limits().maxNewTokens();
  }

  /// Returns whether it continues the same array as another row, so that one reading serves both.
  @SuppressWarnings("ReferenceEquality") // comparing tokens would cost more than it could save
  boolean shares(Row other) {
    return prompt() == other.prompt() && request().promptKey().equals(other.request().promptKey());
  }

  void add(int token, float logProb, List<TokenLogProb> alternatives) {
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * length);
      logProbs = Arrays.copyOf(logProbs, 2 * length);
    }
    tokens[length] = token;
    logProbs[length] = logProb;
    length++;
    if (request().topLogProbs() > 0) {
      top.add(alternatives);
    }
  }

  /// Returns its place among the rows that run.
  int place() {
    return place;
  }

  /// Gives it a place among the rows that run.
  void putAt(int at) {
    place = at;
  }

  /// Takes its place away: it is over.
  void end() {
    place = NONE;
  }

  /// Returns whether it is among the rows that run.
  boolean runs() {
    return place != NONE;
  }

  /// Returns how many more tokens it can have.
  ///
  /// @param positions of the model
  int left(int positions) {
    return Math.min(request().limits().maxNewTokens() - length, positions - 1 - position());
  }

  int last() {
    return tokens[length - 1];
  }

  /// Returns the place of the newest token in the whole sequence.
  int position() {
    return prompt().length + length - 1;
  }

  /// Returns prompt and completion so far.
  int[] context() {
    int[] all = Arrays.copyOf(prompt(), prompt().length + length);
    System.arraycopy(tokens, 0, all, prompt().length, length);
    return all;
  }

  GeneratedToken newest() {
    int at = length - 1;
    return new GeneratedToken(
        sample, at, tokens[at], logProbs[at], top.isEmpty() ? List.of() : top.get(at));
  }

  Completion completion(FinishReason reason) {
    return new Completion(
        request(),
        sample,
        Arrays.copyOf(tokens, length),
        Arrays.copyOf(logProbs, length),
        top,
        reason);
  }
}
