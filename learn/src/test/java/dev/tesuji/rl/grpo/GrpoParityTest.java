package dev.tesuji.rl.grpo;

import dev.tesuji.policy.KlEstimator;
import dev.tesuji.policy.LossFixture;
import dev.tesuji.rl.grpo.Grpo.LossType;
import dev.tesuji.rl.grpo.Grpo.Scaling;
import dev.tesuji.rl.grpo.GrpoLoss.Denominators;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Holds GRPO to the numbers of TRL.
class GrpoParityTest {
  private static final Set<String> TYPES = Set.of("grpo", "bnpo", "dr_grpo", "dapo");
  private static final List<String> OTHER_METHODS =
      List.of(
          "delta",
          "top_entropy_quantile",
          "entropy_coef",
          "use_bias_correction_kl",
          "off_policy_mask_threshold",
          "sampler_correction",
          "importance_sampling_level");

  @TestFactory
  Stream<DynamicTest> advantages() {
    return LossFixture.tests("group_advantages", GrpoParityTest::checkAdvantages);
  }

  private static void checkAdvantages(LossFixture c) {
    double[] flat = c.numbers("rewards");
    double[] weights = c.numbers("reward_weights");
    double[][] rewards = new double[flat.length / weights.length][weights.length];
    for (int i = 0; i < flat.length; i++) {
      rewards[i / weights.length][i % weights.length] = flat[i];
    }
    int group = c.param("num_generations").intValue();
    if (c.param("aggregation").stringValue().equals("normalize_then_sum")) {
      c.check("advantages", GroupAdvantages.normalizeThenSum(rewards, weights, group));
      return;
    }
    double[] sums = GroupAdvantages.sum(rewards, weights);
    Scaling scaling =
        Scaling.valueOf(c.param("scale_rewards").stringValue().toUpperCase(Locale.ROOT));
    c.check("rewards", sums);
    c.check("advantages", GroupAdvantages.of(sums, group, scaling));
  }

  @TestFactory
  Stream<DynamicTest> losses() {
    return LossFixture.tests(
        "grpo_loss",
        c ->
            TYPES.contains(c.param("loss_type").stringValue())
                && OTHER_METHODS.stream().allMatch(m -> c.param(m).isMissingNode()),
        c -> {
          Case grpo = new Case(c);
          Tensor leaf = c.tensor("per_token_logps").requiresGrad(true);
          Tensor loss = grpo.loss(leaf);
          loss.backward();
          c.check("loss", loss.item());
          c.checkGradient("per_token_logps", leaf);
          grpo.checkClipShares(leaf);
        });
  }

  @TestFactory
  Stream<DynamicTest> severalPassesOverOneBatch() {
    return LossFixture.tests(
        "grpo_iterations",
        c -> {
          Case grpo = new Case(c);
          Tensor logProbs = c.tensor("per_token_logps");
          List<Double> losses = new ArrayList<>();
          List<Double> after = new ArrayList<>();
          for (int i = 0; i < c.param("iterations").intValue(); i++) {
            Tensor leaf = logProbs.detach().requiresGrad(true);
            Tensor loss = grpo.loss(leaf);
            loss.backward();
            losses.add(loss.item());
            logProbs = leaf.detach().add(leaf.grad(), -c.param("lr").doubleValue());
            for (double d : logProbs.toDoubles()) {
              after.add(d);
            }
          }
          c.check("losses", losses.stream().mapToDouble(d -> d).toArray());
          c.check("logps_after", after.stream().mapToDouble(d -> d).toArray());
        });
  }

  /// The loss of a fixture: its rows as completions whose scored tokens lie end to end.
  private static final class Case {
    final LossFixture fixture;
    final int[] tokens;
    final Tensor scored; // int64, which entries of [B*T] are scored
    final LossType type;
    final double low;
    final double high;

    Case(LossFixture fixture) {
      this.fixture = fixture;
      Tensor mask = fixture.tensor("mask");
      double[] flat = mask.toDoubles();
      int width = (int) mask.size(1);
      tokens =
          IntStream.range(0, (int) mask.size(0))
              .map(r ->
                  (int) IntStream.range(0, width).filter(t -> flat[r * width + t] == 1).count())
              .toArray();
      int[] places = IntStream.range(0, flat.length).filter(i -> flat[i] == 1).toArray();
      scored = Tensor.of(places, places.length);
      type = LossType.valueOf(fixture.param("loss_type").stringValue().toUpperCase(Locale.ROOT));
      low = fixture.param("epsilon").doubleValue();
      high = fixture.param("epsilon_high").doubleValue();
    }

    Tensor pick(Tensor padded) {
      return padded.reshape(padded.elements()).indexSelect(0, scored);
    }

    Tensor old(Tensor logProbs) {
      return fixture.has("old_per_token_logps")
          ? pick(fixture.tensor("old_per_token_logps"))
          : logProbs.detach();
    }

    Tensor advantages() {
      return Tensor.of(perToken(fixture.numbers("advantages")), scored.elements());
    }

    Tensor loss(Tensor padded) {
      Tensor logProbs = pick(padded);
      Tensor perToken = GrpoLoss.surrogate(logProbs, old(logProbs), advantages(), low, high);
      double beta = fixture.param("beta").doubleValue();
      if (beta > 0) {
        Tensor reference = pick(fixture.tensor("ref_per_token_logps"));
        perToken = GrpoLoss.withKl(perToken, logProbs, reference, beta, KlEstimator.K3);
      }
      return perToken.mul(Tensor.of(weights(), scored.elements())).sum();
    }

    private double[] weights() {
      double accumulation = fixture.param("gradient_accumulation_steps").asDouble(1);
      double updates = fixture.param("steps_per_generation").asDouble(1) / accumulation;
      double here = IntStream.of(tokens).sum();
      Denominators d =
          new Denominators(
              (long) (tokens.length * accumulation),
              here * accumulation,
              fixture.param("num_items_in_batch").asDouble(here) / updates,
              fixture.param("max_completion_length").intValue());
      return perToken(IntStream.of(tokens).mapToDouble(n -> d.tokenWeight(type, n)).toArray());
    }

    private double[] perToken(double[] perCompletion) {
      return IntStream.range(0, tokens.length)
          .boxed()
          .flatMapToDouble(i -> IntStream.range(0, tokens[i]).mapToDouble(_ -> perCompletion[i]))
          .toArray();
    }

    void checkClipShares(Tensor padded) {
      Tensor logProbs = pick(padded).detach();
      GrpoLoss.ClipShares shares =
          GrpoLoss.clipShares(
              logProbs.toFloats(), old(logProbs).toFloats(), advantages().toFloats(), low, high);
      var metrics = fixture.node().path("expected").path("metrics");
      fixture
          .tolerance()
          .check("low", shares.low(), metrics.path("clip_ratio/low_mean").asDouble());
      fixture
          .tolerance()
          .check("high", shares.high(), metrics.path("clip_ratio/high_mean").asDouble());
      fixture
          .tolerance()
          .check("region", shares.region(), metrics.path("clip_ratio/region_mean").asDouble());
    }
  }
}
