package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;

/// The gradients at a prefix's keys and values, apart for each span that continues it.
///
/// @param heads the layout
/// @param spans the sequences
/// @param memory per span that continues another: dK of its prefix for every key head, then dV
/// @param offsets where a span's begin, in elements
record PrefixGradients(Heads heads, Spans spans, long memory, long[] offsets) {
  /// Makes room in the open scope.
  static PrefixGradients of(Heads heads, Spans spans) {
    long[] offsets = new long[spans.count()];
    long elements = 0;
    for (int s = 0; s < offsets.length; s++) {
      offsets[s] = elements;
      elements += 2L * heads.keys() * spans.before(s) * heads.width();
    }
    long memory = elements == 0 ? 0 : Raw.address(Tensor.empty(Dtype.FLOAT32, elements));
    return new PrefixGradients(heads, spans, memory, offsets);
  }

  /// Where dK of a span's prefix is, `[before, width]`.
  long keys(int span, int keyHead) {
    return memory + 4 * (offsets[span] + (long) keyHead * spans.before(span) * heads.width());
  }

  /// Where dV of a span's prefix is, `[before, width]`.
  long values(int span, int keyHead) {
    return keys(span, heads.keys() + keyHead);
  }

  /// Adds all to the prefixes' own, in the order of the spans.
  ///
  /// @param to gradients in the layout of heads
  void addTo(long to) {
    if (memory == 0) {
      return;
    }
    KernelThreadPool.run(
        2 * heads.keys(),
        (part, _) -> {
          long rows = heads.head(to, heads.queries() + part, spans.tokens());
          for (int s = 0; s < spans.count(); s++) {
            int before = spans.before(s);
            if (before > 0) {
              long first = spans.starts()[spans.prefixes()[s]];
              Vectors.add(keys(s, part), rows + 4 * first * heads.width(), before * heads.width());
            }
          }
        });
  }
}
