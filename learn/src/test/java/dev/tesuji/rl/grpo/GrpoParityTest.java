package dev.tesuji.rl.grpo;

import dev.tesuji.compute.TokenScores;
import dev.tesuji.compute.choice.TokenMaths;
import dev.tesuji.policy.LossFixture;
import dev.tesuji.rl.FixtureBatch;
import dev.tesuji.rl.algorithm.Batch;
import dev.tesuji.rl.algorithm.ClippedSurrogate;
import dev.tesuji.rl.algorithm.EntropyConfig;
import dev.tesuji.rl.algorithm.KlConfig;
import dev.tesuji.rl.algorithm.LossFactors;
import dev.tesuji.rl.algorithm.MetricAccumulator;
import dev.tesuji.rl.algorithm.PolicyLoss;
import dev.tesuji.rl.algorithm.SamplerCorrection;
import dev.tesuji.rl.algorithm.Statistics;
import dev.tesuji.rl.algorithm.UpdateConfig;
import dev.tesuji.rl.grpo.Grpo.Scaling;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.train.Metrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Holds GRPO to the numbers of TRL.
public class GrpoParityTest {
  @TestFactory
  public Stream<DynamicTest> advantages() {
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
    Scaling scaling =
        Scaling.valueOf(c.param("scale_rewards").stringValue().toUpperCase(Locale.ROOT));
    if (c.param("aggregation").stringValue().equals("normalize_then_sum")) {
      double[] sums = GroupAdvantages.sumOfNormalized(rewards, weights, group);
      c.check("rewards", sums);
      c.check("std", deviations(sums, sums.length));
      c.check("advantages", GroupAdvantages.normalizeThenSum(rewards, weights, group));
      return;
    }
    double[] sums = GroupAdvantages.sum(rewards, weights);
    c.check("rewards", sums);
    c.check("std", deviations(sums, scaling == Scaling.BATCH ? sums.length : group));
    c.check("advantages", GroupAdvantages.of(sums, group, scaling));
  }

  /// Returns for each number the standard deviation of its group.
  private static double[] deviations(double[] values, int group) {
    return IntStream.range(0, values.length)
        .mapToDouble(i -> {
          int start = i / group * group;
          return Statistics.deviation(Arrays.copyOfRange(values, start, start + group));
        })
        .toArray();
  }

  @TestFactory
  public Stream<DynamicTest> losses() {
    return LossFixture.tests("grpo_loss", GrpoParityTest::checkLoss);
  }

  @TestFactory
  public Stream<DynamicTest> lossesOfSequenceRatios() {
    return LossFixture.tests("gspo_loss", GrpoParityTest::checkLoss);
  }

  private static void checkLoss(LossFixture c) {
    Case grpo = new Case(c);
    Tensor leaf = c.tensor("per_token_logps").requiresGrad(true);
    Tensor entropies = c.tensor("entropies").requiresGrad(true);
    Result result = grpo.loss(leaf, entropies);
    result.loss().backward();
    c.check("loss", result.loss().item());
    c.checkGradient("per_token_logps", leaf);
    if (c.hasGradient("entropies")) {
      c.checkGradient("entropies", entropies);
    }
    grpo.checkMetrics(result);
  }

  @TestFactory
  public Stream<DynamicTest> fromLogits() {
    return LossFixture.tests(
        "grpo_from_logits",
        c -> {
          Case grpo = new Case(c);
          double temperature = c.param("temperature").doubleValue();
          Tensor logits = c.tensor("logits");
          long n = logits.size(0) * logits.size(1);
          TokenScores scores =
              TokenMaths.on(Device.CPU)
                  .score(
                      logits.reshape(n, logits.size(2)),
                      c.indices("completion_ids").reshape(n),
                      temperature);
          Tensor leaf = scores.logProbs().detach().requiresGrad(true);
          Tensor entropies = scores.entropies().detach().requiresGrad(true);
          Result result = grpo.loss(leaf, entropies);
          result.loss().backward();
          c.check("loss", result.loss().item());
          c.check("per_token_logps", leaf.detach().toDoubles());
          c.check("entropies", entropies.detach().toDoubles());
          Tensor gradient =
              scores.gradient(leaf.grad(), entropies.hasGrad() ? entropies.grad() : null);
          c.checkGradient("logits", gradient.toDoubles());
          grpo.checkMetrics(result);
        });
  }

  @TestFactory
  public Stream<DynamicTest> severalPassesOverOneBatch() {
    return LossFixture.tests(
        "grpo_iterations",
        c -> {
          Case grpo = new Case(c);
          Tensor logProbs = c.tensor("per_token_logps");
          Tensor entropies = c.tensor("entropies");
          List<Double> losses = new ArrayList<>();
          List<Double> clipped = new ArrayList<>();
          List<Double> after = new ArrayList<>();
          for (int i = 0; i < c.param("iterations").intValue(); i++) {
            Tensor leaf = logProbs.detach().requiresGrad(true);
            Result result = grpo.loss(leaf, entropies);
            result.loss().backward();
            losses.add(result.loss().item());
            clipped.add(result.means().get("clip_ratio/region_mean"));
            logProbs = leaf.detach().add(leaf.grad(), -c.param("lr").doubleValue());
            for (double d : logProbs.toDoubles()) {
              after.add(d);
            }
          }
          c.check("losses", losses.stream().mapToDouble(d -> d).toArray());
          c.check("clip_ratio_region_mean", clipped.stream().mapToDouble(d -> d).toArray());
          c.check("logps_after", after.stream().mapToDouble(d -> d).toArray());
        });
  }

  /// The loss of a fixture.
  private static final class Case {
    final LossFixture fixture;
    final FixtureBatch rows;
    final Grpo grpo;

