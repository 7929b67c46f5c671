package dev.tesuji.stage;

import dev.tesuji.recipe.CodeTaskConfig;
import dev.tesuji.recipe.ComparisonFiles;
import dev.tesuji.recipe.Comparisons;
import dev.tesuji.recipe.Corpus;
import dev.tesuji.recipe.DpoSettings;
import dev.tesuji.recipe.GkdSettings;
import dev.tesuji.recipe.JudgeRewardConfig;
import dev.tesuji.recipe.KtoSettings;
import dev.tesuji.recipe.McpTaskConfig;
import dev.tesuji.recipe.OpenEnvTaskConfig;
import dev.tesuji.recipe.PretrainSettings;
import dev.tesuji.recipe.RejectionSettings;
import dev.tesuji.recipe.RewardConfig;
import dev.tesuji.recipe.RewardModelSettings;
import dev.tesuji.recipe.RlSettings;
import dev.tesuji.recipe.SftSettings;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.recipe.TaskMixtureConfig;
import dev.tesuji.recipe.UserTaskConfig;
import dev.tesuji.weights.TokenSet;

/// Tesuji's own kinds of stages, tasks, rewards and data.
public final class StandardKinds {
  /// All of them. A new kind of stage is one more line here.
  public static final Registry ALL =
      data(rewards(tasks(Registry.EMPTY)))
          .withStage(PretrainSettings.class, PretrainStage::new)
          .withStage(SftSettings.class, SftStage::new)
          .withStage(DpoSettings.class, PreferenceStage::dpo)
          .withStage(KtoSettings.class, PreferenceStage::kto)
          .withStage(GkdSettings.class, GkdStage::new)
          .withStage(RewardModelSettings.class, RewardModelStage::new)
          .withStage(RlSettings.class, RlStage::new)
          .withStage(RejectionSettings.class, RejectionStage::new);

  private StandardKinds() {}

  private static Registry tasks(Registry registry) {
    return registry
        .with(TaskConfig.class, TaskConfig.Gsm8k.class)
        .with(TaskConfig.class, TaskConfig.Jsonl.class)
        .with(TaskConfig.class, TaskConfig.Math.class)
        .with(TaskConfig.class, CodeTaskConfig.Code.class)
        .with(TaskConfig.class, CodeTaskConfig.HumanEval.class)
        .with(TaskConfig.class, CodeTaskConfig.Mbpp.class)
        .with(TaskConfig.class, CodeTaskConfig.LiveCodeBench.class)
        .with(TaskConfig.class, McpTaskConfig.class)
        .with(TaskConfig.class, OpenEnvTaskConfig.class)
        .with(TaskConfig.class, TaskMixtureConfig.class)
        .with(TaskConfig.class, UserTaskConfig.class);
  }

  private static Registry rewards(Registry registry) {
    return registry
        .with(RewardConfig.class, RewardConfig.Accuracy.class)
        .with(RewardConfig.class, RewardConfig.Format.class)
        .with(RewardConfig.class, RewardConfig.ThinkFormat.class)
        .with(RewardConfig.class, RewardConfig.TagCount.class)
        .with(RewardConfig.class, RewardConfig.Overlong.class)
        .with(RewardConfig.class, RewardConfig.Cosine.class)
        .with(RewardConfig.class, RewardConfig.Repetition.class)
        .with(RewardConfig.class, RewardConfig.LanguageConsistency.class)
        .with(RewardConfig.class, RewardConfig.Java.class)
        .with(RewardConfig.class, RewardConfig.Code.class)
        .with(RewardConfig.class, RewardConfig.Http.class)
        .with(RewardConfig.class, JudgeRewardConfig.class)
        .with(RewardConfig.class, RewardConfig.Model.class);
  }

  private static Registry data(Registry registry) {
    return registry
        .with(Corpus.class, Corpus.Jsonl.class)
        .with(Comparisons.class, ComparisonFiles.class)
        .with(TokenSet.class, TokenSet.Characters.class);
  }
}
