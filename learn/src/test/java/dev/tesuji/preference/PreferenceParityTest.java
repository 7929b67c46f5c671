package dev.tesuji.preference;

import dev.tesuji.json.FixtureJson;
import dev.tesuji.policy.LossFixture;
import dev.tesuji.preference.PreferenceLoss.Term;
import dev.tesuji.preference.PreferenceObjective.Outcome;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.train.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/// The losses against TRL's own numbers, values and gradients.
public class PreferenceParityTest {
  @TestFactory
  public Stream<DynamicTest> pairLossesEqualThoseOfTrl() {
    return LossFixture.tests("dpo", PreferenceParityTest::checkPairs);
  }

  @TestFactory
  public Stream<DynamicTest> conservativeDpoEqualsItsDefinition() {
    return LossFixture.tests("cdpo", PreferenceParityTest::checkConservative);
  }

  @TestFactory
  public Stream<DynamicTest> ktoEqualsThatOfTrl() {
    return LossFixture.tests("kto", PreferenceParityTest::checkKto);
  }

  private static void checkConservative(LossFixture c) {
    Tensor chosen = c.tensor("chosen_logps").requiresGrad(true);
    Tensor rejected = c.tensor("rejected_logps").requiresGrad(true);
    Tensor loss =
        settings(c, "cdpo")
            .of(
                new PairScores(
                    chosen,
                    rejected,
                    c.tensor("ref_chosen_logps"),
                    c.tensor("ref_rejected_logps"),
                    chosen.detach().mul(0).add(1),
                    chosen.detach().mul(0).add(1)));
    loss.backward();
    c.check("loss", loss.item());
    c.checkGradient("chosen_logps", chosen);
    c.checkGradient("rejected_logps", rejected);
  }

  private static void checkPairs(LossFixture c) {
    Answers answers = Answers.of(c);
    double[] refChosen = c.numbers("ref_chosen_logps");
    double[] refRejected = c.numbers("ref_rejected_logps");
    int pairs = refChosen.length;
    List<Pair> all = new ArrayList<>();
    double[][] reference = new double[pairs][];
    int[] examples = new int[pairs];
    for (int i = 0; i < pairs; i++) {
      all.add(new Pair(answers.sequences.get(i), answers.sequences.get(pairs + i)));
      reference[i] = new double[] {refChosen[i], refRejected[i]};
      examples[i] = i;
    }
    JsonNode type = c.param("loss_type");
    PairObjective objective =
        new PairObjective(all, settings(c, type.isArray() ? "sigmoid" : type.stringValue()));
    double[][] policy = new double[pairs][2];
    for (int row = 0; row < 2 * pairs; row++) {
      int answer = row / pairs;
      int example = row % pairs;
      policy[example][answer] = answers.sum(objective, row, example, answer);
    }
    Outcome outcome = objective.loss(examples, policy, reference);
    c.check("loss", outcome.loss());
    checkMetrics(c, outcome.metrics());
    double[] gradient = new double[answers.logProbs.length];
    for (int row = 0; row < 2 * pairs; row++) {
      int answer = row / pairs;
      int example = row % pairs;
      answers.spread(
          objective, row, example, answer, outcome.gradient()[example][answer], gradient);
    }
    c.checkGradient("per_token_logps", gradient);
  }

  private static void checkKto(LossFixture c) {
    Answers answers = Answers.of(c);
    double[] labels = c.numbers("label");
    double[] ref = c.numbers("ref_logps");
    double[] kl = c.numbers("kl_logps");
    double[] refKl = c.numbers("ref_kl_logps");
    KtoLoss settings =
        new KtoLoss(
            KtoLoss.Kind.valueOf(c.param("loss_type").stringValue().toUpperCase(Locale.ROOT)),
            c.param("beta").doubleValue(),
            c.param("desirable_weight").doubleValue(),
            c.param("undesirable_weight").doubleValue());
    List<UnpairedExample> all = new ArrayList<>();
    int[] examples = new int[labels.length];
    double[][] policy = new double[labels.length][];
    double[][] reference = new double[labels.length][];
    for (int i = 0; i < labels.length; i++) {
      TokenSequence s = answers.sequences.get(i);
      all.add(new UnpairedExample(s, s, labels[i] == 1));
      examples[i] = i;
      reference[i] = new double[] {ref[i], refKl[i]};
    }
    UnpairedObjective objective = new UnpairedObjective(all, settings);
    for (int i = 0; i < labels.length; i++) {
      policy[i] = new double[] {answers.sum(objective, i, i, 0), kl[i]};
    }
    Outcome outcome = objective.loss(examples, policy, reference);
    c.check("loss", outcome.loss());
    checkMetrics(c, outcome.metrics());
    double[] gradient = new double[answers.logProbs.length];
    for (int i = 0; i < labels.length; i++) {
      answers.spread(objective, i, i, 0, outcome.gradient()[i][0], gradient);
    }
    c.checkGradient("per_token_logps", gradient);
  }

  private static void checkMetrics(LossFixture c, Metrics got) {
    got.values().forEach(c::checkMetric);
  }

  private static PreferenceLoss settings(LossFixture c, String type) {
    PairLoss loss = loss(type);
    List<Term> mixture = new ArrayList<>();
    for (int i = 0; i < c.param("loss_weights").size(); i++) {
      mixture.add(
          new Term(
              loss(c.param("loss_type").get(i).stringValue()),
              c.param("loss_weights").get(i).doubleValue()));
    }
    // TRL ignores label smoothing where a loss has no use for it; Tesuji refuses it.
    double given = c.param("label_smoothing").asDouble(0);
    double smoothing = loss.smooths() ? given : 0;
    String divergence = c.param("f_divergence_type").asString("reverse_kl");
    return new PreferenceLoss(
        loss,
        mixture,
        c.param("beta").doubleValue(),
        smoothing,
        Divergence.valueOf(divergence.toUpperCase(Locale.ROOT)),
        c.param("ld_alpha").asDouble(1));
  }

  private static PairLoss loss(String type) {
    return PairLoss.valueOf(type.toUpperCase(Locale.ROOT));
  }

  /// The rows of a case: log-probabilities `[rows, L-1]`, and which of them are answers'.
  private record Answers(double[] logProbs, int width, List<TokenSequence> sequences) {
    static Answers of(LossFixture c) {
      long[] shape = FixtureJson.shape(c.node().path("inputs").path("per_token_logps"));
      double[] mask = c.numbers("completion_mask");
      int width = (int) shape[1];
      List<TokenSequence> sequences = new ArrayList<>();
      for (int row = 0; row < shape[0]; row++) {
        boolean[] counts = new boolean[width + 1];
        for (int t = 0; t <= width; t++) {
          counts[t] = mask[row * (width + 1) + t] == 1;
        }
        sequences.add(TokenSequence.masked(new int[width + 1], counts));
      }
      return new Answers(c.numbers("per_token_logps"), width, sequences);
    }

    double sum(PreferenceObjective objective, int row, int example, int answer) {
      double sum = 0;
      int[] targets = sequences.get(row).targets();
      for (int t = 0; t < targets.length; t++) {
        sum += objective.weight(example, answer, t) * logProbs[row * width + targets[t] - 1];
      }
      return sum;
    }

    void spread(
        PreferenceObjective objective,
        int row,
        int example,
        int answer,
        double at,
        double[] gradient) {
      int[] targets = sequences.get(row).targets();
      for (int t = 0; t < targets.length; t++) {
        gradient[row * width + targets[t] - 1] = at * objective.weight(example, answer, t);
      }
    }
  }
}
