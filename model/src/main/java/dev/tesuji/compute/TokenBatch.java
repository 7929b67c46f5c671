package dev.tesuji.compute;

import dev.tesuji.kernel.Spans;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Token sequences laid end to end, without padding: B sequences with N tokens in all.
///
/// Sequences that begin alike may share their beginning, which is then there once: the tokens of a
/// prompt are the same to every completion of it. Everything but attention works on the `[N, C]`
/// row of tokens. Attention goes by spans; no token id ever means "padding". Tensors of the batch
/// belong to the scope in which it was made.
public final class TokenBatch {
  /// The fewest tokens that are worth sharing.
  private static final int LEAST_SHARED = 8;

  private final int[] lengths; // of the sequences, with what they share
  private final Spans spans;
  private final int[] spanOf; // of each sequence
  private final int[] flat;
  private final int[] positions;
  private final Tensor ids;
  private final @Nullable Padding padding; // null where all are of one length, or share

  private TokenBatch(Layout layout, List<int[]> sequences, Device device) {
    lengths = sequences.stream().mapToInt(s -> s.length).toArray();
    spanOf = layout.spanOf;
    int count = layout.spans.size();
    int[] starts = new int[count];
    int[] spanLengths = new int[count];
    int[] prefixes = new int[count];
    int n = 0;
    for (int s = 0; s < count; s++) {
      Span span = layout.spans.get(s);
      starts[s] = n;
      spanLengths[s] = span.to - span.from;
      prefixes[s] = span.prefix;
      n += spanLengths[s];
    }
    spans = new Spans(starts, spanLengths, prefixes, n);
    flat = new int[n];
    positions = new int[n];
    for (int s = 0; s < count; s++) {
      Span span = layout.spans.get(s);
      System.arraycopy(span.ids, span.from, flat, starts[s], spanLengths[s]);
      for (int t = 0; t < spanLengths[s]; t++) {
        positions[starts[s] + t] = span.from + t;
      }
    }
    ids = Tensor.of(flat).to(device);
    boolean padded = !spans.shares() && n != lengths.length * longest();
    padding = padded ? padding(device) : null;
  }

  /// A part of a sequence.
  ///
  /// @param prefix the span that it continues; -1 without
  private record Span(int[] ids, int from, int to, int prefix) {}

  /// The spans of sequences, and which one ends each.
  private record Layout(List<Span> spans, int[] spanOf) {}

  /// Lays sequences end to end.
  ///
  /// @throws IllegalArgumentException when there is none, or one is empty
  public static TokenBatch of(List<int[]> sequences, Device device) {
    return sharing(sequences, new int[sequences.size()], device);
  }

  /// Lays sequences end to end, with beginnings that several of them share once.
  ///
  /// @param shareable how many tokens at the beginning of each may be shared, fewer than it has; 0
  ///   for none
  /// @throws IllegalArgumentException when there is none, or one is empty
  public static TokenBatch sharing(List<int[]> sequences, int[] shareable, Device device) {
    if (sequences.isEmpty()) {
      throw new IllegalArgumentException("a batch must have at least one sequence");
    }
    Map<List<Integer>, Integer> users = new HashMap<>();
    List<List<Integer>> beginnings = new ArrayList<>();
    for (int i = 0; i < shareable.length; i++) {
      if (sequences.get(i).length == 0) {
        throw new IllegalArgumentException("sequence " + i + " must have at least one token");
      }
      List<Integer> beginning =
          shareable[i] < LEAST_SHARED
              ? List.of()
              : Arrays.stream(sequences.get(i), 0, shareable[i]).boxed().toList();
      beginnings.add(beginning);
      users.merge(beginning, 1, Integer::sum);
    }
    List<Span> spans = new ArrayList<>();
    Map<List<Integer>, Integer> prefixes = new HashMap<>();
    int[] spanOf = new int[shareable.length];
    for (int i = 0; i < spanOf.length; i++) {
      int[] ids = sequences.get(i);
      List<Integer> beginning = beginnings.get(i);
      int prefix = -1;
      if (!beginning.isEmpty() && users.getOrDefault(beginning, 0) > 1) {
        prefix =
            prefixes.computeIfAbsent(
                beginning,
                b -> {
                  spans.add(new Span(ids, 0, b.size(), -1));
                  return spans.size() - 1;
                });
      }
      spanOf[i] = spans.size();
      spans.add(new Span(ids, prefix < 0 ? 0 : beginning.size(), ids.length, prefix));
    }
    return new TokenBatch(new Layout(spans, spanOf), sequences, device);
  }

