package dev.tesuji.rewardmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.policy.LossFixture;
import dev.tesuji.rewardmodel.RewardExample.Answer;
import dev.tesuji.statistics.Interval;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
public class RewardModelLossTest {
  private static final Answer A = new Answer(new int[] {1, 2}, 1);

  private static double logSigmoid(double x) {
    return -Math.log(1 + Math.exp(-x));
  }

  /// Holds comparisons to the numbers of TRL.
  @TestFactory
  public Stream<DynamicTest> everyCase() {
    return LossFixture.tests(
        "reward_model",
        c -> {
          Tensor chosen = c.tensor("rewards_chosen").requiresGrad(true);
          Tensor rejected = c.tensor("rewards_rejected").requiresGrad(true);
          Tensor loss =
              RewardModelLoss.bradleyTerry(
                      chosen, rejected, c.has("margin") ? c.tensor("margin") : null)
                  .mean();
          double centering = c.param("center_rewards_coefficient").asDouble(0);
          if (centering > 0) {
            loss = loss.add(RewardModelLoss.centering(chosen, rejected).mean().mul(centering));
          }
          loss.backward();
          c.check("loss", loss.item());
          c.checkGradient("rewards_chosen", chosen);
          c.checkGradient("rewards_rejected", rejected);
          checkMetrics(c);
        });
  }

  private static void checkMetrics(LossFixture c) {
    double[] chosen = c.numbers("rewards_chosen");
    double[] rejected = c.numbers("rewards_rejected");
    float[] scores = new float[2 * chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      scores[2 * i] = (float) chosen[i];
      scores[2 * i + 1] = (float) rejected[i];
    }
    Comparisons pairs =
        Comparisons.of(
            Stream.generate(() -> (RewardExample) new RewardExample.Ranked(List.of(A, A), 0))
                .limit(chosen.length)
                .toList());
    HeldOut.Spread spread = HeldOut.Spread.of(scores);
    c.checkMetric("accuracy", pairs.accuracy(scores));
    c.checkMetric("margin", pairs.margin(scores));
    c.checkMetric("mean_reward", spread.mean());
    c.checkMetric("min_reward", spread.least());
    c.checkMetric("max_reward", spread.most());
  }

  @Test
  void allComparisonsOfARankingShareOneWeight() {
    // Scores 3, 1, 2 of a ranking; 0.5 and 0 of a pair.
    List<RewardExample> opinions =
        List.of(
            new RewardExample.Ranked(List.of(A, A, A), 0),
            new RewardExample.Ranked(List.of(A, A), 0));
    Comparisons all = Comparisons.of(opinions);
    assertThat(all.better()).containsExactly(0, 0, 1, 3);
    assertThat(all.worse()).containsExactly(1, 2, 2, 4);
    float[] scores = {3, 1, 2, 0.5f, 0};
    try (Scope _ = Scope.open()) {
      double expected = -(logSigmoid(2) + logSigmoid(1) + logSigmoid(-1)) / 3 - logSigmoid(0.5);
      assertThat(all.loss(Tensor.of(scores), 0).item()).isCloseTo(expected, within(1e-6));
      double centering = (16 + 25 + 9) / 3.0 + 0.25;
      assertThat(all.loss(Tensor.of(scores), 0.1).item())
          .isCloseTo(expected + 0.1 * centering, within(1e-5));
    }
    assertThat(all.accuracy(scores)).isEqualTo(0.75);
    assertThat(all.margin(scores)).isEqualTo((2 + 1 - 1 + 0.5) / 4);
  }

  @Test
  void labelsAreClassified() {
    List<RewardExample> opinions =
        List.of(
            new RewardExample.Labelled(A, true),
            new RewardExample.Labelled(A, false),
            new RewardExample.Labelled(A, false));
    Comparisons all = Comparisons.of(opinions);
    float[] scores = {2, -1, 0.5f};
    try (Scope _ = Scope.open()) {
      Tensor leaf = Tensor.of(scores).requiresGrad(true);
      Tensor loss = all.loss(leaf, 0);
      loss.backward();
      assertThat(loss.item())
          .isCloseTo(-logSigmoid(2) - logSigmoid(1) - logSigmoid(-0.5), within(1e-6));
      // d/dr of -log σ(±r): σ(r) - [good]
      assertThat(leaf.grad().toFloats())
          .containsExactly(new float[] {-0.1192029f, 0.2689414f, 0.6224593f}, within(1e-6f));
    }
    assertThat(all.accuracy(scores)).isCloseTo(2.0 / 3, within(1e-12));
    assertThat(all.margin(scores)).isEqualTo(2 - (-1 + 0.5) / 2);
  }

