package dev.tesuji.recipe;

import dev.tesuji.check.Unwrapped;
import dev.tesuji.generate.Sampling;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.rl.Staleness;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.grpo.Grpo;
import dev.tesuji.rl.ppo.Ppo;
import dev.tesuji.rl.prime.Prime;
import dev.tesuji.rl.reinforce.ReMax;
import dev.tesuji.rl.reinforce.ReinforcePlusPlus;
import dev.tesuji.rl.rloo.Rloo;
import dev.tesuji.rollout.PromptStream;
import dev.tesuji.yaml.Named;
import dev.tesuji.yaml.Refused;
import dev.tesuji.yaml.Variants;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Learns by reinforcement: draws completions and moves towards those that are rewarded.
///
/// @param task the problems that it poses; the recipe's where absent
/// @param promptsPerStep P
/// @param groupSize G, completions per prompt
/// @param maxNewTokens the length limit of a completion
/// @param prompts the limit on the length of prompts
/// @param sampling how completions are drawn
/// @param reward what completions are paid for
/// @param algorithm what completions teach the policy, under its own name: `grpo: {...}`
/// @param samplingRounds how often prompts may be drawn in one step to replace flat groups; 1 keeps
///   them
/// @param staleness how old the weights may be that draw
/// @param difficulty the problems by their difficulty: filter and curriculum
/// @param common name, steps (batches of completions), optimizer, checkpoints, guardian
@Named("rl")
@Refused(key = EndpointSettings.KEY, because = EndpointSettings.NO_TOKENS)
public record RlSettings(
    @Nullable TaskConfig task,
    int promptsPerStep,
    int groupSize,
    int maxNewTokens,
    PromptStream.Limit prompts,
    Sampling sampling,
    @Unwrapped RewardSpec reward,
    @Variants({
          Grpo.class,
          Rloo.class,
          ReinforcePlusPlus.class,
          ReMax.class,
          Ppo.class,
          Prime.class
        })
        Algorithm algorithm,
    int samplingRounds,
    @Unwrapped Staleness staleness,
    @Unwrapped Difficulty difficulty,
    @Unwrapped CommonSettings common)
    implements RewardedStage {
  /// 8 prompts of 8 samples of up to 512 tokens; accuracy is all that pays.
  public static final RlSettings DEFAULT =
      new RlSettings(
          null,
          8,
          8,
          512,
          PromptStream.Limit.DEFAULT,
          Sampling.DEFAULT,
          RewardSpec.DEFAULT,
          Grpo.DEFAULT,
          1,
          Staleness.DEFAULT,
          Difficulty.DEFAULT,
          CommonSettings.of("rl", 100, OptimizerConfig.DEFAULT).guarded());

  @Override
  public List<String> problems(List<StageSettings> before) {
    return RewardConfig.Model.problems(name(), reward.all(), before);
  }

  @Override
  public List<TrainingTexts> learnsFrom(TaskConfig ofRecipe, @Nullable Path common) {
    return List.of(new TrainingTexts.Problems(task, null));
  }
}
