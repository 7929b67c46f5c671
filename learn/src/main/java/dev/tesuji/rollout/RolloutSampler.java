package dev.tesuji.rollout;

import java.util.List;
import java.util.Map;

/// Samples what a policy does with problems, and has it graded: problems in, graded groups out.
///
/// Which policy, environment and rewards those are is settled when a sampler is made. What goes in
/// and comes out is plain data, so that a sampler may be on other machines.
public interface RolloutSampler extends AutoCloseable {
  /// Begins to sample.
  ///
  /// @param problems with different ids
  /// @return the groups, which the reader of the stream receives as they are complete
  /// @throws IllegalArgumentException when a prompt leaves the policy no room, or two ids are alike
  RolloutStream start(List<PosedProblem> problems, RolloutSettings settings);

  /// Samples all groups and returns them in the order of the problems.
  ///
  /// @throws dev.tesuji.reward.RewardFailure when a judgement cannot be had at all
  default List<Group> sample(List<PosedProblem> problems, RolloutSettings settings) {
    try (RolloutStream stream = start(problems, settings)) {
      return stream.inOrder(problems);
    }
  }

  /// Returns whether trajectories have the policy's own tokens and their log-probabilities, so that
  /// it can be trained on them. Where they do not, tokens are what another tokenizer makes of the
  /// text, and log-probabilities are NaN.
  default boolean exact() {
    return true;
  }

  /// Returns what sampling has taken so far besides time, by the names of metrics.
  default Map<String, Double> metrics() {
    return Map.of();
  }

  /// Frees what the sampler holds besides the policy.
  @Override
  void close();
}
