package dev.tesuji.tokenized;

import dev.tesuji.compute.TokenBatch;
import dev.tesuji.nn.CausalLm;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// A text as the trainer sees it: its tokens, and which of them count.
///
/// Tokens at `targets` are predicted and scored; the others are given. What counts follows from
/// places, never from token ids.
///
/// @param ids the tokens
/// @param targets the places of the scored tokens, ascending, each at least 1: the first token has
///   nothing before it
public record TokenSequence(int[] ids, int[] targets) {
  /// Checks the places.
  public TokenSequence {
    int before = 0;
    for (int t : targets) {
      if (t <= before || t >= ids.length) {
        throw new IllegalArgumentException(
            "targets must ascend from 1 to " + (ids.length - 1) + ", got " + t);
      }
      before = t;
    }
  }

  /// Makes a text whose end is scored.
  ///
  /// @param from the first scored token, at least 1
  public static TokenSequence from(int[] ids, int from) {
    return new TokenSequence(ids, IntStream.range(from, ids.length).toArray());
  }

  /// Makes a prompt followed by a completion that is scored.
  public static TokenSequence of(int[] prompt, int[] completion) {
    int[] ids = Arrays.copyOf(prompt, prompt.length + completion.length);
    System.arraycopy(completion, 0, ids, prompt.length, completion.length);
    return from(ids, prompt.length);
  }

  /// Makes a text that is scored from its second token.
  public static TokenSequence whole(int[] ids) {
    return from(ids, 1);
  }

  /// Makes a text of which some tokens are scored; the first never is.
  ///
  /// @param counts per token, whether it is
  public static TokenSequence masked(int[] ids, boolean[] counts) {
    return new TokenSequence(ids, IntStream.range(1, ids.length).filter(t -> counts[t]).toArray());
  }

  /// Returns how many tokens it has.
  public int length() {
    return ids.length;
  }

  /// Returns how many tokens are scored.
  public int scored() {
    return targets.length;
  }

  /// Returns the scored tokens.
  public int[] targetIds() {
    return Arrays.stream(targets).map(t -> ids[t]).toArray();
  }

  /// Returns the first `length` tokens.
  public TokenSequence first(int length) {
    return new TokenSequence(
        Arrays.copyOf(ids, length), Arrays.stream(targets).filter(t -> t < length).toArray());
  }

  /// Returns how many tokens come before the first scored one: a prompt, which the model may read
  /// once for all sequences that begin with it.
  public int given() {
    return targets.length == 0 ? 0 : targets[0];
  }

  /// Lays sequences end to end for a model.
  public static TokenBatch batch(List<TokenSequence> sequences, CausalLm model) {
    return model.batch(
        sequences.stream().map(TokenSequence::ids).toList(),
        sequences.stream().mapToInt(TokenSequence::given).toArray());
  }

  /// Returns which tokens of the batch predict scored tokens, `[n]`; one that several sequences
  /// share may be there several times.
  public static int[] scoredRows(List<TokenSequence> sequences, TokenBatch batch) {
    int[] rows = new int[sequences.stream().mapToInt(TokenSequence::scored).sum()];
    int at = 0;
    for (int i = 0; i < sequences.size(); i++) {
      for (int t : sequences.get(i).targets()) {
        rows[at++] = batch.row(i, t - 1);
      }
    }
    return rows;
  }
}
