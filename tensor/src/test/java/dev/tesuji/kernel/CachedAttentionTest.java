package dev.tesuji.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tesuji.random.Rng;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Attention over caches, read in parts and then drawn token by token, against sums written out in
/// doubles.
@ExtendWith(LeakCheck.class)
class CachedAttentionTest {
  private static final int PROMPT = 75;
  private static final int LENGTH = 128;
  private static final int OWN = 16; // tokens of a page behind it
  private static final float SCALE = 0.3f;
  private static final int[] PARTS = {5, 1, 30, 39}; // of the prompt
  private static final int[] PASSES = {1, 1, 3, 1, 2, 2, 1, 4, 7, 31}; // tokens behind it

  private final List<float[]> got = new ArrayList<>(); // of each token, [H D]

  @ParameterizedTest
  @CsvSource({"FLOAT32, 24", "FLOAT32, 64", "BFLOAT16, 24", "BFLOAT16, 64", "BFLOAT16, 128"})
  void aTokenSeesTheCacheAndItself(Dtype type, int dim) {
    assumeThat(Kernels.available(Dtype.FLOAT32)).as("kernels").isTrue();
    Heads heads = Heads.plain(4, 2, dim);
    CacheLayout layout = new CacheLayout(heads, type);
    try (Scope _ = Scope.open()) {
      Stretch[] pages = {
        stretch(layout, PagedAttention.PAGE, PagedAttention.PAGE),
        stretch(layout, 16, PROMPT - PagedAttention.PAGE)
      };
      prompt(heads, type, new PagedAttention(layout, SCALE), pages);
      // Another prompt that goes on where this one ends takes over what the last page holds.
      Stretch copy = stretch(layout, 16, PROMPT - PagedAttention.PAGE);
      copy.copy(pages[1], copy.length());
      pages[1] = copy;
      drawn(heads, type, new CachedAttention(layout, SCALE), pages);
    }
    assertThat(got).hasSize(LENGTH);
    for (int t = 0; t < LENGTH; t++) {
      double[] want = expected(heads, type, t);
      for (int i = 0; i < want.length; i++) {
        double off = Math.abs(got.get(t)[i] - want[i]);
        assertThat(off).as("token %d, entry %d", t, i).isLessThan(2e-5);
      }
    }
  }

  private static Stretch stretch(CacheLayout layout, int capacity, int length) {
    Tensor memory = Tensor.empty(Dtype.UINT8, layout.bytes(capacity));
    return Stretch.at(Raw.address(memory), layout, capacity, length);
  }

  private void prompt(Heads heads, Dtype type, PagedAttention attention, Stretch[] pages) {
    int before = 0;
    for (int count : PARTS) {
      Tensor out = Tensor.empty(Dtype.FLOAT32, count, (long) heads.queries() * heads.dim());
      PagedAttention.Part part = new PagedAttention.Part(pages, before, 0, count);
      attention.run(
          new PagedAttention.Part[] {part},
          count,
          rows(heads, type, before, count),
          Raw.address(out),
          Dtype.FLOAT32);
      keep(out, count);
      before += count;
    }
  }

  private void drawn(Heads heads, Dtype type, CachedAttention attention, Stretch[] pages) {
    List<Stretch> own = new ArrayList<>();
    int done = 0;
    for (int count : PASSES) {
      CachedAttention.Row[] rows = new CachedAttention.Row[count];
      for (int i = 0; i < count; i++) {
        rows[i] = row(attention.layout(), pages, own, done + i);
      }
      Tensor out = Tensor.empty(Dtype.FLOAT32, count, (long) heads.queries() * heads.dim());
      attention.run(
          rows,
          new Heads.Some(0, count, count),
          rows(heads, type, PROMPT + done, count),
          Raw.address(out),
          Dtype.FLOAT32);
      keep(out, count);
      done += count;
    }
  }

  /// Returns what a token behind the prompt sees: its own pages have room for sixteen tokens each,
  /// so that passes begin and end inside of them.
  ///
  /// @param own takes the pages
  private static CachedAttention.Row row(
      CacheLayout layout, Stretch[] prompt, List<Stretch> own, int follows) {
    if (follows % OWN == 0) {
      own.add(stretch(layout, OWN, OWN));
    }
    Stretch[] before = Arrays.copyOf(prompt, prompt.length + own.size() - 1);
    for (int i = prompt.length; i < before.length; i++) {
      before[i] = own.get(i - prompt.length);
    }
    Stretch newest = own.getLast();
    Stretch tail = new Stretch(layout, newest.keys(), newest.values(), OWN, follows % OWN + 1);
    return new CachedAttention.Row(before, PROMPT + OWN * (own.size() - 1), tail);
  }

  private void keep(Tensor out, int count) {
    for (int t = 0; t < count; t++) {
      got.add(out.select(0, t).toFloats());
    }
  }

  /// Returns a number of a head's row, as it is where products are in a type.
  private static float number(Dtype type, int head, int token, int entry) {
    float x = Rng.below(2001, 3, head, token, entry) / 1000f - 1;
    return type == Dtype.BFLOAT16 ? Raw.widened(Raw.narrowed(x)) : x;
  }

  /// Lays out queries, keys and values of some tokens.
  private static long rows(Heads heads, Dtype type, int first, int count) {
    long to = Raw.address(Tensor.zeros(Dtype.FLOAT32, heads.elements(count)));
    for (int h = 0; h < heads.heads(); h++) {
      for (int t = 0; t < count; t++) {
        long row = heads.head(to, h, count) + 4L * t * heads.width();
        for (int d = 0; d < heads.dim(); d++) {
          Raw.set(row + 4L * d, number(type, h, first + t, d));
        }
      }
    }
    return to;
  }

  private static double[] expected(Heads heads, Dtype type, int token) {
    int dim = heads.dim();
    double[] out = new double[heads.queries() * dim];
    for (int h = 0; h < heads.queries(); h++) {
      int key = heads.queries() + h / 2;
      double[] p = new double[token + 1];
      double sum = 0;
      for (int t = 0; t <= token; t++) {
        double score = 0;
        for (int d = 0; d < dim; d++) {
          score += (double) number(type, h, token, d) * number(type, key, t, d);
        }
        p[t] = Math.exp(SCALE * score);
        sum += p[t];
      }
      for (int t = 0; t <= token; t++) {
        for (int d = 0; d < dim; d++) {
          out[h * dim + d] += p[t] / sum * number(type, key + heads.keys(), t, d);
        }
      }
    }
    return out;
  }
}
