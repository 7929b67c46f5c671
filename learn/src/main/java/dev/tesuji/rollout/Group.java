package dev.tesuji.rollout;

import dev.tesuji.env.Problem;
import dev.tesuji.reward.Graded;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The G rollouts of one problem.
///
/// @param posed the problem that was put
/// @param rollouts its rollouts, in the order of their numbers
/// @param greedy the rollout that takes the most likely token every time, as a baseline; null where
///   none was asked for
public record Group(PosedProblem posed, List<Rollout> rollouts, @Nullable Rollout greedy) {
  /// Copies the list.
  public Group {
    rollouts = List.copyOf(rollouts);
  }

  /// Returns the problem.
  public Problem problem() {
    return posed.problem();
  }

  /// Returns the judgements, rollout by rollout.
  public List<Graded> graded() {
    return rollouts.stream().map(Rollout::graded).toList();
  }

  /// Returns the rewards, NaN where there is none.
  public double[] rewards() {
    return rollouts.stream().mapToDouble(Rollout::reward).toArray();
  }

  /// Counts the right answers.
  public long correct() {
    return rollouts.stream().filter(r -> r.graded().verdict().isCorrect()).count();
  }

  /// Returns the share of right answers.
  public double accuracy() {
    return correct() / (double) rollouts.size();
  }

  /// Returns what each part of the reward paid, `[G, parts]`, NaN where there is no reward.
  public double[][] parts(List<String> names) {
    return rollouts.stream()
        .map(r ->
            names.stream()
                .mapToDouble(n ->
                    r.graded().trainable()
                        ? r.graded().parts().getOrDefault(n, Double.NaN)
                        : Double.NaN)
                .toArray())
        .toArray(double[][]::new);
  }
}
