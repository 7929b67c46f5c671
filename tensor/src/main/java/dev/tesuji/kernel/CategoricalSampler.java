package dev.tesuji.kernel;

/// Draws a token per row from softmax(logits / temperature).
///
/// Inverse transform: the first token whose cumulative probability exceeds u. Blocks of the
/// vocabulary are summed in float32 and the sums in float64.
public final class CategoricalSampler {
  private static final int BLOCK = 256;

  private CategoricalSampler() {}

  /// The tokens that were drawn.
  ///
  /// @param tokens one per row
  /// @param logProbs their log-probabilities
  public record Drawn(int[] tokens, float[] logProbs) {
    /// Makes room for some rows.
    public static Drawn of(int rows) {
      return new Drawn(new int[rows], new float[rows]);
    }
  }

  /// Draws.
  ///
  /// @param logits where float32 `[rows, vocabulary]` begins; overwritten
  /// @param uniforms a number in (0, 1) per row
  public static Drawn run(long logits, int vocabulary, double temperature, double[] uniforms) {
    Drawn drawn = Drawn.of(uniforms.length);
    float inverse = (float) (1 / temperature);
    KernelThreadPool.run(
        uniforms.length,
        (r, _) -> {
          long row = logits + 4L * r * vocabulary;
          double[] sums = exponentials(row, vocabulary, inverse);
          double total = 0;
          for (double sum : sums) {
            total += sum;
          }
          int token = find(row, vocabulary, sums, uniforms[r] * total);
          drawn.tokens[r] = token;
          drawn.logProbs[r] = (float) Math.log(Raw.get(row + 4L * token) / total);
        });
    return drawn;
  }

  /// Replaces logits by e^((logit - highest) / temperature); returns the sums of blocks.
  private static double[] exponentials(long row, int vocabulary, float inverse) {
    float top = Vectors.max(row, vocabulary);
    double[] sums = new double[(vocabulary + BLOCK - 1) / BLOCK];
    for (int b = 0; b < sums.length; b++) {
      int n = Math.min(BLOCK, vocabulary - b * BLOCK);
      sums[b] = Vectors.exp(row + 4L * b * BLOCK, n, top, inverse);
    }
    return sums;
  }

  private static int find(long row, int vocabulary, double[] sums, double target) {
    double before = 0;
    int b = 0;
    while (b < sums.length - 1 && before + sums[b] <= target) {
      before += sums[b++];
    }
    int last = 0; // with a probability above 0
    int end = Math.min(vocabulary, (b + 1) * BLOCK);
    for (int v = b * BLOCK; v < end; v++) {
      float e = Raw.get(row + 4L * v);
      before += e;
      last = e > 0 ? v : last;
      if (before > target) {
        return v;
      }
    }
    return last; // the block's own sum was rounded up
  }
}
