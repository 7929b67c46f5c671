package dev.tesuji.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tesuji.random.Rng;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Attention of parts of prompts, with queries that no rounding touched, against sums written out
/// in doubles and against itself in other parts.
@ExtendWith(LeakCheck.class)
class PagedAttentionTest {
  private static final int PAGE = PagedAttention.PAGE;
  private static final int LENGTH = 3 * PAGE + 11;

  /// Scores of several, so that some probabilities are large and most are small.
  private static float scale(int dim) {
    return (float) (4 / Math.sqrt(dim));
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT32, 24, 4, 2",
    "FLOAT32, 64, 4, 4",
    "BFLOAT16, 24, 4, 2",
    "BFLOAT16, 64, 4, 4",
    "BFLOAT16, 64, 6, 2",
    "BFLOAT16, 128, 4, 1",
    "BFLOAT16, 256, 2, 1"
  })
  void partsAndOthersInThePassChangeNoBit(Dtype type, int dim, int queries, int keys) {
    assumeThat(Kernels.available(Dtype.FLOAT32)).as("kernels").isTrue();
    CacheLayout layout = new CacheLayout(Heads.plain(queries, keys, dim), type);
    float[] whole = new Reading(layout, false).read(LENGTH);
    assertSame("beside another", new Reading(layout, true).read(LENGTH), whole);
    int[] odd = {1, 7, 8, 9, 15, 16, 17, 23, 1, 1, 33, 49, 20, 3};
    assertSame("in odd parts", new Reading(layout, false).read(odd), whole);
    assertSame("in odd parts beside another", new Reading(layout, true).read(odd), whole);
    int[] single = new int[LENGTH];
    Arrays.fill(single, 1);
    assertSame("token by token", new Reading(layout, false).read(single), whole);
  }

  private static void assertSame(String how, float[] got, float[] want) {
    int width = want.length / LENGTH;
    int at = Arrays.mismatch(got, want);
    assertThat(at).as("%s, token %d differs at", how, at / width).isEqualTo(-1);
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT32, 24, 4, 2",
    "FLOAT32, 64, 4, 4",
    "BFLOAT16, 24, 4, 2",
    "BFLOAT16, 64, 4, 4",
    "BFLOAT16, 64, 6, 2",
    "BFLOAT16, 128, 4, 1",
    "BFLOAT16, 256, 2, 1"
  })
  void queriesAndProbabilitiesAreNotRoundedToBfloat16(Dtype type, int dim, int queries, int keys) {
    assumeThat(Kernels.available(Dtype.FLOAT32)).as("kernels").isTrue();
    CacheLayout layout = new CacheLayout(Heads.plain(queries, keys, dim), type);
    float[] got = new Reading(layout, false).read(100, LENGTH - 100);
    double squares = 0;
    double worst = 0;
    for (int t = 0; t < LENGTH; t++) {
      double[] want = expected(layout, t);
      for (int i = 0; i < want.length; i++) {
        double off = Math.abs(got[t * want.length + i] - want[i]);
        squares += off * off;
        worst = Math.max(worst, off);
      }
    }
    assertThat(Math.sqrt(squares / got.length)).as("root mean square error").isLessThan(1e-6);
    assertThat(worst).as("greatest error").isLessThan(1e-5);
  }

  /// Where the processor cannot multiply bfloat16, it widens.
  @ParameterizedTest
  @CsvSource({"24, 1", "24, 64", "64, 9", "128, 33", "256, 64"})
  void widenedOrAsTheyLieProductsAreTheSame(int dim, int count) {
    assumeThat(Kernels.available(Dtype.BFLOAT16)).as("kernels in bfloat16").isTrue();
    CacheLayout layout = new CacheLayout(Heads.plain(1, 1, dim), Dtype.BFLOAT16);
    int width = layout.heads().width();
    try (Scope _ = Scope.open()) {
      Stretch[] pages = pages(layout);
      long from = rows(layout, 0, LENGTH);
      new PagedAttention(layout, 1)
          .run(
              new PagedAttention.Part[] {new PagedAttention.Part(pages, 0, 0, LENGTH)},
              LENGTH,
              from,
              Raw.address(Tensor.empty(Dtype.FLOAT32, LENGTH, dim)),
              Dtype.FLOAT32);
      PagedHead head = new PagedHead(pages, LENGTH, 0, layout, 4 * PAGE);
      Guarded wideMemory = new Guarded(WidePageProducts.bytes(width));
      Guarded narrowMemory = new Guarded(NarrowPageProducts.bytes(width));
      Guarded wideScores = new Guarded(16L * PAGE * PAGE);
      Guarded narrowScores = new Guarded(16L * PAGE * PAGE);
      PageProducts wide = new WidePageProducts(head, wideScores.start, wideMemory.workspace());
      PageProducts narrow =
          new NarrowPageProducts(head, narrowScores.start, narrowMemory.workspace());
      wide.scores(from, count, 4);
      narrow.scores(from, count, 4);
      for (int r = 0; r < count; r++) {
        assertNear(wideScores.start, narrowScores.start, 4 * r * PAGE, LENGTH, 1e-4f);
        Raw.zero(wideScores.start + 4L * (4 * r * PAGE + LENGTH), 4L * (4 * PAGE - LENGTH));
      }
      Raw.copy(wideScores.start, narrowScores.start, 16L * PAGE * PAGE);
      long wideMix = wide.mix(count, 4);
      long narrowMix = narrow.mix(count, 4);
      for (int r = 0; r < count; r++) {
        assertNear(wideMix, narrowMix, r * width, width, 1e-3f);
      }
      for (Guarded g : new Guarded[] {wideMemory, narrowMemory, wideScores, narrowScores}) {
        g.assertUntouchedBehind();
      }
    }
  }

  @Test
  void aWorkspaceGivesNoMoreThanWasCounted() {
    Workspace memory = new Workspace(64, 128);
    assertThat(memory.take(64)).isEqualTo(64);
    assertThat(memory.take(64)).isEqualTo(128);
    assertThatThrownBy(() -> memory.take(64))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("attention needs more memory than was counted");
  }

  private static void assertNear(long a, long b, int from, int count, float within) {
    for (int i = from; i < from + count; i++) {
      float off = Math.abs(Raw.get(a + 4L * i) - Raw.get(b + 4L * i));
      assertThat(off).as("entry %d", i).isLessThan(within);
    }
  }

  /// Memory with numbers behind it that are to stay.
  private static final class Guarded {
    private static final int BEHIND = 4096;
    private static final int MARK = 0x5A5A_5A5A;

    final long start;
    private final long bytes;

    Guarded(long bytes) {
      this.bytes = bytes;
      start = Raw.address(Tensor.zeros(Dtype.UINT8, bytes + BEHIND));
      for (int i = 0; i < BEHIND; i += 4) {
        Raw.setInt(start + bytes + i, MARK);
      }
    }

    Workspace workspace() {
      return new Workspace(start, bytes);
    }

    void assertUntouchedBehind() {
      for (int i = 0; i < BEHIND; i += 4) {
        assertThat(Raw.getInt(start + bytes + i)).as("byte %d behind", i).isEqualTo(MARK);
      }
    }
  }

  /// A prompt that is read in parts, perhaps with tokens of another before its own in each pass.
  private record Reading(CacheLayout layout, boolean beside) {
    /// Returns what its tokens get, `[LENGTH, H D]`.
    float[] read(int... parts) {
      int width = layout.heads().queries() * layout.heads().dim();
      float[] all = new float[LENGTH * width];
      try (Scope _ = Scope.open()) {
        Stretch[] pages = pages(layout);
        Stretch[] others = pages(layout);
        PagedAttention attention = new PagedAttention(layout, scale(layout.heads().dim()));
        int before = 0;
        for (int count : parts) {
          int other = beside ? 5 : 0;
          PagedAttention.Part part = new PagedAttention.Part(pages, before, other, count);
          PagedAttention.Part first = new PagedAttention.Part(others, 0, 0, other);
          int n = other + count;
          Tensor out = Tensor.empty(Dtype.FLOAT32, n, width);
          attention.run(
              beside ? new PagedAttention.Part[] {first, part} : new PagedAttention.Part[] {part},
              n,
              rows(layout, before - other, n),
              Raw.address(out),
              Dtype.FLOAT32);
          System.arraycopy(out.toFloats(), other * width, all, before * width, count * width);
          before += count;
        }
        assertThat(before).isEqualTo(LENGTH);
      }
      return all;
    }
  }

  /// Returns room for a prompt, of which what is never written is no number.
  private static Stretch[] pages(CacheLayout layout) {
    Stretch[] pages = new Stretch[(LENGTH + PAGE - 1) / PAGE];
    for (int p = 0; p < pages.length; p++) {
      Tensor memory = Tensor.empty(Dtype.UINT8, layout.bytes(PAGE));
      long at = Raw.address(memory);
      for (long i = 0; i < layout.bytes(PAGE); i += 4) {
        Raw.setInt(at + i, -1);
      }
      pages[p] = Stretch.at(at, layout, PAGE, Math.min(PAGE, LENGTH - p * PAGE));
    }
    return pages;
  }

  /// Returns a number of a head's row: a query's as it comes, a key's or value's as it is kept.
  private static float number(CacheLayout layout, int head, int token, int entry) {
    float x = Rng.below(2_000_001, 5, head, token, entry) / 1e6f - 1;
    boolean rounded = layout.isNarrow() && head >= layout.heads().queries();
    return rounded ? Raw.widened(Raw.narrowed(x)) : x;
  }

  /// Lays out queries, keys and values of some tokens.
  private static long rows(CacheLayout layout, int first, int count) {
    Heads heads = layout.heads();
    long to = Raw.address(Tensor.zeros(Dtype.FLOAT32, heads.elements(count)));
    for (int h = 0; h < heads.heads(); h++) {
      for (int t = 0; t < count; t++) {
        long row = heads.head(to, h, count) + 4L * t * heads.width();
        for (int d = 0; d < heads.dim(); d++) {
          Raw.set(row + 4L * d, number(layout, h, first + t, d));
        }
      }
    }
    return to;
  }

  private static double[] expected(CacheLayout layout, int token) {
    Heads heads = layout.heads();
    int dim = heads.dim();
    double[] out = new double[heads.queries() * dim];
    for (int h = 0; h < heads.queries(); h++) {
      int key = heads.queries() + h / (heads.queries() / heads.keys());
      double[] p = new double[token + 1];
      double sum = 0;
      for (int t = 0; t <= token; t++) {
        double score = 0;
        for (int d = 0; d < dim; d++) {
          score += (double) number(layout, h, token, d) * number(layout, key, t, d);
        }
        p[t] = Math.exp(scale(dim) * score);
        sum += p[t];
      }
      for (int t = 0; t <= token; t++) {
        for (int d = 0; d < dim; d++) {
          out[h * dim + d] += p[t] / sum * number(layout, key + heads.keys(), t, d);
        }
      }
    }
    return out;
  }
}
