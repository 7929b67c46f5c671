package dev.tesuji.model;

import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Tensor;
import java.util.List;

/// Token sequences laid end to end, without padding: B sequences with N tokens in all.
///
/// Everything but attention works on the `[N, C]` row of tokens. Attention pads inside itself, by
/// the lengths, and drops what it padded; no token id ever means "padding". Tensors of the batch
/// belong to the scope in which it was made.
public final class TokenBatch {
  private final int[] lengths;
  private final int tokens;
  private final int longest;
  private final Tensor ids;
  private final int[] flat;
  private final int[] positions;
  private final Tensor padIndex;
  private final Tensor tokenIndex;
  private final boolean uniform;

  private TokenBatch(List<int[]> sequences, Device device) {
    int b = sequences.size();
    lengths = new int[b];
    int n = 0;
    int max = 0;
    for (int i = 0; i < b; i++) {
      lengths[i] = sequences.get(i).length;
      if (lengths[i] == 0) {
        throw new IllegalArgumentException("sequence " + i + " must have at least one token");
      }
      n += lengths[i];
      max = Math.max(max, lengths[i]);
    }
    tokens = n;
    longest = max;
    uniform = n == b * max;
    flat = new int[n];
    positions = new int[n];
    int[] pad = new int[uniform ? 0 : b * max];
    int[] unpad = new int[uniform ? 0 : n];
    int at = 0;
    for (int i = 0; i < b; i++) {
      System.arraycopy(sequences.get(i), 0, flat, at, lengths[i]);
      for (int t = 0; t < lengths[i]; t++) {
        positions[at + t] = t;
        if (!uniform) {
          pad[i * max + t] = at + t;
          unpad[at + t] = i * max + t;
        }
      }
      at += lengths[i];
    }
    ids = Tensor.of(flat).to(device);
    padIndex = Tensor.of(pad).to(device);
    tokenIndex = Tensor.of(unpad).to(device);
  }

  /// Lays sequences end to end.
  ///
  /// @throws IllegalArgumentException when there is none, or one is empty
  public static TokenBatch of(List<int[]> sequences, Device device) {
    if (sequences.isEmpty()) {
      throw new IllegalArgumentException("a batch must have at least one sequence");
    }
    return new TokenBatch(sequences, device);
  }

  /// Returns N, the number of tokens.
  public int tokens() {
    return tokens;
  }

  /// Returns B, the number of sequences.
  public int sequences() {
    return lengths.length;
  }

  /// Returns the length of one sequence.
  public int length(int sequence) {
    return lengths[sequence];
  }

  /// Returns the length of the longest sequence.
  public int longest() {
    return longest;
  }

  /// Returns where each sequence begins in the row of tokens.
  public int[] starts() {
    int[] starts = new int[lengths.length];
    for (int i = 1; i < starts.length; i++) {
      starts[i] = starts[i - 1] + lengths[i - 1];
    }
    return starts;
  }

  /// Returns the token ids.
  int[] flat() {
    return flat;
  }

  int[] lengths() {
    return lengths;
  }

  /// Returns the place of each sequence's last token in the row of tokens.
  int[] ends() {
    int[] ends = starts();
    for (int i = 0; i < ends.length; i++) {
      ends[i] += lengths[i] - 1;
    }
    return ends;
  }

  /// Returns the token ids, int64 `[N]`.
  Tensor ids() {
    return ids;
  }

  /// Returns each token's place in its sequence.
  int[] positions() {
    return positions;
  }

  /// Spreads `[N, H, D]` to `[B, H, T, D]` with T the longest length; what lies behind a sequence's
  /// end is some token's copy, which causal attention never shows to a real one.
  Tensor pad(Tensor tokenRows) {
    long h = tokenRows.size(1);
    long d = tokenRows.size(2);
    Tensor rows = uniform ? tokenRows : tokenRows.indexSelect(0, padIndex);
    return rows.view(lengths.length, longest, h, d).transpose(1, 2);
  }

  /// Gathers `[B, H, T, D]` back to `[N, H, D]`.
  Tensor unpad(Tensor padded) {
    long h = padded.size(1);
    long d = padded.size(3);
    Tensor rows = padded.transpose(1, 2).reshape((long) lengths.length * longest, h, d);
    return uniform ? rows : rows.indexSelect(0, tokenIndex);
  }
}