  /// Returns N, the number of tokens.
  public int tokens() {
    return spans.tokens();
  }

  /// Returns B, the number of sequences.
  public int sequences() {
    return lengths.length;
  }

  /// Returns the length of one sequence, with what it shares.
  public int length(int sequence) {
    return lengths[sequence];
  }

  /// Returns the length of the longest sequence.
  public int longest() {
    return Arrays.stream(lengths).max().orElseThrow();
  }

  /// Returns the place of a sequence's token in the row of tokens.
  public int row(int sequence, int token) {
    int span = spanOf[sequence];
    int prefix = spans.prefixes()[span];
    if (prefix < 0) {
      return spans.starts()[span] + token;
    }
    int shared = spans.lengths()[prefix];
    return token < shared ? spans.starts()[prefix] + token : spans.starts()[span] + token - shared;
  }

  /// Returns how the tokens hang together.
  public Spans spans() {
    return spans;
  }

  /// Returns the token ids.
  public int[] flat() {
    return flat;
  }

  /// Returns the place of each sequence's last token in the row of tokens.
  public int[] ends() {
    int[] ends = new int[lengths.length];
    for (int i = 0; i < ends.length; i++) {
      ends[i] = row(i, lengths[i] - 1);
    }
    return ends;
  }

  /// Returns where the model computes.
  public Device device() {
    return ids.device();
  }

  /// Returns the token ids, int64 `[N]`.
  public Tensor ids() {
    return ids;
  }

  /// Returns each token's place in its sequence.
  public int[] positions() {
    return positions;
  }

  /// Returns the length of each token's sequence; of the longest that shares it.
  public int[] lengths() {
    int[] all = new int[tokens()];
    for (int i = 0; i < lengths.length; i++) {
      for (int t = 0; t < lengths[i]; t++) {
        int row = row(i, t);
        all[row] = Math.max(all[row], lengths[i]);
      }
    }
    return all;
  }

  /// How the row of tokens is spread to rows of one length.
  ///
  /// @param pad for each place `[B * T]`, the token there, or any where there is none
  /// @param unpad for each token, its place
  private record Padding(Tensor pad, Tensor unpad) {}

  private Padding padding(Device device) {
    int[] pad = new int[lengths.length * longest()];
    int[] unpad = new int[tokens()];
    for (int i = 0; i < lengths.length; i++) {
      for (int t = 0; t < lengths[i]; t++) {
        pad[i * longest() + t] = row(i, t);
        unpad[row(i, t)] = i * longest() + t;
      }
    }
    return new Padding(Tensor.of(pad).to(device), Tensor.of(unpad).to(device));
  }

  /// Spreads `[N, H, D]` to `[B, H, T, D]` with T the longest length; what lies behind a sequence's
  /// end is some token's copy, which causal attention never shows to a real one. It does not know
  /// shared beginnings.
  public Tensor pad(Tensor tokenRows) {
    long h = tokenRows.size(1);
    long d = tokenRows.size(2);
    Tensor rows = padding == null ? tokenRows : tokenRows.indexSelect(0, padding.pad);
    return rows.view(lengths.length, longest(), h, d).transpose(1, 2);
  }

  /// Gathers `[B, H, T, D]` back to `[N, H, D]`.
  public Tensor unpad(Tensor padded) {
    long h = padded.size(1);
    long d = padded.size(3);
    Tensor rows = padded.transpose(1, 2).reshape((long) lengths.length * longest(), h, d);
    return padding == null ? rows : rows.indexSelect(0, padding.unpad);
  }
}
