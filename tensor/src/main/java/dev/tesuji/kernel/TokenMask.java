package dev.tesuji.kernel;

/// Takes tokens out of a distribution: their logits become -infinity where they lie.
public final class TokenMask {
  private TokenMask() {}

  /// Keeps some tokens.
  ///
  /// @param logits where float32 `[vocabulary]` begins
  /// @param kept a bit for each token: bit `id % 64` of word `id / 64`
  public static void keep(long logits, int vocabulary, long[] kept) {
    int whole = vocabulary / Long.SIZE;
    LayerLoops.drop(logits, kept, whole);
    for (int id = whole * Long.SIZE; id < vocabulary; id++) {
      if ((kept[whole] >>> id & 1) == 0) {
        Raw.set(logits + 4L * id, Float.NEGATIVE_INFINITY);
      }
    }
  }
}
