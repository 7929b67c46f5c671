package dev.tesuji.rl.rloo;

import dev.tesuji.policy.LossFixture;
import dev.tesuji.policy.Policy;
import dev.tesuji.rl.FixtureBatch;
import dev.tesuji.rl.algorithm.ClippedSurrogate;
import dev.tesuji.rl.algorithm.KlConfig;
import dev.tesuji.rl.algorithm.MetricAccumulator;
import dev.tesuji.rl.algorithm.PolicyLoss;
import dev.tesuji.rl.algorithm.SequenceRatio;
import dev.tesuji.rl.algorithm.UpdateConfig;
import dev.tesuji.rl.grpo.GroupAdvantages;
import dev.tesuji.tensor.Tensor;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Holds RLOO to the numbers of TRL.
public class RlooParityTest {
  @TestFactory
  public Stream<DynamicTest> advantages() {
    return LossFixture.tests(
        "rloo_advantages",
        c -> {
          FixtureBatch rows = new FixtureBatch(c);
          double beta = c.param("beta").doubleValue();
          double limit = c.param("reward_clip_range").path(1).asDouble(0);
          boolean normalize = c.param("normalize_advantages").booleanValue();
          double[] rewards = GroupAdvantages.sum(rows.rewards(), c.numbers("reward_weights"));
          double[] kl = new double[rewards.length];
          for (int i = 0; i < kl.length; i++) {
            kl[i] =
                beta
                    * SequenceRatio.sumLog(
                        rows.row("old_per_token_logps", i), rows.row("ref_per_token_logps", i));
          }
          double[] shaped = RlooAdvantages.shaped(rewards, kl, limit);
          c.check("rewards", shaped);
          c.check(
              "advantages",
              RlooAdvantages.of(shaped, c.param("num_generations").intValue(), normalize));
        });
  }

  @TestFactory
  public Stream<DynamicTest> losses() {
    return LossFixture.tests(
        "rloo_loss",
        c -> {
          FixtureBatch rows = new FixtureBatch(c);
          Rloo rloo =
              new Rloo(
                  KlConfig.DEFAULT,
                  0,
                  false,
                  new ClippedSurrogate(
                      c.param("epsilon").doubleValue(), c.param("epsilon_high").doubleValue()),
                  UpdateConfig.of(2, 1));
          // Only the sum of log π_old over a completion is given: any tokens with that sum do.
          double[] sums = c.numbers("old_logps");
          Tensor leaf = c.tensor("per_token_logps").requiresGrad(true);
          FixtureBatch.Ready ready =
              rows.update(leaf, c.tensor("entropies"), i -> rows.spread(sums[i], i));
          MetricAccumulator means = new MetricAccumulator();
          PolicyLoss loss = new RlooObjective(rloo, 1).loss(ready.update(), ready.members(), means);
          Policy.Tokens tokens = ready.tokens();
          Tensor value = loss.of(tokens);
          value.backward();
          c.check("loss", value.item());
          c.checkGradient("per_token_logps", leaf);
          loss.measure(ready.scores(), means);
          c.checkMetric("entropy", means.get("entropy"));
          rows.checkClipping(
              means,
              ready,
              i ->
                  new RlooObjective(rloo, 1)
                      .loss(ready.update(), new int[] {i}, new MetricAccumulator()));
        });
  }
}
