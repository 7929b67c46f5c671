package dev.tesuji.rl;

import dev.tesuji.env.Problem;
import dev.tesuji.rl.algorithm.Statistics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The G completions of one prompt.
///
/// @param problem the problem that was put
/// @param rollouts its completions, in the order of their numbers
/// @param greedy the completion that takes the most likely token every time, as a baseline; null
///   where the algorithm asks for none
public record Group(Problem problem, List<Rollout> rollouts, @Nullable Rollout greedy) {
  /// Copies the list.
  public Group {
    rollouts = List.copyOf(rollouts);
  }

  /// Returns the rewards, NaN where there is none.
  public double[] rewards() {
    return rollouts.stream().mapToDouble(Rollout::reward).toArray();
  }

  /// Returns the share of right answers.
  public double accuracy() {
    return rollouts.stream().filter(r -> r.graded().verdict().isCorrect()).count()
        / (double) rollouts.size();
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

  /// Says whether all rewards are the same, so that nothing can be learned from the comparison.
  public boolean isFlat() {
    return Statistics.isFlat(rewards());
  }
}
