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
  private static final Heads HEADS = new Heads(4, 2, 24, 0, null, null);
  private static final double SCALE = 0.3;
  private static final int DIM = HEADS.queries() * HEADS.dim();

  /// One sequence that stands alone, and two that continue a prefix.
  private static Spans spans(int alone, int prefix, int first, int second) {
    int[] lengths = {alone, prefix, first, second};
    int[] starts = {0, alone, alone + prefix, alone + prefix + first};
    return new Spans(starts, lengths, new int[] {-1, -1, 1, 1}, Arrays.stream(lengths).sum());
  }

  @ParameterizedTest
  @CsvSource({"5, 9, 7, 3", "64, 64, 64, 1", "130, 70, 65, 100", "1, 200, 3, 129"})
  void aSpanSeesItselfAndWhatItContinues(int alone, int prefix, int first, int second) {
    assumeThat(Kernels.available(Dtype.FLOAT32)).as("kernels").isTrue();
    Spans spans = spans(alone, prefix, first, second);
    int n = spans.tokens();
    double[][] rows = numbers(HEADS.heads() * n, HEADS.dim(), 1); // [head][token] flattened
    double[][] dOut = numbers(n, HEADS.queries() * HEADS.dim(), 2);
    Expected expected = new Expected(spans, rows, dOut);
    try (Scope _ = Scope.open()) {
      long from = heads(rows, n);
      Tensor out = Tensor.empty(Dtype.FLOAT32, n, DIM);
      CausalAttention attention = new CausalAttention(HEADS, (float) SCALE, spans);
      attention.forward(from, Raw.address(out), Dtype.FLOAT32);
      assertThat(out.toFloats()).containsExactly(flat(expected.out), within(2e-5f));
      long to = heads(new double[rows.length][HEADS.dim()], n);
      Tensor gradient = Tensor.of(flat(dOut), n, DIM);
      attention.backward(from, Raw.address(gradient), to);
      for (int h = 0; h < HEADS.heads(); h++) {
        for (int t = 0; t < n; t++) {
          for (int d = 0; d < HEADS.dim(); d++) {
            float got = Raw.get(HEADS.head(to, h, n) + 4 * ((long) t * HEADS.width() + d));
            assertThat(got)
                .as("head %d, token %d, entry %d", h, t, d)
                .isCloseTo((float) expected.gradient[h * n + t][d], within(1e-4f));
          }
        }
      }
    }
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
  private static long heads(double[][] rows, int n) {
    long to = Raw.address(Tensor.zeros(Dtype.FLOAT32, HEADS.elements(n)));
    for (int i = 0; i < rows.length; i++) {
      for (int d = 0; d < HEADS.dim(); d++) {
        long row = HEADS.head(to, i / n, n) + 4L * (i % n) * (long) HEADS.width();
        Raw.set(row + 4L * d, (float) rows[i][d]);
      }
    }
    return to;
  }

  /// The equations, token by token.
  private static final class Expected {
    final double[][] out;
    final double[][] gradient; // at queries, keys and values

    Expected(Spans spans, double[][] rows, double[][] dOut) {
      int n = spans.tokens();
      int dim = HEADS.dim();
      out = new double[n][HEADS.queries() * dim];
      gradient = new double[rows.length][dim];
      for (int s = 0; s < spans.starts().length; s++) {
        for (int t = 0; t < spans.lengths()[s]; t++) {
          int[] seen = seen(spans, s, t);
          for (int h = 0; h < HEADS.queries(); h++) {
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
      int dim = HEADS.dim();
      int group = h / (HEADS.queries() / HEADS.keys());
      int keys = (HEADS.queries() + group) * n;
      int values = (HEADS.queries() + HEADS.keys() + group) * n;
      double[] q = rows[h * n + token];
      double[] p = new double[seen.length];
      double sum = 0;
      for (int i = 0; i < p.length; i++) {
        p[i] = Math.exp(SCALE * dot(q, rows[keys + seen[i]]));
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
        double slope = SCALE * p[i] * (dot(dO, v) - mean);
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
