package dev.tesuji.kernel;

/// The distributions that rows of logits stand for: what tokens are worth under them, and the way
/// back. The logits' memory is worked in.
///
/// With x = (l - highest) / T and Z = Σ e^x:
///
/// ```
/// log π(y) = x_y - log Z        H = log Z - Σ e^x x / Z        ∂ log π(y) / ∂ l_v = ([v = y] - e^x_v / Z) / T
/// ```
public final class TokenSoftmax {
  private static final int BLOCK = 256;

  private final long logits;
  private final int vocabulary;
  private final int[] targets;
  private final float inverse; // 1 / T
  private final double[] sums; // Z
  private final float[] logProbs;
  private final float[] entropies;
  private final float[] highest;

  /// Scores tokens.
  ///
  /// @param logits where float32 `[n, V]` begins; overwritten by e^x
  /// @param targets a token per row
  public TokenSoftmax(long logits, int vocabulary, int[] targets, double temperature) {
    this.logits = logits;
    this.vocabulary = vocabulary;
    this.targets = targets;
    inverse = (float) (1 / temperature);
    int n = targets.length;
    sums = new double[n];
    logProbs = new float[n];
    entropies = new float[n];
    highest = new float[n];
    KernelThreadPool.run(n, (r, _) -> score(r));
  }

  private void score(int r) {
    long row = logits + 4L * r * vocabulary;
    float top = Vectors.max(row, vocabulary);
    double x = (double) ((Raw.get(row + 4L * targets[r]) - top) * inverse);
    double sum = 0;
    double weighted = 0;
    for (int v = 0; v < vocabulary; v += BLOCK) {
      long pair = Vectors.expWeighted(row + 4L * v, Math.min(BLOCK, vocabulary - v), top, inverse);
      sum += Float.intBitsToFloat((int) (pair >>> 32));
      weighted += Float.intBitsToFloat((int) pair);
    }
    double logSum = Math.log(sum);
    sums[r] = sum;
    logProbs[r] = (float) (x - logSum);
    entropies[r] = (float) (logSum - weighted / sum);
    highest[r] = (float) -logSum;
  }

  /// Returns log π of the tokens.
  public float[] logProbs() {
    return logProbs;
  }

  /// Returns the entropy of each row's distribution, in nats.
  public float[] entropies() {
    return entropies;
  }

  /// Returns log π of each row's most likely token.
  public float[] highest() {
    return highest;
  }

  /// Takes the gradient of a loss back: overwrites the logits' memory by the gradient at them. Can
  /// be called once.
  ///
  /// @param gradient of the loss at [#logProbs]
  public void backward(float[] gradient) {
    KernelThreadPool.run(
        targets.length,
        (r, _) -> {
          long row = logits + 4L * r * vocabulary;
          float g = gradient[r] * inverse;
          Vectors.scale(row, vocabulary, (float) (-g / sums[r]));
          long at = row + 4L * targets[r];
          Raw.set(at, Raw.get(at) + g);
        });
  }
}