  @Test
  void hugeDifferencesStayFinite() {
    try (Scope _ = Scope.open()) {
      Tensor loss =
          RewardModelLoss.bradleyTerry(
              Tensor.of(new float[] {-1e4f}), Tensor.of(new float[] {1e4f}), null);
      assertThat(loss.toFloats()).containsExactly(2e4f);
    }
  }

  @Test
  void heldOutFiguresAreThoseWorkedOutByHand() {
    List<RewardExample> opinions =
        List.of(
            new RewardExample.Ranked(List.of(answer(4), answer(2)), 0),
            new RewardExample.Ranked(List.of(answer(1), answer(3)), 0));
    HeldOut held = HeldOut.of(opinions, new float[] {4, 2, 3, 1});
    assertThat(held.accuracy().mean()).isEqualTo(1);
    assertThat(held.margin()).isEqualTo(2);
    assertThat(held.longerWins().mean()).isEqualTo(0.5);
    // Lengths 4, 2, 1, 3 and scores 4, 2, 3, 1 around 2.5: 1.5² + 0.5² - 0.5·1.5·2 over 5.
    assertThat(held.lengthCorrelation()).isCloseTo(1.0 / 5, within(1e-9));
    assertThat(held.scores().mean()).isEqualTo(2.5);
    assertThat(held.scores().deviation()).isCloseTo(Math.sqrt(1.25), within(1e-9));
    assertThat(held.comparisons()).isEqualTo(2);
  }

  @Test
  void lengthAloneJudgesLabelsByTheMedian() {
    List<RewardExample> opinions =
        List.of(
            new RewardExample.Labelled(answer(9), true),
            new RewardExample.Labelled(answer(5), false),
            new RewardExample.Labelled(answer(1), true));
    HeldOut held = HeldOut.of(opinions, new float[] {1, -1, 1});
    assertThat(held.longerWins().mean()).isCloseTo(2.0 / 3, within(1e-12));
    assertThat(held.accuracy().mean()).isEqualTo(1);
  }

  @Test
  void comparisonsOfAGroupShareOneWeightAndKeepTheirMargins() {
    // Scores 3, 1, 2: 0 above 1 by 0.5, 2 above 0.
    RewardExample group =
        new RewardExample.Group(
            List.of(A, A, A),
            List.of(new RewardExample.Comparison(0, 1, 0.5), new RewardExample.Comparison(2, 0, 0)),
            4);
    Comparisons all = Comparisons.of(List.of(group));
    float[] scores = {3, 1, 2};
    try (Scope _ = Scope.open()) {
      double expected = -(logSigmoid(2 - 0.5) + logSigmoid(-1)) / 2;
      assertThat(all.loss(Tensor.of(scores), 0).item()).isCloseTo(expected, within(1e-6));
    }
    assertThat(all.accuracy(scores)).isEqualTo(0.5);
  }

  @Test
  void theIntervalIsOverPromptsAndNotOverWhatWasSaidOfOneOfThem() {
    // Prompt 1: right, right, right, wrong; prompt 2: wrong. Means 0.75 and 0; over labels 0.6.
    List<RewardExample> opinions =
        List.of(
            new RewardExample.Labelled(answer(1), true, 1),
            new RewardExample.Labelled(answer(2), true, 1),
            new RewardExample.Labelled(answer(3), true, 1),
            new RewardExample.Labelled(answer(4), true, 1),
            new RewardExample.Labelled(answer(5), false, 2));
    HeldOut held = HeldOut.of(opinions, new float[] {1, 1, 1, -1, 1});
    assertThat(held.accuracy()).isEqualTo(Interval.of(new double[] {0.75, 0}));
    assertThat(held.accuracy().mean()).isEqualTo(0.375);
    assertThat(held.opinions()).isEqualTo(2);
    assertThat(held.comparisons()).isEqualTo(5);
  }

  private static Answer answer(int length) {
    return new Answer(new int[] {1, 2}, length);
  }
}
