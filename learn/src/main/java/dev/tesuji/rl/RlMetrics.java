package dev.tesuji.rl;

import dev.tesuji.reward.Format;
import dev.tesuji.run.Metrics;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Counts of what was drawn in a step, under TRL's names.
final class RlMetrics {
  private RlMetrics() {}

  /// Describes the completions of a step.
  static Metrics of(List<Group> groups) {
    List<Rollout> rollouts = groups.stream().flatMap(g -> g.rollouts().stream()).toList();
    Metrics m = new Metrics();
    double n = rollouts.size();
    double[] rewards =
        rollouts.stream().mapToDouble(Rollout::reward).filter(r -> !Double.isNaN(r)).toArray();
    m.put("reward", Arrays.stream(rewards).average().orElse(Double.NaN));
    m.put(
        "reward_std",
        groups.stream().mapToDouble(g -> deviation(g.rewards())).average().orElse(Double.NaN));
    m.put("accuracy", rollouts.stream().filter(r -> r.graded().verdict().isCorrect()).count() / n);
    m.put(
        "format",
        rollouts.stream().filter(r -> Format.holds(r.graded().response().text())).count() / n);
    putParts(m, rollouts);
    putGroups(m, groups);
    putLengths(m, rollouts);
    m.put("timing_s/reward", rollouts.stream().mapToDouble(r -> r.graded().cost().cpu()).sum());
    m.put(
        "timing_s/reward_queue",
        rollouts.stream().mapToDouble(r -> r.graded().cost().queued()).max().orElse(0));
    return m;
  }

  private static void putParts(Metrics m, List<Rollout> rollouts) {
    Set<String> names = new TreeSet<>();
    rollouts.forEach(r -> names.addAll(r.graded().parts().keySet()));
    for (String name : names) {
      double[] paid =
          rollouts.stream()
              .filter(r -> r.graded().parts().containsKey(name))
              .mapToDouble(r -> r.graded().parts().getOrDefault(name, Double.NaN))
              .toArray();
      m.put("rewards/" + name + "/mean", Arrays.stream(paid).average().orElse(Double.NaN));
      m.put("rewards/" + name + "/std", deviation(paid));
    }
  }

  private static void putGroups(Metrics m, List<Group> groups) {
    double n = groups.size();
    m.put("frac_reward_zero_std", groups.stream().filter(Group::isFlat).count() / n);
    double good = groups.stream().filter(g -> share(g) == 1).count();
    double bad = groups.stream().filter(g -> share(g) == 0).count();
    m.put("env/all/by_group/frac_all_good", good / n);
    m.put("env/all/by_group/frac_all_bad", bad / n);
    m.put("env/all/by_group/frac_mixed", (n - good - bad) / n);
  }

  private static double share(Group group) {
    return group.rollouts().stream().filter(r -> r.graded().verdict().isCorrect()).count()
        / (double) group.rollouts().size();
  }

  private static void putLengths(Metrics m, List<Rollout> rollouts) {
    m.putSpread(
        "completions/", "_length", rollouts.stream().mapToDouble(Rollout::length).toArray());
    m.putSpread(
        "completions/",
        "_terminated_length",
        rollouts.stream().filter(r -> !r.isTruncated()).mapToDouble(Rollout::length).toArray());
    m.put(
        "completions/clipped_ratio",
        rollouts.stream().filter(Rollout::isTruncated).count() / (double) rollouts.size());
  }

  /// Returns the standard deviation with Bessel's correction of what is known.
  static double deviation(double[] values) {
    double[] known = Arrays.stream(values).filter(v -> !Double.isNaN(v)).toArray();
    double mean = Arrays.stream(known).average().orElse(Double.NaN);
    return Math.sqrt(
        Arrays.stream(known).map(v -> (v - mean) * (v - mean)).sum() / (known.length - 1));
  }
}
