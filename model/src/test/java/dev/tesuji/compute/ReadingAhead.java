package dev.tesuji.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.nn.CausalLm;
import dev.tesuji.random.Rng;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads several tokens of rows in one pass, and the same one after another.
public final class ReadingAhead {
  private static final int LONGEST = 70;
  private static final int NEW = 24;

  private ReadingAhead() {}

  /// Asserts that all logits have the same bits either way, also where some of what was read was
  /// wrong and is read again.
  ///
  /// @param eightBit whether weights are rounded to 8 bits
  public static void assertSameBits(CausalLm model, int rows, boolean eightBit) {
    float[][][] want = new float[rows][NEW][];
    float[][][] got = new float[rows][NEW][];
    try (NoGrad _ = NoGrad.on()) {
      try (Decoding decoding = decoding(model, rows, eightBit)) {
        assertThat(decoding.readsAhead()).isTrue();
        for (int i = 0; i < NEW; i++) {
          int at = i;
          read(model, decoding, want, r -> new int[] {at, 1}, new int[rows]);
        }
      }
      try (Decoding decoding = decoding(model, rows, eightBit)) {
        int[] done = new int[rows];
        for (int pass = 0; Arrays.stream(done).anyMatch(d -> d < NEW); pass++) {
          int shift = pass;
          int[] wrong = new int[rows]; // tokens behind those that count
          Arrays.setAll(wrong, r -> (r + shift) % 4 == 0 ? 2 : 0);
          int[] before = done.clone();
          Count count =
              r -> {
                int most = NEW - before[r];
                int some = Math.min(most, 1 + (3 * r + 5 * shift) % 9);
                return most == 0 ? new int[] {NEW - 1, 1} : new int[] {before[r], some};
              };
          read(model, decoding, got, count, wrong);
          Arrays.setAll(done, r -> Math.min(NEW, before[r] + count.of(r)[1]));
        }
      }
    }
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < NEW; i++) {
        assertThat(got[r][i]).as("row %d, token %d", r, i).isEqualTo(want[r][i]);
      }
    }
  }

  private interface Count {
    /// Returns which token of a row is read first, and how many are.
    int[] of(int row);
  }

  private static Decoding decoding(CausalLm model, int rows, boolean eightBit) {
    Decoding decoding = model.decoding(new DecodingCapacity(rows, LONGEST, NEW, 0, eightBit));
    List<int[]> prompts = new ArrayList<>();
    int[] promptOf = new int[rows];
    for (int p = 0; p <= rows / 2; p++) {
      prompts.add(text(model, promptLength(2 * p), -1 - p));
    }
    Arrays.setAll(promptOf, r -> r / 2);
    try (Scope _ = Scope.open()) {
      decoding.prefill(prompts, promptOf, 0);
    }
    return decoding;
  }

  private static int promptLength(int row) {
    return 1 + 23 * (row / 2) % LONGEST;
  }

  private static int[] text(CausalLm model, int length, int seed) {
    int[] ids = new int[length];
    Arrays.setAll(ids, i -> Rng.below(model.config().vocabularySize(), seed, i, 0, 0));
    return ids;
  }

  /// @param wrong how many other tokens are read behind those of each row
  private static void read(
      CausalLm model, Decoding decoding, float[][][] to, Count count, int[] wrong) {
    List<int[]> tokens = new ArrayList<>(); // row, id, position
    for (int r = 0; r < to.length; r++) {
      int[] own = text(model, NEW, r);
      int[] some = count.of(r);
      int behind = some[0] + some[1] + wrong[r] <= NEW ? wrong[r] : 0;
      for (int i = 0; i < some[1] + behind; i++) {
        int id = i < some[1] ? own[some[0] + i] : (own[some[0] + i] + 1) % 7;
        tokens.add(new int[] {r, id, promptLength(r) + some[0] + i});
      }
    }
    try (Scope _ = Scope.open()) {
      Tensor logits =
          decoding.decode(new RowTokens(part(tokens, 0), part(tokens, 1), part(tokens, 2)));
      assertThat(logits.size(0)).isEqualTo(tokens.size());
      for (int i = 0; i < tokens.size(); i++) {
        int r = tokens.get(i)[0];
        int place = tokens.get(i)[2] - promptLength(r);
        int[] some = count.of(r);
        if (place < some[0] + some[1]) {
          to[r][place] = logits.narrow(0, i, 1).contiguous().toFloats();
        }
      }
    }
  }

  private static int[] part(List<int[]> tokens, int which) {
    return tokens.stream().mapToInt(t -> t[which]).toArray();
  }
}
