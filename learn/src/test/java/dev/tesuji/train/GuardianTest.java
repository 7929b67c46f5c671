package dev.tesuji.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.statistics.Interval;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GuardianTest {
  private static final int VOCABULARY = 64; // ln 64 = 4.159

  /// Makes a guardian with three steps of patience.
  private static Guardian guardian() {
    return new Guardian(
        new GuardianConfig(GuardianConfig.Action.HALT, 0.001, 0.9, 0.95, 3, 0, 1),
        VOCABULARY,
        null);
  }

  /// Makes one that poses held-out problems.
  static Guardian measuring(int every, Supplier<Interval> heldOut) {
    return measuring(every, HeldOutMetric.accuracy(heldOut), GuardianConfig.Action.HALT);
  }

  private static Guardian measuring(
      int every, HeldOutMetric heldOut, GuardianConfig.Action action) {
    return new Guardian(
        new GuardianConfig(action, 0.001, 0.9, 0.95, 3, every, 64), VOCABULARY, heldOut);
  }

  /// Returns the interval of a share of a hundred right answers.
  static Interval share(double mean) {
    double[] right = new double[100];
    Arrays.fill(right, 0, (int) Math.round(100 * mean), 1);
    return Interval.of(right);
  }

  private static Metrics healthy() {
    return new Metrics()
        .put("loss", 0.1)
        .put("grad_norm", 1)
        .put("trained", 8)
        .put("entropy", 1)
        .put("accuracy", 0.5)
        .put("completions/clipped_ratio", 0.1)
        .put("frac_reward_zero_std", 0.5)
        .put("env/all/by_group/frac_all_good", 0.2);
  }

  /// Shows a healthy step and then the same metrics over and over; returns the first complaint.
  private static @Nullable String complaint(Metrics over, int steps) {
    Guardian guardian = guardian();
    assertThat(guardian.observe(healthy())).isEmpty();
    return repeated(guardian, over, steps);
  }

  private static @Nullable String repeated(Guardian guardian, Metrics metrics, int steps) {
    Optional<String> found = Optional.empty();
    for (int step = 0; step < steps && found.isEmpty(); step++) {
      found = guardian.observe(metrics);
    }
    return found.orElse(null);
  }

  @Test
  void aHealthyRunGoesOn() {
    assertThat(complaint(healthy(), 100)).isNull();
  }

  @Test
  void entropyNearThatOfRandomTextHalts() {
    Metrics noise = healthy().put("entropy", 3.8); // 0.9 · 4.159 = 3.743
    assertThat(complaint(noise, 2)).isNull();
    assertThat(complaint(noise, 3))
        .isEqualTo(
            "the entropy was near that of random text in each of the last 3 steps (3.800, of"
                + " ln(vocabulary) 4.159); lower the learning rate, or hold the policy back with"
                + " klCoefficient");
    assertThat(complaint(healthy().put("entropy", 3.7), 9)).isNull();
  }

  @Test
  void entropyNearZeroHalts() {
    assertThat(complaint(healthy().put("entropy", 0.0005), 3))
        .startsWith("the entropy was near zero in each of the last 3 steps (0.00050)");
  }

  @Test
  void lengthAtTheLimitHalts() {
    assertThat(complaint(healthy().put("completions/clipped_ratio", 0.97), 3))
        .startsWith(
            "completions ran into the length limit in each of the last 3 steps (97 % of them)");
  }

  @Test
  void noSignalHaltsUnlessEverythingIsRight() {
    Metrics flat = healthy().put("frac_reward_zero_std", 1);
    assertThat(complaint(flat, 3)).startsWith("no group had signal in each of the last 3 steps");
    assertThat(complaint(flat.put("env/all/by_group/frac_all_good", 1), 9)).isNull();
  }

  @Test
  void aStateThatARunBeginsInIsNoCollapse() {
    Metrics fresh = healthy().put("entropy", 4.1).put("completions/clipped_ratio", 1);
    assertThat(repeated(guardian(), fresh, 9)).isNull();
    Metrics dead = healthy().put("frac_reward_zero_std", 1);
    assertThat(repeated(guardian(), dead, 3)).startsWith("no group had signal");
  }

  @Test
  void aGoodStepBetweenStartsTheCountAgainAndOneWithoutMeasurementDoesNot() {
    Guardian guardian = guardian();
    Metrics noise = healthy().put("entropy", 4);
    assertThat(guardian.observe(healthy())).isEmpty();
    assertThat(repeated(guardian, noise, 2)).isNull();
    assertThat(guardian.observe(healthy())).isEmpty();
    assertThat(repeated(guardian, noise, 2)).isNull();
    Metrics unmeasured = new Metrics().put("trained", 0);
    assertThat(guardian.observe(unmeasured)).isEmpty();
    assertThat(guardian.observe(noise)).isPresent();
  }

  @Test
  void numbersThatAreNoneHaltAtOnceWhateverIsWatched() {
    Metrics noGradient = new Metrics().put("loss", 1).put("trained", 8);
    assertThat(Guardian.ofNumbers().observe(noGradient))
        .contains("the gradient is no longer a finite number; lower the learning rate");
    assertThat(Guardian.ofNumbers().observe(healthy().put("entropy", 0))).isEmpty();
  }

  @Test
  void heldOutAccuracyMustFallBeyondChanceAndTheRewardMustRise() {
    // Of a hundred, 0.6 has the interval 0.502 to 0.690, 0.45 has 0.356 to 0.548.
    assertThat(second(0.45, 0.9)).isEmpty();
    assertThat(second(0.3, 0.1)).isEmpty();
    assertThat(second(0.3, 0.9).orElseThrow())
        .startsWith(
            "the reward rose from 0.200 to 0.900 while the accuracy on held-out problems fell from"
                + " 0.600 (95 % interval 0.502 to 0.690) to 0.300");
  }

  /// Measures 0.6 after a step with reward 0.2, then another accuracy after one with another.
  private static Optional<String> second(double accuracy, double reward) {
    double[] measured = {0.6, accuracy};
    int[] at = {0};
    Guardian guardian = measuring(1, () -> share(measured[at[0]++]));
    assertThat(guardian.observe(healthy().put("reward", 0.2))).isEmpty();
    assertThat(guardian.measure(1, new Metrics())).isEmpty();
    assertThat(guardian.observe(healthy().put("reward", reward))).isEmpty();
    return guardian.measure(2, new Metrics());
  }

  @Test
  void itRemembersAcrossAResume() {
    Guardian before = measuring(1, () -> share(0.6));
    assertThat(before.observe(healthy().put("reward", 0.2))).isEmpty();
    assertThat(before.measure(1, new Metrics())).isEmpty();
    assertThat(before.observe(healthy().put("entropy", 4).put("reward", 0.9))).isEmpty();
    assertThat(before.observe(healthy().put("entropy", 4).put("reward", 0.9))).isEmpty();
    Guardian after = measuring(1, () -> share(0.1));
    after.restore(before.state());
    assertThat(after.state()).isEqualTo(before.state());
    assertThat(after.bestStep()).contains(1);
    assertThat(after.measure(3, new Metrics()).orElseThrow())
        .startsWith("the reward rose from 0.200 to 0.900");
    assertThat(after.observe(healthy().put("entropy", 4)).orElseThrow())
        .startsWith("the entropy was near that of random text");
  }

  /// A gold reward of any scale, whose interval is a tenth to each side.
  private static HeldOutMetric gold(double... measured) {
    int[] at = {0};
    return new HeldOutMetric() {
      @Override
      public String name() {
        return "gold reward";
      }

      @Override
      public Interval measure(Metrics metrics) {
        double now = measured[at[0]++];
        metrics.put("eval/gold", now);
        return new Interval(now, now - 0.1, now + 0.1);
      }
    };
  }

  /// Measures at every step while the reward rises by 1 a step.
  private static Optional<String> last(Guardian guardian, List<Metrics> steps) {
    Optional<String> found = Optional.empty();
    for (int step = 0; step < steps.size() && found.isEmpty(); step++) {
      assertThat(guardian.observe(healthy().put("reward", step))).isEmpty();
      found = guardian.measure(step, steps.get(step));
    }
    return found;
  }

  @Test
  void whereGoldFallsWhileTheRewardRisesTheRunHaltsAndGoesBackToTheMostGold() {
    List<Metrics> steps = Stream.generate(Metrics::new).limit(4).toList();
    Guardian guardian = measuring(1, gold(-2, -1.5, -1.65, -1.8), GuardianConfig.Action.HALT);
    assertThat(last(guardian, steps).orElseThrow())
        .isEqualTo(
            "the reward rose from 1.000 to 3.000 while the gold reward on held-out problems fell"
                + " from -1.500 (95 % interval -1.600 to -1.400) to -1.800 (-1.900 to -1.700), so"
                + " it pays for something else than that; mend the rewards");
    assertThat(guardian.bestStep()).contains(1);
    assertThat(guardian.bestMeasured()).isEqualTo("gold reward -1.500");
    assertThat(steps.get(2).values()).doesNotContainKey(Guardian.FELL); // the intervals meet
    assertThat(steps.get(3).get(Guardian.FELL)).isEqualTo(1);
    assertThat(steps.get(3).get(Guardian.BEST_STEP)).isEqualTo(1);
  }

  @Test
  void oneThatOnlyWarnsMarksTheStepsAndSaysSoOnce() {
    List<Metrics> steps = Stream.generate(Metrics::new).limit(4).toList();
    Guardian guardian = measuring(1, gold(1, 0.5, 0.4, 0.95), GuardianConfig.Action.WARN);
    assertThat(last(guardian, steps)).isEmpty();
    assertThat(steps.stream().map(m -> m.get(Guardian.FELL)).toList())
        .containsExactly(Double.NaN, 1.0, 1.0, Double.NaN);
    assertThat(guardian.takeWarning().orElseThrow()).startsWith("the reward rose from 0.000");
    assertThat(guardian.takeWarning()).isEmpty();
    Metrics endless = healthy().put("completions/clipped_ratio", 1);
    assertThat(repeated(guardian, endless, 9)).isNull();
    assertThat(endless.get("guardian/endless")).isEqualTo(1);
  }

  @Test
  void numbersThatAreNoneHaltARunThatIsOnlyWarned() {
    Guardian guardian = measuring(1, gold(), GuardianConfig.Action.WARN);
    assertThat(guardian.observe(new Metrics().put("loss", 1).put("trained", 8))).isPresent();
  }
}
