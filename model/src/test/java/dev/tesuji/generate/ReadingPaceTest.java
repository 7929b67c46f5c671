package dev.tesuji.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.random.Rng;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadingPaceTest {
  private static final long MUCH = 1_000_000; // tokens that are left

  /// Tells a pace of steps that take 10 ms, and 0.1 ms for each token that is read.
  private static ReadingPace measured() {
    ReadingPace pace = new ReadingPace();
    plain(pace, 0.010, 4);
    pace.took(0.010 + 0.0001 * 64, 4, 64);
    return pace;
  }

  /// Tells a pace of as many steps without prompts as it wants to know.
  private static void plain(ReadingPace pace, double seconds, int running) {
    for (int i = 0; i < 3; i++) {
      pace.took(seconds, running, 0);
    }
  }

  @Test
  void asMuchIsReadAsLeavesAStepClearlyShorterThanTwo() {
    assertThat(measured().tokens(4, 1, MUCH)).isEqualTo(60); // 0.6 · 10 ms / 0.1 ms
    assertThat(measured().tokens(5, 1, MUCH)).isEqualTo(60); // from 4 to 7 rows
  }

  @Test
  void whereNobodyRunsNobodyWaits() {
    ReadingPace pace = measured();
    assertThat(pace.tokens(0, 1, MUCH)).isEqualTo(500); // 50 ms / 0.1 ms
    plain(pace, 0.010, 1);
    assertThat(pace.tokens(0, 1, MUCH)).isEqualTo(600); // and as long as a step
    assertThat(new ReadingPace().tokens(0, 1, MUCH)).isEqualTo(512);
  }

  @Test
  void manyShortPromptsAreReadAtOnceAndLongOnesAreNot() {
    assertThat(measured().tokens(4, 5, 4999)).isEqualTo(500); // all of them take half a second
    assertThat(measured().tokens(4, 5, 5002)).isEqualTo(60);
    assertThat(measured().tokens(4, 4, 100)).isEqualTo(60);
  }

  @Test
  void itGrowsByTwoAtMostAndIsNeverBelowFour() {
    ReadingPace pace = new ReadingPace();
    plain(pace, 0.010, 4);
    assertThat(pace.tokens(4, 1, MUCH)).isEqualTo(64); // nothing is known of prompts
    pace.took(0.010 + 0.000_001 * 64, 4, 64);
    assertThat(pace.tokens(4, 1, MUCH))
        .isEqualTo(128); // of 381: a tenth of a step counts as reading
    assertThat(pace.tokens(4, 1, MUCH)).isEqualTo(256);
    ReadingPace slow = new ReadingPace();
    plain(slow, 0.010, 4);
    slow.took(0.010 + 0.1 * 64, 4, 64);
    assertThat(slow.tokens(4, 1, MUCH)).isEqualTo(4);
  }

  @Test
  void aBatchOfAnotherSizeIsMeasuredFirst() {
    ReadingPace pace = measured();
    assertThat(pace.tokens(16, 1, MUCH)).isZero();
    pace.took(3, 16, 0); // while its code is compiled
    pace.took(0.030, 16, 0);
    assertThat(pace.tokens(16, 1, MUCH)).isZero();
    pace.took(0.030, 16, 0);
    assertThat(pace.tokens(16, 1, MUCH)).isEqualTo(128); // twice of what it was at most
    assertThat(pace.tokens(16, 1, MUCH)).isEqualTo(180); // 0.6 · 30 ms / 0.1 ms
    assertThat(pace.tokens(4, 1, MUCH)).isEqualTo(60);
  }

  @Test
  void aStepThatWasHeldUpIsNotTakenForAUsualOne() {
    ReadingPace pace = measured();
    pace.took(0.010, 4, 0);
    pace.took(0.200, 4, 0);
    assertThat(pace.tokens(4, 1, MUCH)).isEqualTo(60);
  }

  /// All that is known of a batch may be from a time when the machine was slower.
  @Test
  void whatIsNoLongerSoIsForgotten() {
    ReadingPace pace = measured();
    plain(pace, 2, 8);
    int read = pace.tokens(8, 1, MUCH);
    assertThat(read).isEqualTo(128); // of 12,000
    pace.took(0.010 + 0.0001 * read, 8, read);
    assertThat(pace.tokens(8, 1, MUCH)).isZero();
    plain(pace, 0.010, 8);
    assertThat(pace.tokens(8, 1, MUCH)).isEqualTo(60);
  }

  @Test
  void oneStepInSeventeenReadsNothingSoThatItsTimeStaysKnown() {
    ReadingPace pace = measured();
    for (int i = 0; i < 15; i++) {
      int read = pace.tokens(4, 2, MUCH);
      assertThat(read).isPositive();
      pace.took(0.010 + 0.0001 * read, 4, read);
    }
    assertThat(pace.tokens(4, 2, MUCH)).isZero();
    pace.took(0.010, 4, 0);
    assertThat(pace.tokens(4, 2, MUCH)).isPositive();
  }

  /// What a prompt of 4,096 tokens does to those who run, on a clock of our own.
  ///
  /// @param step the milliseconds of a step by how many run
  /// @param token the milliseconds of each token that is read, half more at the end of the prompt
  /// @param noise the share by which times differ; one step in fifty is held up by one step's time
  private static List<Double> steps(
      int running, IntToDoubleFunction step, double token, double noise) {
    ReadingPace pace = new ReadingPace();
    List<Double> all = new ArrayList<>();
    pace.took(0.2, 0, 512); // a prompt before
    int read = 0;
    for (int i = 0; i < 1000 || read < 4096; i++) {
      int now = i < 200 ? 0 : Math.min(4096 - read, pace.tokens(running, 1, 4096L - read));
      double cost = step.applyAsDouble(running) + now * token * (1 + read / 8192.0);
      cost *= 1 + noise * (Rng.uniform(1, running, i, 0) - 0.5);
      cost += Rng.uniform(1, running, i, 1) < 0.02 ? step.applyAsDouble(running) : 0;
      pace.took(cost / 1e3, running, now);
      read += now;
      all.add(cost);
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8, 32, 64})
  void aLongPromptDoesNotDoubleTheGapsOfThoseWhoRun(int running) {
    for (double token : new double[] {0.02, 0.2, 1}) {
      List<Double> all = steps(running, n -> 3 + 0.15 * n, token, 0.2);
      List<Double> sorted = all.stream().sorted().toList();
      double median = sorted.get(sorted.size() / 2);
      double high = sorted.get((int) (0.97 * sorted.size())); // 2 % are held up by others
      assertThat(high / median).as("%s ms a token", token).isLessThan(2);
      double plain = 3 + 0.15 * running;
      double spent = all.stream().skip(200).mapToDouble(d -> d).sum();
      // It is read in the time that its tokens and as many steps as it must share take.
      // Of each such step 0.6 parts of 1.6 are for the prompt.
      assertThat(spent).isLessThan(800 * 1.2 * plain + 1.2 * 1.6 / 0.6 * 4096 * 1.25 * token);
    }
  }
}
