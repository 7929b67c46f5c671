package dev.tesuji.rl;

import dev.tesuji.check.Require;
import dev.tesuji.generate.Sampling;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.policy.SamplerPrecision;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.Requirements;
import dev.tesuji.rl.algorithm.SamplerCorrection;
import dev.tesuji.rl.algorithm.UpdateConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The settings of the loop of reinforcement learning.
///
/// @param steps how many batches of completions are drawn and learned from
/// @param promptsPerStep P
/// @param groupSize G, completions per prompt
/// @param maxNewTokens the length limit of a completion
/// @param sampling how completions are drawn
/// @param algorithm what completions teach the policy
/// @param samplingRounds how often prompts may be drawn in one step. With 1, groups whose rewards
///   are all the same stay in the batch: they add nothing to the gradient and count in what it is
///   divided by. With more, such groups are left out and replaced (DAPO's dynamic sampling)
/// @param optimizer the optimizer
/// @param compute how sequences go through the model
/// @param lag k: batch s is drawn with the weights of step max(0, s - k) ([Staleness])
public record RlConfig(
    int steps,
    int promptsPerStep,
    int groupSize,
    int maxNewTokens,
    Sampling sampling,
    Algorithm algorithm,
    int samplingRounds,
    OptimizerConfig optimizer,
    ComputeConfig compute,
    int lag) {
  /// Makes settings by which every batch is drawn with the weights that learn from it.
  public RlConfig(
      int steps,
      int promptsPerStep,
      int groupSize,
      int maxNewTokens,
      Sampling sampling,
      Algorithm algorithm,
      int samplingRounds,
      OptimizerConfig optimizer,
      ComputeConfig compute) {
    this(
        steps,
        promptsPerStep,
        groupSize,
        maxNewTokens,
        sampling,
        algorithm,
        samplingRounds,
        optimizer,
        compute,
        0);
  }

  /// Checks the ranges.
  public RlConfig {
    Require.atLeast(0, "steps", steps);
    Require.atLeast(1, "promptsPerStep", promptsPerStep);
    Require.atLeast(1, "groupSize", groupSize);
    Require.atLeast(1, "maxNewTokens", maxNewTokens);
    Require.that(
        sampling.temperature() > 0,
        "sampling.temperature",
        "above 0: greedy samples of a prompt are all the same",
        sampling.temperature());
    Require.atLeast(1, "samplingRounds", samplingRounds);
    Require.atLeast(0, "lag", lag);
    check(algorithm, promptsPerStep, groupSize);
    algorithm.updates().samplerCorrection().resolved(sampling);
    Require.that(
        samplingRounds > 1
            || algorithm.updates().keepGroups() == UpdateConfig.KeepGroups.VARIED_REWARDS,
        "samplingRounds",
        "above 1 with keepGroups mixed_correctness: with 1 no group is left out",
        samplingRounds);
    Require.that(
        samplingRounds == 1 || groupSize > 1 || algorithm.requirements().filter().always(),
        "samplingRounds",
        "1 with groupSize 1: a group of one always looks flat",
        samplingRounds);
  }

  /// Returns the things that the loop gets ready.
  Requirements requirements(SamplerPrecision precision) {
    Requirements needed = algorithm.updates().addTo(algorithm.requirements());
    return needed.with(Requirements.Need.OLD_LOG_PROBS, samplerCorrection(precision).isOn());
  }

  /// Returns how the sampler is corrected.
  SamplerCorrection samplerCorrection(SamplerPrecision precision) {
    return algorithm.updates().samplerCorrection().resolved(sampling, precision, lag > 0);
  }

  /// Says how completions are drawn otherwise than by the policy that is trained, and what is made
  /// of that; nothing where they are drawn by it.
  ///
  /// @param precision of the sampler and of the policy
  public Optional<String> samplerNote(SamplerPrecision precision) {
    if (sampling.isPlain() && precision.isSame() && lag == 0) {
      return Optional.empty();
    }
    List<String> ways = new ArrayList<>();
    add(ways, sampling.topK() > 0, "topK " + sampling.topK());
    add(ways, sampling.topP() < 1, "topP " + sampling.topP());
    add(ways, sampling.minP() > 0, "minP " + sampling.minP());
    add(
        ways,
        sampling.repetitionPenalty() != 1,
        "repetitionPenalty " + sampling.repetitionPenalty());
    add(ways, !precision.isSame(), precision.toString());
    add(ways, lag == 1, "weights a step old");
    add(ways, lag > 1, "weights up to " + lag + " steps old");
    SamplerCorrection correction = samplerCorrection(precision);
    String corrected =
        switch (correction.weights()) {
          case AUTO, NONE ->
              correction.isOn()
                  ? "completions outside the range of samplerCorrection are left out"
                  : "nothing corrects that (samplerCorrection: {weights: none})";
          case TOKEN -> "tokens are weighed by the ratio of both, up to " + correction.high();
          case SEQUENCE ->
              "completions are weighed by the ratio of both, up to " + correction.high();
        };
    return Optional.of(
        "completions are drawn with "
            + String.join(", ", ways)
            + ", which is not the policy that is trained; "
            + corrected);
  }

  private static void add(List<String> ways, boolean used, String way) {
    if (used) {
      ways.add(way);
    }
  }

  private static void check(Algorithm algorithm, int promptsPerStep, int groupSize) {
    int least = algorithm.requirements().groupSize();
    Require.that(
        groupSize >= least,
        "groupSize",
        "at least " + least + " (a completion is compared with the others of its group)",
        groupSize);
    int miniBatches = algorithm.updates().miniBatches();
    Require.that(
        miniBatches <= promptsPerStep,
        "miniBatches",
        "at most promptsPerStep (" + promptsPerStep + ")",
        miniBatches);
  }
}
