package dev.tesuji.preference;

import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.train.Metrics;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// DPO and its kin: pairs of answers.
///
/// @param pairs the pairs
/// @param settings the loss
public record PairObjective(List<Pair> pairs, PreferenceLoss settings)
    implements PreferenceObjective {
  private static final int CHOSEN = 0;
  private static final int REJECTED = 1;

  /// Copies the list.
  public PairObjective {
    pairs = List.copyOf(pairs);
  }

  @Override
  public int size() {
    return pairs.size();
  }

  @Override
  public List<TokenSequence> answers(int example) {
    return List.of(pairs.get(example).chosen(), pairs.get(example).rejected());
  }

  @Override
  public int learned() {
    return 2;
  }

  @Override
  public double weight(int example, int answer, int token) {
    return settings.weight(token, answers(example).get(1 - answer).scored());
  }

  @Override
  public Outcome loss(int[] examples, double[][] policy, double[][] reference) {
    try (Scope _ = Scope.open()) {
      Tensor chosen = column(policy, CHOSEN).requiresGrad(true);
      Tensor rejected = column(policy, REJECTED).requiresGrad(true);
      PairScores scores =
          new PairScores(
              chosen,
              rejected,
              column(reference, CHOSEN),
              column(reference, REJECTED),
              tokens(examples, CHOSEN),
              tokens(examples, REJECTED));
      Tensor loss = settings.of(scores);
      loss.backward();
      double[] up = chosen.grad().toDoubles();
      double[] down = rejected.grad().toDoubles();
      double[][] gradient = new double[examples.length][];
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] = new double[] {up[i], down[i]};
      }
      return new Outcome(
          loss.item(), gradient, metrics(policy, reference), right(policy, reference));
    }
  }

  private static Tensor column(double[][] rows, int column) {
    return Tensor.of(Arrays.stream(rows).mapToDouble(row -> row[column]).toArray(), rows.length);
  }

  private Tensor tokens(int[] examples, int answer) {
    return Tensor.of(
        Arrays.stream(examples).mapToDouble(e -> answers(e).get(answer).scored()).toArray(),
        examples.length);
  }

  private static boolean[] right(double[][] policy, double[][] reference) {
    boolean[] right = new boolean[policy.length];
    for (int i = 0; i < right.length; i++) {
      right[i] =
          policy[i][CHOSEN] - reference[i][CHOSEN] > policy[i][REJECTED] - reference[i][REJECTED];
    }
    return right;
  }

  /// Measures a batch as TRL's DPOTrainer does.
  private Metrics metrics(double[][] policy, double[][] reference) {
    double beta = settings.beta();
    double chosen = beta * (mean(policy, p -> p[CHOSEN]) - mean(reference, r -> r[CHOSEN]));
    double rejected = beta * (mean(policy, p -> p[REJECTED]) - mean(reference, r -> r[REJECTED]));
    int wins = 0;
    for (boolean right : right(policy, reference)) {
      wins += right ? 1 : 0;
    }
    return new Metrics()
        .put("rewards/chosen", chosen)
        .put("rewards/rejected", rejected)
        .put("rewards/accuracies", (double) wins / policy.length)
        .put("rewards/margins", chosen - rejected)
        .put("logps/chosen", mean(policy, p -> p[CHOSEN]))
        .put("logps/rejected", mean(policy, p -> p[REJECTED]));
  }

  private static double mean(double[][] rows, ToDoubleFunction<double[]> of) {
    return Arrays.stream(rows).mapToDouble(of).average().orElse(Double.NaN);
  }
}
