package dev.tesuji.rl;

import dev.tesuji.policy.RolloutPrecision;
import dev.tesuji.rl.algorithm.Requirements.Need;
import dev.tesuji.rollout.Group;
import dev.tesuji.rollout.PosedProblem;
import dev.tesuji.rollout.ProblemSource;
import dev.tesuji.rollout.RolloutSampler;
import dev.tesuji.rollout.RolloutSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/// Collects the groups of a step: those of the next problems, and of others in the place of those
/// that nothing can be learned from.
final class Collector {
  private final ProblemSource prompts;
  private final RolloutSampler sampler;
  private final RlConfig config;
  private final RolloutSettings settings;

  /// @param seed of the stream that completions are sampled with
  Collector(ProblemSource prompts, RolloutSampler sampler, RlConfig config, long seed) {
    if (!sampler.exact()) {
      throw new IllegalArgumentException(
          "the sampler of reinforcement learning must give the policy's own tokens and their"
              + " log-probabilities, which an endpoint does not; sample with a model of this process");
    }
    this.prompts = prompts;
    this.sampler = sampler;
    this.config = config;
    settings =
        new RolloutSettings(
            config.groupSize(),
            config.maxNewTokens(),
            config.sampling(),
            config.algorithm().requirements().has(Need.GREEDY_BASELINE),
            seed,
            config.compute().rollouts() == RolloutPrecision.INT8);
  }

  /// Returns what sampling has taken so far besides time, by the names of metrics.
  Map<String, Double> samplerMetrics() {
    return sampler.metrics();
  }

  /// The completions of one step.
  ///
  /// @param kept the groups to learn from
  /// @param flat groups that were left out: there is nothing to learn from them
  /// @param position the first position of the prompts that was not consumed
  record Collected(List<Group> kept, List<Group> flat, long position) {
    /// Returns all groups, kept or not.
    List<Group> all() {
      List<Group> all = new ArrayList<>(kept);
      all.addAll(flat);
      return all;
    }
  }

  /// Samples the groups of one step, beginning at a position of the prompts.
  Collected collect(long start) {
    boolean filters =
        config.samplingRounds() > 1 || config.algorithm().requirements().filter().always();
    List<Group> kept = new ArrayList<>();
    List<Group> flat = new ArrayList<>();
    long position = start;
    for (int round = 0; round < config.samplingRounds(); round++) {
      int missing = config.promptsPerStep() - kept.size();
      if (missing == 0) {
        break;
      }
      List<PosedProblem> next =
          LongStream.range(position, position + missing).mapToObj(prompts::at).toList();
      for (Group group : sampler.sample(next, settings)) {
        boolean learned =
            config.algorithm().requirements().filter().keeps(group.rewards(), group.accuracy());
        (filters && !learned ? flat : kept).add(group);
      }
      position += missing;
    }
    return new Collected(kept, flat, position);
  }
}
