package dev.tesuji.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tesuji.random.Rng;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Attention and its gradients against sums written out in doubles.
@ExtendWith(LeakCheck.class)
class CausalAttentionTest {
  private static final double SCALE = 0.3;

  /// One sequence that stands alone, and two that continue a prefix.
  private static Spans spans(int alone, int prefix, int first, int second) {
    int[] lengths = {alone, prefix, first, second};
    int[] starts = {0, alone, alone + prefix, alone + prefix + first};
    return new Spans(starts, lengths, new int[] {-1, -1, 1, 1}, Arrays.stream(lengths).sum());
  }

  @ParameterizedTest
  @CsvSource({
    "5, 9, 7, 3, 24",
    "64, 64, 64, 1, 24",
    "130, 70, 65, 100, 24",
    "1, 200, 3, 129, 24",
    "130, 70, 65, 100, 64",
    "130, 70, 65, 100, 128", // wider than a block
    "33, 64, 1, 70, 256"
  })
  void aSpanSeesItselfAndWhatItContinues(int alone, int prefix, int first, int second, int dim) {
    assumeThat(Kernels.available(Dtype.FLOAT32)).as("kernels").isTrue();
    assertEquations(spans(alone, prefix, first, second), dim, Dtype.FLOAT32, 2e-5f, 1e-4f);
  }

  /// Rounded to eight bits, numbers up to one are 0.004 off at most, and errors of sums average
  /// out.
  @ParameterizedTest
  @CsvSource({
    "5, 9, 7, 3, 24",
    "64, 64, 64, 1, 24",
    "130, 70, 65, 100, 24",
    "1, 200, 3, 129, 64",
    "130, 70, 65, 100, 128",
    "33, 64, 1, 70, 256"
  })
  void alsoWithFactorsInBfloat16(int alone, int prefix, int first, int second, int dim) {
    assumeThat(Kernels.available(Dtype.BFLOAT16)).as("kernels in bfloat16").isTrue();
    assertEquations(spans(alone, prefix, first, second), dim, Dtype.BFLOAT16, 5e-5f, 4e-2f);
  }

  private static void assertEquations(
      Spans spans, int dim, Dtype product, float near, float nearGradient) {
    Heads heads = new Heads(4, 2, dim, 0, null, null);
    // Scores of about one, however long keys are.
    double scale = SCALE * Math.sqrt(24.0 / dim);
    int n = spans.tokens();
    double[][] rows = numbers(heads.heads() * n, dim, 1); // [head][token] flattened
    for (int i = heads.queries() * n; product == Dtype.BFLOAT16 && i < rows.length; i++) {
      for (int d = 0; d < dim; d++) {
        rows[i][d] = Raw.widened(Raw.narrowed((float) rows[i][d]));
      }
    }
    double[][] dOut = numbers(n, heads.queries() * dim, 2);
    Expected expected = new Expected(heads, scale, spans, rows, dOut);
    try (Scope _ = Scope.open()) {
      long from = heads(heads, rows, n);
      Tensor out = Tensor.empty(Dtype.FLOAT32, n, (long) heads.queries() * dim);
      CausalAttention attention = new CausalAttention(heads, (float) scale, spans, product);
      attention.forward(from, Raw.address(out), Dtype.FLOAT32);
      assertThat(farthest(out.toFloats(), flat(expected.out))).isLessThan(near);
      long to = heads(heads, new double[rows.length][dim], n);
      Tensor gradient = Tensor.of(flat(dOut), n, (long) heads.queries() * dim);
      attention.backward(from, Raw.address(gradient), to);
      for (int h = 0; h < heads.heads(); h++) {
        for (int t = 0; t < n; t++) {
          for (int d = 0; d < dim; d++) {
            float got = Raw.get(heads.head(to, h, n) + 4 * ((long) t * heads.width() + d));
            assertThat(got)
                .as("head %d, token %d, entry %d", h, t, d)
                .isCloseTo((float) expected.gradient[h * n + t][d], within(nearGradient));
          }
        }
      }
    }
  }

