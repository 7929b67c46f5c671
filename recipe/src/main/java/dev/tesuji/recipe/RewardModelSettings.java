package dev.tesuji.recipe;

import dev.tesuji.check.Require;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.yaml.Named;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Learns what answers are worth from comparisons or labels, and makes a reward model.
///
/// @param comparisons what it learns from
/// @param maxTokens the most tokens of prompt and answer
/// @param tooLong what happens to longer ones; truncating takes off the beginning
/// @param heldOutShare the share of prompts that it is measured on
/// @param batchSize prompts per update, each with all comparisons of answers to it; or labelled
///   answers
/// @param centering the weight of what holds scores around 0; 0 for none
/// @param common name, steps, optimizer, checkpoints
@Named("rewardModel")
public record RewardModelSettings(
    Comparisons comparisons,
    int maxTokens,
    TokenizedDataset.TooLong tooLong,
    double heldOutShare,
    int batchSize,
    double centering,
    @Unwrapped CommonSettings common)
    implements StageSettings {
  /// InstructGPT's 64 rankings per update and rate of 9e-6; a tenth of the prompts held out.
  public static final RewardModelSettings DEFAULT =
      new RewardModelSettings(
          ComparisonFiles.DEFAULT,
          1024,
          TokenizedDataset.TooLong.ERROR,
          0.1,
          64,
          0,
          CommonSettings.of(
              "rewardModel",
              100,
              CommonSettings.PRETRAINING_OPTIMIZER
                  .change()
                  .learningRate(9e-6)
                  .warmupSteps(0)
                  .weightDecay(0)
                  .build()));

  /// Checks the ranges.
  public RewardModelSettings {
    Require.atLeast(1, "maxTokens", maxTokens);
    Require.that(
        heldOutShare > 0 && heldOutShare < 1, "heldOutShare", "above 0, below 1", heldOutShare);
    Require.atLeast(1, "batchSize", batchSize);
    Require.that(centering >= 0, "centering", "at least 0 (0: none)", centering);
  }

  @Override
  public Product makes() {
    return Product.REWARD_MODEL;
  }

  @Override
  public List<String> problems(List<StageSettings> before) {
    return comparisons instanceof Comparisons.Drawn drawn
        ? RewardConfig.Model.problems(name(), drawn.gold().stream(), before)
        : List.of();
  }

  @Override
  public List<TrainingTexts> learnsFrom(TaskConfig task, @Nullable Path common) {
    return switch (comparisons) {
      case Comparisons.Made made -> List.of(new TrainingTexts.Rankings(made::opinions));
      case Comparisons.Drawn drawn -> List.of(new TrainingTexts.Problems(drawn.task(), null));
      case Comparisons.OfFiles files -> {
        Path path = files.data() == null ? common : files.data();
        yield path == null ? List.of() : List.of(new TrainingTexts.Files(path, files.columns()));
      }
    };
  }
}
