package dev.tesuji.tokenized;

import dev.tesuji.compute.TokenBatch;
import dev.tesuji.nn.CausalLm;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// A text as the trainer sees it: its tokens, and which of them count.
///
/// Tokens at `targets` are predicted and scored; the others are given. What counts follows from
/// places, never from token ids.
///
/// @param ids the tokens
/// @param targets the places of the scored tokens, ascending, none the first of a row: that has
///   nothing before it
/// @param starts where its rows begin, ascending from 0: most texts are one row; the tokens of a
///   row see nothing of the other rows
public record TokenSequence(int[] ids, int[] targets, int[] starts) implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int[] ONE_ROW = {0};

  /// Makes a text of one row.
  public TokenSequence(int[] ids, int[] targets) {
    this(ids, targets, ONE_ROW);
  }

  /// Checks the places.
  public TokenSequence {
    int before = 0;
    for (int i = 0; i < starts.length; i++) {
      if (i == 0 ? starts[0] != 0 : starts[i] <= starts[i - 1] || starts[i] >= ids.length) {
        throw new IllegalArgumentException(
            "starts must ascend from 0 to " + (ids.length - 1) + ", got " + starts[i]);
      }
      if (i > 0 && Arrays.binarySearch(targets, starts[i]) >= 0) {
        throw new IllegalArgumentException(
            "targets must not hold the first token of a row, got " + starts[i]);
      }
    }
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
        Arrays.copyOf(ids, length),
        Arrays.stream(targets).filter(t -> t < length).toArray(),
        Arrays.stream(starts).filter(s -> s < length).toArray());
  }

  /// Returns how many tokens come before the first scored one: a prompt, which the model may read
  /// once for all sequences that begin with it.
  public int given() {
    return targets.length == 0 ? 0 : targets[0];
  }

  /// Returns it with rows that begin at some places.
  ///
  /// @param places ascending from 0
  public TokenSequence withRows(int[] places) {
    return new TokenSequence(ids, targets, places);
  }

  /// Returns its rows, each a text of its own.
  public List<TokenSequence> rows() {
    if (starts.length == 1) {
      return List.of(this);
    }
    List<TokenSequence> rows = new ArrayList<>();
    for (int r = 0; r < starts.length; r++) {
      int from = starts[r];
      int to = r + 1 < starts.length ? starts[r + 1] : ids.length;
      int[] own =
          Arrays.stream(targets).filter(t -> t >= from && t < to).map(t -> t - from).toArray();
      rows.add(new TokenSequence(Arrays.copyOfRange(ids, from, to), own));
    }
    return rows;
  }

  private static List<TokenSequence> rows(List<TokenSequence> sequences) {
    return sequences.stream().flatMap(s -> s.rows().stream()).toList();
  }

  /// Lays the rows of sequences end to end for a model.
  public static TokenBatch batch(List<TokenSequence> sequences, CausalLm model) {
    List<TokenSequence> rows = rows(sequences);
    return model.batch(
        rows.stream().map(TokenSequence::ids).toList(),
        rows.stream().mapToInt(TokenSequence::given).toArray());
  }

  /// Returns which tokens of the batch predict scored tokens, `[n]`; one that several sequences
  /// share may be there several times.
  public static int[] scoredRows(List<TokenSequence> sequences, TokenBatch batch) {
    List<TokenSequence> all = rows(sequences);
    int[] rows = new int[all.stream().mapToInt(TokenSequence::scored).sum()];
    int at = 0;
    for (int i = 0; i < all.size(); i++) {
      for (int t : all.get(i).targets()) {
        rows[at++] = batch.row(i, t - 1);
      }
    }
    return rows;
  }
}
