package dev.tesuji.preference;

import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.train.Metrics;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// KTO: single answers that are good or are not.
///
/// @param answers the answers
/// @param settings the loss
public record UnpairedObjective(List<UnpairedExample> answers, KtoLoss settings)
    implements PreferenceObjective {
  private static final int ANSWER = 0;
  private static final int MISMATCHED = 1;

  /// Copies the list.
  public UnpairedObjective {
    answers = List.copyOf(answers);
  }

  @Override
  public int size() {
    return answers.size();
  }

  @Override
  public List<TokenSequence> answers(int example) {
    UnpairedExample judged = answers.get(example);
    return switch (settings.loss()) {
      case KTO -> List.of(judged.answer(), judged.mismatched());
      case APO_ZERO_UNPAIRED -> List.of(judged.answer());
    };
  }

  @Override
  public int learned() {
    return 1;
  }

  @Override
  public Outcome loss(int[] examples, double[][] policy, double[][] reference) {
    int n = examples.length;
    boolean[] desirable = new boolean[n];
    double[] ratios = new double[n];
    for (int i = 0; i < n; i++) {
      desirable[i] = answers.get(examples[i]).desirable();
      ratios[i] = policy[i][ANSWER] - reference[i][ANSWER];
    }
    try (Scope _ = Scope.open()) {
      double baseline =
          switch (settings.loss()) {
            case KTO -> settings.baseline(mismatched(policy), mismatched(reference));
            case APO_ZERO_UNPAIRED -> 0;
          };
      Tensor leaf = Tensor.of(ratios, n).requiresGrad(true);
      Tensor loss = settings.of(leaf, desirable, baseline);
      loss.backward();
      double[] slopes = leaf.grad().toDoubles();
      double[][] gradient = new double[n][];
      boolean[] right = new boolean[n];
      for (int i = 0; i < n; i++) {
        gradient[i] = new double[] {slopes[i]};
        right[i] = desirable[i] == ratios[i] > baseline;
      }
      Metrics metrics = metrics(desirable, ratios, policy).put("kl", baseline);
      return new Outcome(loss.item(), gradient, metrics, right);
    }
  }

  private static Tensor mismatched(double[][] rows) {
    return Tensor.of(
        Arrays.stream(rows).mapToDouble(row -> row[MISMATCHED]).toArray(), rows.length);
  }

  /// Measures a batch as TRL's KTOTrainer does.
  private Metrics metrics(boolean[] desirable, double[] ratios, double[][] policy) {
    double[] chosen = new double[2];
    double[] rejected = new double[2];
    for (boolean good : new boolean[] {true, false}) {
      int[] which = IntStream.range(0, ratios.length).filter(i -> desirable[i] == good).toArray();
      double[] means = good ? chosen : rejected;
      means[0] =
          settings.beta()
              * Arrays.stream(which).mapToDouble(i -> ratios[i]).average().orElse(Double.NaN);
      means[1] =
          Arrays.stream(which).mapToDouble(i -> policy[i][ANSWER]).average().orElse(Double.NaN);
    }
    return new Metrics()
        .put("rewards/chosen", chosen[0])
        .put("rewards/rejected", rejected[0])
        .put("rewards/margins", chosen[0] - rejected[0])
        .put("logps/chosen", chosen[1])
        .put("logps/rejected", rejected[1]);
  }
}
