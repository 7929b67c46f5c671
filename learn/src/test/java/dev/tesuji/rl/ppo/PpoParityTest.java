package dev.tesuji.rl.ppo;

import dev.tesuji.policy.KlEstimator;
import dev.tesuji.policy.LossFixture;
import dev.tesuji.rl.FixtureBatch;
import dev.tesuji.rl.algorithm.ClippedSurrogate;
import dev.tesuji.rl.algorithm.KlControl;
import dev.tesuji.rl.algorithm.KlPenalty;
import dev.tesuji.rl.algorithm.KlReward;
import dev.tesuji.rl.algorithm.MetricAccumulator;
import dev.tesuji.rl.algorithm.PolicyLoss;
import dev.tesuji.rl.algorithm.Statistics;
import dev.tesuji.rl.algorithm.TokenMean;
import dev.tesuji.tensor.Tensor;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Holds PPO to the numbers of TRL.
public class PpoParityTest {
  @TestFactory
  public Stream<DynamicTest> everyCase() {
    return LossFixture.tests(
        "ppo",
        c -> {
          switch (c.function()) {
            case "gae" -> gae(c);
            case "whiten" -> whiten(c);
            case "ppo_policy" -> policy(c);
            case "ppo_value" -> value(c);
            case "ppo_rewards" -> rewards(c);
            default -> throw new AssertionError("no test of function " + c.function());
          }
        });
  }

  private static void gae(LossFixture c) {
    FixtureBatch rows = new FixtureBatch(c);
    int n = rows.tokens().length;
    float[][] advantages = new float[n][];
    float[][] returns = new float[n][];
    for (int i = 0; i < n; i++) {
      PpoLoss.Estimate estimate =
          PpoLoss.estimate(
              wide(rows.row("rewards", i)),
              rows.row("values", i),
              c.param("gamma").doubleValue(),
              c.param("lam").doubleValue());
      advantages[i] = estimate.advantages();
      returns[i] = estimate.returns();
    }
    c.check("advantages", rows.pad(advantages));
    c.check("returns", rows.pad(returns));
    c.check("whitened_advantages", rows.pad(Statistics.whiten(advantages, true)));
  }

  private static double[] wide(float[] row) {
    double[] out = new double[row.length];
    for (int t = 0; t < out.length; t++) {
      out[t] = row[t];
    }
    return out;
  }

  private static void whiten(LossFixture c) {
    FixtureBatch rows = new FixtureBatch(c);
    float[][] values = new float[rows.tokens().length][];
    for (int i = 0; i < values.length; i++) {
      values[i] = rows.row("values", i);
    }
    c.check("whitened", rows.pad(Statistics.whiten(values, c.param("shift_mean").booleanValue())));
  }

  private static void policy(LossFixture c) {
    FixtureBatch rows = new FixtureBatch(c);
    double clip = c.param("cliprange").doubleValue();
    Tensor leaf = c.tensor("logps").requiresGrad(true);
    FixtureBatch.Ready ready = rows.update(leaf, leaf.detach(), i -> rows.row("old_logps", i));
    PolicyLoss loss =
        TokenMean.loss(
            ready.update(),
            ready.members(),
            new ClippedSurrogate(clip, clip),
            new KlControl(KlPenalty.NONE, 1));
    Tensor value = loss.of(ready.tokens());
    value.backward();
    MetricAccumulator means = new MetricAccumulator();
    loss.measure(ready.scores(), means);
    c.check("loss", value.item());
    c.check("clip_fraction", means.get("clip_ratio/region_mean"));
    c.checkGradient("logps", leaf);
  }

  private static void value(LossFixture c) {
    FixtureBatch rows = new FixtureBatch(c);
    double clip = c.param("cliprange_value").doubleValue();
    Tensor leaf = c.tensor("values").requiresGrad(true);
    Tensor old = rows.pick(c.tensor("old_values"));
    Tensor loss =
        PpoLoss.valueLoss(rows.pick(leaf), old, rows.pick(c.tensor("returns")), clip).mean();
    loss.backward();
    c.check("loss", loss.item());
    c.checkGradient("values", leaf);
    c.check(
        "clip_fraction",
        PpoLoss.clippedShare(
            rows.pick(leaf.detach()).toFloats(),
            old.toFloats(),
            rows.pick(c.tensor("returns")).toFloats(),
            clip));
  }

  private static void rewards(LossFixture c) {
    FixtureBatch rows = new FixtureBatch(c);
    double[] scores = c.numbers("scores");
    KlEstimator estimator =
        KlEstimator.valueOf(c.param("estimator").stringValue().toUpperCase(Locale.ROOT));
    float[][] rewards = new float[scores.length][];
    for (int i = 0; i < scores.length; i++) {
      double[] row =
          KlReward.perToken(
              scores[i],
              rows.row("logps", i),
              rows.row("ref_logps", i),
              c.param("kl_coef").doubleValue(),
              estimator);
      rewards[i] = new float[row.length];
      for (int t = 0; t < row.length; t++) {
        rewards[i][t] = (float) row[t];
      }
    }
    c.check("rewards", rows.pad(rewards));
  }
}
