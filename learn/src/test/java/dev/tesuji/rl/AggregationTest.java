package dev.tesuji.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.generate.Sampling;
import dev.tesuji.json.JsonLines;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.policy.MatmulPrecision;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.Judgement;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.rl.grpo.Grpo;
import dev.tesuji.rl.rloo.Rloo;
import dev.tesuji.rollout.LocalRolloutSampler;
import dev.tesuji.rollout.PromptStream;
import dev.tesuji.rollout.RolloutLog;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.NewModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

@ExtendWith(LeakCheck.class)
class AggregationTest {
  private static final int GROUP = 8;

  @TempDir private Path folder = Path.of("");

  /// Makes one step with a reward of two parts, one a thousand times as large as the other.
  private List<ObjectNode> rollouts(RewardMix.Aggregation aggregation) {
    new NewModel(1, 16, 24, 2, 1, 64).create(folder.resolve("model"), 5);
    RewardMix mix =
        new RewardMix(
            ChainSums.DEFAULT,
            List.of(
                new RewardMix.Part("small", 1, r -> new Judgement.Points(r.text().hashCode() & 1)),
                new RewardMix.Part(
                    "large", 1, r -> new Judgement.Points(1000.0 * (r.text().hashCode() & 2)))),
            aggregation);
    ComputeConfig compute = new ComputeConfig(4096, false, 0, 0, MatmulPrecision.FLOAT32);
    RlConfig config =
        new RlConfig(
            1, 4, GROUP, 6, Sampling.DEFAULT, Grpo.DEFAULT, 1, OptimizerConfig.DEFAULT, compute);
    try (LoadedModel model = LoadedModel.load(folder.resolve("model"), Dtype.FLOAT32, Device.CPU);
        Grader grader = new Grader(mix, Duration.ofSeconds(10))) {
      PromptStream prompts =
          new PromptStream(
              ChainSums.DEFAULT, model.requireTokenizer(), PromptStream.Limit.DEFAULT, 1);
      RlTrainer.Parts parts =
          new RlTrainer.Parts(
              prompts,
              new LocalRolloutSampler(model, ChainSums.DEFAULT, grader),
              mix,
              new RolloutLog(folder.resolve("rollouts")),
              null,
              null);
      try (RlTrainer trainer = new RlTrainer(model, parts, config, 9)) {
        trainer.step(0);
      }
    }
    return JsonLines.readAll(folder.resolve("rollouts/step-000001.jsonl")).stream()
        .map(JsonLines.Row::fields)
        .toList();
  }

  /// Returns how much the small part moves the advantage where the large one is the same.
  private static double effectOfTheSmall(List<ObjectNode> group) {
    for (ObjectNode a : group) {
      for (ObjectNode b : group) {
        if (a.path("large").equals(b.path("large"))
            && a.path("small").doubleValue() > b.path("small").doubleValue()) {
          return a.path("advantage").doubleValue() - b.path("advantage").doubleValue();
        }
      }
    }
    throw new AssertionError("no two completions of the group differ in the small part alone");
  }

  @Test
  void addedUpTheLargePartDrownsTheSmallOne() {
    List<ObjectNode> rollouts = rollouts(RewardMix.Aggregation.SUM_THEN_NORMALIZE);
    assertThat(effectOfTheSmall(rollouts.subList(0, GROUP))).isBetween(0.0, 0.01);
  }

  @Test
  void scaledFirstBothPartsCount() {
    List<ObjectNode> rollouts = rollouts(RewardMix.Aggregation.NORMALIZE_THEN_SUM);
    assertThat(effectOfTheSmall(rollouts.subList(0, GROUP))).isGreaterThan(0.5);
    assertThat(rollouts.stream().mapToDouble(r -> r.path("advantage").doubleValue()).sum())
        .isCloseTo(0, within(1e-5)); // 32 advantages, rounded to float32
  }

  @Test
  void anAlgorithmThatComparesWholeRewardsRefusesToScaleTheirPartsFirst() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            RlTrainer.requireComparable(Rloo.DEFAULT, RewardMix.Aggregation.NORMALIZE_THEN_SUM))
        .withMessage(
            "aggregation must be sum_then_normalize with Rloo, which compares whole rewards, got"
                + " normalize_then_sum");
    RlTrainer.requireComparable(Grpo.DEFAULT, RewardMix.Aggregation.NORMALIZE_THEN_SUM);
    RlTrainer.requireComparable(Rloo.DEFAULT, RewardMix.Aggregation.SUM_THEN_NORMALIZE);
  }
}
