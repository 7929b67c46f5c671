package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.function.Consumer;

/// Causal attention of whole sequences that lie end to end, without padding, and the way back.
///
/// Queries and keys are taken in blocks ([Dao et al., 2022](https://arxiv.org/abs/2205.14135)); the
/// probabilities of one block of queries exist at a time, and are computed again in the backward
/// pass:
///
/// ```
/// P = softmax(s Q Kᵀ)    O = P V
/// dV = Pᵀ dO    dP = dO Vᵀ    dS = s P ⊙ (dP - rowsum(P ⊙ dP))    dQ = dS K    dK = dSᵀ Q
/// ```
///
/// An item of work is a span and a key head, with the query heads that share it: so nobody adds to
/// what another adds to ([SpanAttention]). The gradients that the continuations of a prefix leave
/// at its keys and values are kept apart and added to the prefix's own at the end, in the order of
/// the spans.
///
/// @param heads the layout
/// @param scale s
/// @param spans the sequences
/// @param product the type of factors, float32 or bfloat16; sums and all else are float32
public record CausalAttention(Heads heads, float scale, Spans spans, Dtype product) {
  /// Rows of queries and of keys in a block.
  static final int BLOCK = 64;

  /// Computes O.
  ///
  /// @param from queries, keys and values
  /// @param out `[N, H D]` of a type
  public void forward(long from, long out, Dtype type) {
    count(2);
    try (Scope _ = Scope.open()) {
      run(from, attention -> attention.forward(out, type));
    }
  }

  /// Computes the gradients at queries, keys and values.
  ///
  /// @param from queries, keys and values
  /// @param dOut gradient at O, float32 `[N, H D]`
  /// @param to takes the gradients, in the layout of `from`; what lies behind rows is not written
  public void backward(long from, long dOut, long to) {
    count(6);
    try (Scope _ = Scope.open()) {
      PrefixGradients apart = PrefixGradients.of(heads, spans);
      run(from, attention -> attention.backward(dOut, to, apart));
      apart.addTo(to);
    }
  }

  /// Counts products over the visible pairs of tokens.
  private void count(int products) {
    long each = 4L * spans.tokens() * heads.heads() * heads.dim();
    Profile.count(2L * products * spans.pairs() * heads.queries() * heads.dim(), products * each);
  }

  private void run(long from, Consumer<SpanAttention> part) {
    long each = workspaceBytes(heads, product, spans.longest(), spans.shares());
    long scratch = Raw.address(Tensor.empty(Dtype.UINT8, each * KernelThreadPool.slots()));
    KernelThreadPool.run(
        spans.count() * heads.keys(),
        (item, slot) -> {
          int span = item / heads.keys();
          int keyHead = item % heads.keys();
          Workspace memory = new Workspace(scratch + slot * each, each);
          SpanAttention.Place place = new SpanAttention.Place(span, keyHead, from, memory);
          part.accept(
              product == Dtype.BFLOAT16
                  ? new NarrowAttention(this, place)
                  : new WideAttention(this, place));
        });
  }

  /// Returns the bytes that each thread works in.
  ///
  /// @param longest tokens of the longest sequence
  /// @param shares whether sequences share beginnings, whose keys and values are then gathered
  public static long workspaceBytes(Heads heads, Dtype product, long longest, boolean shares) {
    long row = (longest + BLOCK - 1L) / BLOCK * BLOCK;
    return product == Dtype.BFLOAT16
        ? NarrowAttention.bytes(heads.width(), row, shares)
        : WideAttention.bytes(heads.width(), row, shares);
  }

  /// Writes a head's output of a token in a type.
  static void write(long from, long to, int dim, Dtype type) {
    if (type == Dtype.FLOAT32) {
      Raw.copy(from, to, 4L * dim);
    } else {
      Vectors.narrow(from, dim, to);
    }
  }
}
