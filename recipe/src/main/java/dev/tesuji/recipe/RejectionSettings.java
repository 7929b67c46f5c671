package dev.tesuji.recipe;

import dev.tesuji.check.Require;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.generate.Sampling;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.rejection.FilterSettings;
import dev.tesuji.train.GuardianConfig;
import dev.tesuji.yaml.Named;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Draws samples, keeps the good ones and writes them, as data for later stages; it makes no model
/// ([dev.tesuji.rejection]).
///
/// @param name names the stage, and the folder of its samples
/// @param from the earlier stage whose model writes, or `base` for the recipe's own; absent for the
///   last language model made before it
/// @param endpoint a server whose model writes in the place of this run's, such as a stronger
///   teacher's; the address alone, or with what goes with it; absent for the run's own model
/// @param prompts what is asked
/// @param promptsPerStep prompts between two times that everything is saved
/// @param samplesPerPrompt how many samples of each prompt
/// @param maxNewTokens the length limit of a sample
/// @param sampling how samples are drawn
/// @param keep what rewards must pay for a sample
/// @param keeping what else decides
/// @param refused whether the samples that are refused are written too, with the reason
/// @param checkpoint how often progress is saved
@Named("rejection")
public record RejectionSettings(
    String name,
    @Nullable String from,
    @Nullable EndpointSettings endpoint,
    Prompts prompts,
    int promptsPerStep,
    int samplesPerPrompt,
    int maxNewTokens,
    Sampling sampling,
    List<Rule> keep,
    @Unwrapped FilterSettings keeping,
    boolean refused,
    CommonSettings.CheckpointPace checkpoint)
    implements StageSettings {
  /// All of the task's problems, 8 samples of up to 512 tokens each; right answers are kept.
  public static final RejectionSettings DEFAULT =
      new RejectionSettings(
          "rejection",
          null,
          null,
          Prompts.DEFAULT,
          128,
          8,
          512,
          Sampling.DEFAULT,
          List.of(new Rule(RewardConfig.Accuracy.DEFAULT, 1)),
          FilterSettings.DEFAULT,
          false,
          new CommonSettings.CheckpointPace(1, 5));

  /// Copies the list.
  public RejectionSettings {
    keep = List.copyOf(keep);
    Require.atLeast(1, "promptsPerStep", promptsPerStep);
    Require.atLeast(1, "samplesPerPrompt", samplesPerPrompt);
    Require.atLeast(1, "maxNewTokens", maxNewTokens);
  }

  /// Returns settings of no updates.
  @Override
  public CommonSettings common() {
    return new CommonSettings(
        name, from, null, 0, OptimizerConfig.DEFAULT, checkpoint, GuardianConfig.OFF, false);
  }

  @Override
  public Product makes() {
    return Product.SAMPLES;
  }

  @Override
  public OptionalInt longestSample() {
    return OptionalInt.of(prompts.limit().maxTokens() + maxNewTokens);
  }

  @Override
  public List<String> problems(List<StageSettings> before) {
    return RewardConfig.Model.problems(name, rewards(), before);
  }

  /// Returns the rewards of its rules.
  public Stream<RewardConfig> rewards() {
    return keep.stream().map(Rule::reward);
  }

  @Override
  public List<TrainingTexts> learnsFrom(TaskConfig task, @Nullable Path common) {
    return List.of(new TrainingTexts.Problems(prompts.task(), prompts.data()));
  }
}