    Case(LossFixture fixture) {
      this.fixture = fixture;
      rows = new FixtureBatch(fixture);
      grpo = settings(fixture);
    }

    private static Grpo settings(LossFixture c) {
      boolean corrected = c.param("sampler_correction").asBoolean(false);
      Ratio ratio =
          new Ratio(
              Ratio.Level.valueOf(
                  c.param("importance_sampling_level").asString("token").toUpperCase(Locale.ROOT)),
              c.param("off_policy_mask_threshold").asDouble(0));
      EntropyConfig entropy =
          new EntropyConfig(
              c.param("entropy_coef").asDouble(0), c.param("top_entropy_quantile").asDouble(1));
      return Grpo.DEFAULT
          .with(loss(c))
          .with(ratio)
          .with(
              KlConfig.of(c.param("beta").doubleValue()),
              new Grpo.Reference(0, c.param("use_bias_correction_kl").asBoolean(false)))
          .with(
              UpdateConfig.of(2, 1)
                  .with(entropy)
                  .with(
                      corrected
                          ? SamplerCorrection.of(SamplerCorrection.Weights.TOKEN, 1e6)
                          : SamplerCorrection.NONE));
    }

    private static GrpoLoss loss(LossFixture c) {
      double high = c.param("epsilon_high").doubleValue();
      ClippedSurrogate clip =
          new ClippedSurrogate(
              c.param("epsilon").doubleValue(), high, c.param("delta").asDouble(0), 0);
      return switch (c.param("loss_type").stringValue()) {
        case "grpo" -> new GrpoLoss.Grpo(clip);
        case "bnpo" -> new GrpoLoss.Bnpo(clip);
        case "dr_grpo" -> new GrpoLoss.DrGrpo(clip);
        case "dapo" -> new GrpoLoss.Dapo(clip);
        case "luspo" -> new GrpoLoss.Luspo(clip);
        case "cispo" -> new GrpoLoss.Cispo(high);
        case "sapo" ->
            new GrpoLoss.Sapo(
                c.param("sapo_temperature_pos").asDouble(1),
                c.param("sapo_temperature_neg").asDouble(1.05));
        case "vespo" ->
            new GrpoLoss.Vespo(
                c.param("vespo_k_pos").asDouble(2),
                c.param("vespo_lambda_pos").asDouble(3),
                c.param("vespo_k_neg").asDouble(3),
                c.param("vespo_lambda_neg").asDouble(2));
        default -> throw new AssertionError("no loss " + c.param("loss_type"));
      };
    }

    /// Returns the loss at log-probabilities and entropies `[B, T]`.
    Result loss(Tensor padded, Tensor entropies) {
      boolean offPolicy = fixture.has("old_per_token_logps");
      FixtureBatch.Ready ready =
          rows.update(
              padded, entropies, offPolicy ? i -> rows.row("old_per_token_logps", i) : null);
      MetricAccumulator means = new MetricAccumulator();
      PolicyLoss loss = loss(ready, ready.members(), means);
      loss.measure(ready.scores(), means);
      boolean sequence = grpo.ratio().level() == Ratio.Level.SEQUENCE;
      return new Result(
          loss.of(ready.tokens()),
          withoutBonus(loss).of(ready.tokens()).item(),
          sequence ? perSequence(loss, ready, means) : means,
          ready);
    }

    /// Makes the loss of some completions, with the factors that all algorithms share.
    private PolicyLoss loss(FixtureBatch.Ready ready, int[] members, MetricAccumulator means) {
      Batch batch = ready.update().batch();
      if (grpo.updates().samplerCorrection().isOn()) {
        batch.correct(grpo.updates().samplerCorrection(), new Metrics());
      }
      EntropyConfig entropy = grpo.updates().entropy();
      return new LossFactors(entropy, entropy.coefficient())
          .apply(
              new GrpoObjective(grpo, 1).loss(ready.update(), members, means),
              ready.update(),
              members);
    }

    private static PolicyLoss withoutBonus(PolicyLoss loss) {
      return new PolicyLoss(
          loss.surrogate(), loss.advantages(), loss.old(), loss.weights(), loss.kl());
    }

    /// Measures clipping over completions instead of tokens, as TRL does.
    private MetricAccumulator perSequence(
        PolicyLoss loss, FixtureBatch.Ready ready, MetricAccumulator perToken) {
      float[] old = loss.old();
      float[] now = ready.scores().logProbs();
      MetricAccumulator means = new MetricAccumulator();
      int at = 0;
      for (int i : ready.members()) {
        double[] logRatio = {old == null ? 0 : (double) now[at] - old[at]};
        loss.surrogate().measure(means, logRatio, new float[] {loss.advantages()[at]});
        at += rows.tokens()[i];
      }
      for (String name : List.of("entropy", "kl")) {
        means.add(name, perToken.get(name), 1);
      }
      return means;
    }

    void checkMetrics(Result result) {
      MetricAccumulator means = result.means();
      for (String name : List.of("entropy", "kl", "cispo_clip_ratio", "vespo/phi_seq_mean")) {
        fixture.checkMetric(name, means.get(name));
      }
      rows.checkClipping(
          means, result.ready(), i -> loss(result.ready(), new int[] {i}, new MetricAccumulator()));
      fixture.checkMetric("entropy_coef", grpo.updates().entropy().coefficient());
      fixture.checkMetric("policy_loss", result.withoutBonus());
    }
  }

  /// @param withoutBonus the loss without the bonus for entropy
  private record Result(
      Tensor loss, double withoutBonus, MetricAccumulator means, FixtureBatch.Ready ready) {}
}
