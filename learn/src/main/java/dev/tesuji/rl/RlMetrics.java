package dev.tesuji.rl;

import dev.tesuji.env.Ending;
import dev.tesuji.env.Task;
import dev.tesuji.evaluate.TaskMeasures;
import dev.tesuji.reward.Format;
import dev.tesuji.rl.algorithm.Statistics;
import dev.tesuji.rollout.Group;
import dev.tesuji.rollout.Rollout;
import dev.tesuji.train.Metrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Counts of what was drawn in a step, under TRL's names.
final class RlMetrics {
  private RlMetrics() {}

  /// Describes the completions of a step.
  ///
  /// @param task counts more in them ([Task#measures])
  static Metrics of(List<Group> groups, Task task) {
    List<Rollout> rollouts = groups.stream().flatMap(g -> g.rollouts().stream()).toList();
    Metrics m = new Metrics();
    double n = rollouts.size();
    double[] rewards =
        rollouts.stream().mapToDouble(Rollout::reward).filter(r -> !Double.isNaN(r)).toArray();
    m.put("reward", Arrays.stream(rewards).average().orElse(Double.NaN));
    m.put(
        "reward_std",
        groups.stream()
            .mapToDouble(g -> Statistics.deviation(g.rewards()))
            .average()
            .orElse(Double.NaN));
    m.put("accuracy", rollouts.stream().filter(r -> r.graded().verdict().isCorrect()).count() / n);
    m.put(
        "format",
        rollouts.stream().filter(r -> Format.holds(r.graded().response().text())).count() / n);
    putParts(m, rollouts);
    m.put("frac_reward_zero_std", flat(groups) / groups.size());
    putGroups(m, "all", groups);
    putTasks(m, groups, task);
    putMeasures(m, "completions/", task, rollouts);
    double[] greedy =
        groups.stream()
            .filter(g -> g.greedy() != null)
            .mapToDouble(g -> g.greedy().reward())
            .filter(r -> !Double.isNaN(r))
            .toArray();
    m.put("greedy_reward", Arrays.stream(greedy).average().orElse(Double.NaN));
    putLengths(m, rollouts);
    putEpisodes(m, rollouts);
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
      m.put("rewards/" + name + "/std", Statistics.deviation(paid));
    }
  }

  /// Describes episodes of several turns; nothing where all have one.
  private static void putEpisodes(Metrics m, List<Rollout> rollouts) {
    boolean plain =
        rollouts.stream()
            .allMatch(r -> r.trajectory().turns() <= 1 && r.ending() == Ending.ANSWERED);
    if (plain) {
      return;
    }
    double n = rollouts.size();
    m.put("episodes/mean_turns", rollouts.stream().mapToInt(r -> r.trajectory().turns()).sum() / n);
    m.put(
        "episodes/mean_points",
        rollouts.stream().mapToDouble(r -> Arrays.stream(r.turnPoints()).sum()).sum() / n);
    for (Ending ending : Ending.values()) {
      m.put("episodes/" + ending, rollouts.stream().filter(r -> r.ending() == ending).count() / n);
    }
  }

  private static void putGroups(Metrics m, String name, List<Group> groups) {
    double n = groups.size();
    double good = groups.stream().filter(g -> g.accuracy() == 1).count();
    double bad = groups.stream().filter(g -> g.accuracy() == 0).count();
    String prefix = "env/" + name + "/by_group/";
    m.put(prefix + "frac_all_good", good / n);
    m.put(prefix + "frac_all_bad", bad / n);
    m.put(prefix + "frac_mixed", (n - good - bad) / n);
  }

  private static double flat(List<Group> groups) {
    return groups.stream().filter(g -> Statistics.isFlat(g.rewards())).count();
  }

  /// Describes the completions of each task of a mixture.
  private static void putTasks(Metrics m, List<Group> groups, Task task) {
    Map<String, List<Group>> byTask = new TreeMap<>();
    for (Group group : groups) {
      if (group.problem().task() != null) {
        byTask.computeIfAbsent(group.problem().task(), _ -> new ArrayList<>()).add(group);
      }
    }
    byTask.forEach((name, own) -> {
      String prefix = "env/" + name + "/";
      m.put(prefix + "share", own.size() / (double) groups.size());
      m.put(prefix + "accuracy", own.stream().mapToDouble(Group::accuracy).average().orElse(0));
      List<Rollout> rollouts = own.stream().flatMap(g -> g.rollouts().stream()).toList();
      m.put(
          prefix + "reward",
          rollouts.stream()
              .mapToDouble(Rollout::reward)
              .filter(r -> !Double.isNaN(r))
              .average()
              .orElse(Double.NaN));
      m.put(
          prefix + "completions/mean_length",
          rollouts.stream().mapToInt(Rollout::length).average().orElse(0));
      putMeasures(m, prefix + "completions/", task, rollouts);
      m.put(prefix + "frac_reward_zero_std", flat(own) / own.size());
      putGroups(m, name, own);
    });
  }

  private static void putMeasures(Metrics m, String prefix, Task task, List<Rollout> rollouts) {
    TaskMeasures.means(task, rollouts.stream().map(r -> r.graded().response()).toList())
        .forEach((name, mean) -> m.put(prefix + name, mean));
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
}