  private static float farthest(float[] got, float[] want) {
    float farthest = 0;
    for (int i = 0; i < want.length; i++) {
      farthest = Math.max(farthest, Math.abs(got[i] - want[i]));
    }
    return farthest;
  }

  private static double[][] numbers(int rows, int width, int seed) {
    double[][] all = new double[rows][width];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < width; c++) {
        all[r][c] = (float) (Rng.below(2001, seed, r, c, 0) / 1000.0 - 1);
      }
    }
    return all;
  }

  private static float[] flat(double[][] rows) {
    float[] all = new float[rows.length * rows[0].length];
    for (int i = 0; i < all.length; i++) {
      all[i] = (float) rows[i / rows[0].length][i % rows[0].length];
    }
    return all;
  }

  /// Lays rows out as heads do, in memory of the open scope.
  private static long heads(Heads heads, double[][] rows, int n) {
    long to = Raw.address(Tensor.zeros(Dtype.FLOAT32, heads.elements(n)));
    for (int i = 0; i < rows.length; i++) {
      for (int d = 0; d < heads.dim(); d++) {
        long row = heads.head(to, i / n, n) + 4L * (i % n) * (long) heads.width();
        Raw.set(row + 4L * d, (float) rows[i][d]);
      }
    }
    return to;
  }

  /// The equations, token by token.
  private static final class Expected {
    final Heads heads;
    final double scale;
    final double[][] out;
    final double[][] gradient; // at queries, keys and values

    Expected(Heads heads, double scale, Spans spans, double[][] rows, double[][] dOut) {
      this.heads = heads;
      this.scale = scale;
      int n = spans.tokens();
      int dim = heads.dim();
      out = new double[n][heads.queries() * dim];
      gradient = new double[rows.length][dim];
      for (int s = 0; s < spans.starts().length; s++) {
        for (int t = 0; t < spans.lengths()[s]; t++) {
          int[] seen = seen(spans, s, t);
          for (int h = 0; h < heads.queries(); h++) {
            token(rows, dOut, h, spans.starts()[s] + t, seen);
          }
        }
      }
    }

    private static int[] seen(Spans spans, int s, int t) {
      int p = spans.prefixes()[s];
      int before = p < 0 ? 0 : spans.lengths()[p];
      int[] seen = new int[before + t + 1];
      for (int i = 0; i < seen.length; i++) {
        seen[i] = i < before ? spans.starts()[p] + i : spans.starts()[s] + i - before;
      }
      return seen;
    }

    private void token(double[][] rows, double[][] dOut, int h, int token, int[] seen) {
      int n = out.length;
      int dim = heads.dim();
      int group = h / (heads.queries() / heads.keys());
      int keys = (heads.queries() + group) * n;
      int values = (heads.queries() + heads.keys() + group) * n;
      double[] q = rows[h * n + token];
      double[] p = new double[seen.length];
      double sum = 0;
      for (int i = 0; i < p.length; i++) {
        p[i] = Math.exp(scale * dot(q, rows[keys + seen[i]]));
        sum += p[i];
      }
      double[] dO = Arrays.copyOfRange(dOut[token], h * dim, (h + 1) * dim);
      double mean = 0;
      for (int i = 0; i < p.length; i++) {
        p[i] /= sum;
        mean += p[i] * dot(dO, rows[values + seen[i]]);
      }
      for (int i = 0; i < p.length; i++) {
        double[] v = rows[values + seen[i]];
        double slope = scale * p[i] * (dot(dO, v) - mean);
        for (int d = 0; d < dim; d++) {
          out[token][h * dim + d] += p[i] * v[d];
          gradient[values + seen[i]][d] += p[i] * dO[d];
          gradient[keys + seen[i]][d] += slope * q[d];
          gradient[h * n + token][d] += slope * rows[keys + seen[i]][d];
        }
      }
    }

    private static double dot(double[] a, double[] b) {
      double sum = 0;
      for (int i = 0; i < a.length; i++) {
        sum += a[i] * b[i];
      }
      return sum;
    }
  }
}
