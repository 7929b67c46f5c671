package dev.tesuji.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.generate.ReadingPace.Demand;
import dev.tesuji.random.Rng;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadingPaceTest {
  private static final int LAYERS = 10;
  private static final long MUCH = 1_000_000; // tokens that are left

  /// Tells a pace of steps that take 10 ms, and 10 us for each token that is read in each layer.
  private static ReadingPace measured() {
    ReadingPace pace = new ReadingPace(LAYERS);
    generated(pace, 0.010, 4);
    read(pace, 0.000_01, 100, 10);
    return pace;
  }

  /// Tells a pace that tokens were read.
  ///
  /// @param each the seconds of a token in a layer
  private static void read(ReadingPace pace, double each, int tokens, int layers) {
    pace.read(each * (tokens + ReadingPace.BESIDES) * layers, tokens, layers);
  }

  /// Tells a pace of as many steps as it wants to know.
  private static void generated(ReadingPace pace, double seconds, int running) {
    for (int i = 0; i < 3; i++) {
      pace.generated(seconds, running);
    }
  }

  private static Demand one(int running) {
    return new Demand(running, 1, MUCH);
  }

  @Test
  void asMuchIsReadAsLeavesAStepClearlyShorterThanTwo() {
    // 0.5 · 10 ms: 500 - 32 tokens in a layer, or 50 - 32 in all; 64 are worth a pass of their own.
    assertThat(measured().tokens(one(4))).isEqualTo(64);
    assertThat(measured().layers(one(4), 64, 10)).isEqualTo(5); // 5 / 0.96 ms
    assertThat(measured().layers(one(4), 64, 1)).isEqualTo(1);
    assertThat(measured().layers(one(7), 16, 10)).isEqualTo(10); // from 4 to 7 rows
  }

  @Test
  void aSlowModelReadsAFewTokensALayerAtATime() {
    ReadingPace pace = new ReadingPace(LAYERS);
    generated(pace, 0.010, 4);
    read(pace, 0.001, 16, 10); // 5 ms are not enough for one layer
    assertThat(pace.tokens(one(4))).isEqualTo(16);
    assertThat(pace.layers(one(4), 16, 10)).isEqualTo(1);
  }

  @Test
  void whereNobodyRunsNobodyWaits() {
    ReadingPace pace = measured();
    assertThat(pace.tokens(one(0))).isEqualTo(464); // 50 ms / 0.1 ms - 32
    assertThat(pace.layers(one(0), 464, 10)).isEqualTo(10);
    generated(pace, 0.010, 1);
    assertThat(pace.tokens(one(0))).isEqualTo(560); // and as long as a step
    ReadingPace fresh = new ReadingPace(LAYERS);
    assertThat(fresh.tokens(one(0))).isEqualTo(512);
    assertThat(fresh.layers(one(0), 512, 10)).isEqualTo(10);
  }

  @Test
  void aRowIsFreeSoonThoughNobodyRunsAndTheModelIsSlow() {
    ReadingPace pace = new ReadingPace(LAYERS);
    read(pace, 0.002, 100, 10); // 50 ms are enough for one layer
    assertThat(pace.tokens(one(0))).isEqualTo(16);
    assertThat(pace.layers(one(0), 16, 10)).isEqualTo(1);
  }

  @Test
  void manyShortPromptsAreReadAtOnceAndLongOnesAreNot() {
    Demand many = new Demand(4, 5, 6210); // half a second for each of 5/4 who wait
    assertThat(measured().tokens(many)).isEqualTo(464);
    assertThat(measured().layers(many, 464, 10)).isEqualTo(10);
    assertThat(measured().tokens(new Demand(4, 5, 6220))).isEqualTo(64);
    assertThat(measured().tokens(new Demand(4, 4, 100))).isEqualTo(64);
    ReadingPace pace = measured();
    generated(pace, 0.010, 40);
    assertThat(pace.tokens(new Demand(40, 11, 4960))).isEqualTo(464); // more than a quarter
    assertThat(pace.tokens(new Demand(40, 11, 4970))).isEqualTo(64);
    assertThat(pace.tokens(new Demand(40, 10, 4960))).isEqualTo(64);
    assertThat(measured().tokens(new Demand(6, 6, 100))).isEqualTo(64);
  }

  @Test
  void manyPromptsOfASlowModelGoTogetherALayerAtATime() {
    ReadingPace pace = new ReadingPace(LAYERS);
    generated(pace, 0.010, 4);
    read(pace, 0.000_08, 100, 10); // 50 ms are enough for 625 tokens in one layer, 62 in all
    Demand burst = new Demand(4, 60, 1440); // 1.2 s, fifteen wait for each who runs
    assertThat(pace.tokens(burst)).isEqualTo(256);
    assertThat(pace.layers(burst, 256, 10)).isEqualTo(2);
    generated(pace, 0.010, 32);
    assertThat(pace.tokens(new Demand(32, 32, 1440))).isEqualTo(16);
  }

  @Test
  void thoseWhoRunWaitForAMomentWhereMorePromptsAreRead() {
    Demand burst = new Demand(4, 60, 1440);
    assertThat(measured().mayWait(burst, 0.1)).isTrue();
    assertThat(measured().mayWait(burst, 0.3)).isFalse();
    assertThat(measured().mayWait(one(4), 0.1)).isFalse();
    assertThat(measured().mayWait(new Demand(0, 60, 1440), 0.1)).isFalse();
    assertThat(new ReadingPace(LAYERS).mayWait(burst, 0.1)).isFalse(); // nothing is known yet
  }

  @Test
  void itGrowsByTwoAtMost() {
    ReadingPace pace = new ReadingPace(LAYERS);
    generated(pace, 0.010, 4);
    assertThat(pace.tokens(one(4))).isEqualTo(64); // nothing is known of prompts
    assertThat(pace.layers(one(4), 64, 10)).isEqualTo(1);
    read(pace, 0.000_001, 64, 1); // 500 - 32 tokens in all layers
    assertThat(pace.tokens(one(4))).isEqualTo(128);
    assertThat(pace.tokens(one(4))).isEqualTo(256);
  }

  @Test
  void aBatchOfAnotherSizeIsMeasuredFirst() {
    ReadingPace pace = measured();
    assertThat(pace.tokens(one(16))).isZero();
    pace.generated(3, 16); // while its code is compiled
    pace.generated(0.030, 16);
    assertThat(pace.tokens(one(16))).isZero();
    pace.generated(0.030, 16);
    assertThat(pace.tokens(one(16))).isEqualTo(112); // 0.5 · 30 ms / 0.1 ms - 32
    assertThat(pace.tokens(one(4))).isEqualTo(64);
  }

  @Test
  void aStepThatWasHeldUpIsNotTakenForAUsualOne() {
    ReadingPace pace = measured();
    pace.generated(0.010, 4);
    pace.generated(0.200, 4);
    assertThat(pace.layers(one(4), 64, 10)).isEqualTo(5);
  }

  /// What a prompt of 4,096 tokens does to those who run, on a clock of our own.
  ///
  /// @param step the milliseconds of a step by how many run
  /// @param token the milliseconds of each token that is read, half more at the end of the prompt;
  ///   those of a pass below 16 take as long as 16
  /// @param noise the share by which times differ; one step in fifty is held up by one step's time
  private static List<Double> steps(
      int running, IntToDoubleFunction step, double token, double noise) {
    ReadingPace pace = new ReadingPace(LAYERS);
    List<Double> all = new ArrayList<>();
    pace.read(0.2, 512, LAYERS); // a prompt before
    int read = 0; // tokens that are past all layers
    int tokens = 0; // on their way
    int ahead = 0;
    for (int i = 0; i < 1000 || read < 4096; i++) {
      double cost = noisy(step.applyAsDouble(running), noise, i);
      cost += Rng.uniform(1, running, i, 1) < 0.02 ? step.applyAsDouble(running) : 0;
      pace.generated(cost / 1e3, running);
      Demand demand = new Demand(running, 1, 4096L - read - tokens);
      if (i >= 200 && ahead == 0 && read < 4096) {
        tokens = Math.min(4096 - read, pace.tokens(demand));
        ahead = tokens == 0 ? 0 : LAYERS;
      }
      if (ahead > 0) {
        int now = pace.layers(demand, tokens, ahead);
        double each = Math.max(tokens, 16) * token * (1 + read / 8192.0) / LAYERS;
        double took = noisy(now * each, noise, i + 1_000_000);
        pace.read(took / 1e3, tokens, now);
        cost += took;
        ahead -= now;
        if (ahead == 0) {
          read += tokens;
          tokens = 0;
        }
      }
      all.add(cost);
    }
    return all;
  }

  private static double noisy(double value, double noise, int at) {
    return value * (1 + noise * (Rng.uniform(2, at, 0, 0) - 0.5));
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
      // It is read in the time that its tokens and as many steps as it must share take: of each
      // such step 0.5 parts of 1.5 are for the prompt, less where the next layer would be too many.
      assertThat(spent).isLessThan(800 * 1.2 * plain + 1.5 * 1.5 / 0.5 * 4096 * 1.25 * token);
    }
  }
}
