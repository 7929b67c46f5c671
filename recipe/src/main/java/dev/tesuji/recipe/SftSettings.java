package dev.tesuji.recipe;

import dev.tesuji.check.Require;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.dataset.Columns;
import dev.tesuji.sft.SftLoss;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.yaml.Named;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Learns from demonstrations: predicts the completions of prompts, or texts as a whole.
///
/// @param data the files with prompts and completions, or texts, and what earlier stages kept: one
///   source, or a list of several; the recipe's `data` where absent
/// @param columns which column of files holds what
/// @param maxTokens the most tokens of prompt and completion
/// @param tooLong what happens to longer ones
/// @param batchSize texts per update
/// @param epochs how often all texts are learned from, in the place of `steps`; absent to make
///   `steps` updates
/// @param loss the loss per token
/// @param common name, steps, optimizer, checkpoints
@Named("sft")
public record SftSettings(
    List<Source> data,
    Columns columns,
    int maxTokens,
    TokenizedDataset.TooLong tooLong,
    int batchSize,
    @Nullable Double epochs,
    SftLoss loss,
    @Unwrapped CommonSettings common)
    implements StageSettings {
  /// TRL's learning rate, 2e-5; texts beyond 1,024 tokens are an error.
  public static final SftSettings DEFAULT =
      new SftSettings(
          List.of(),
          Columns.DEFAULT,
          1024,
          TokenizedDataset.TooLong.ERROR,
          8,
          null,
          SftLoss.NLL,
          CommonSettings.of(
              "sft", 100, CommonSettings.PREFERENCE_OPTIMIZER.change().learningRate(2e-5).build()));

  /// Checks the ranges and copies the list.
  public SftSettings {
    data = List.copyOf(data);
    if (epochs != null) {
      Require.that(epochs > 0 && Double.isFinite(epochs), "epochs", "above 0", epochs);
    }
    long shares = data.stream().filter(d -> d.share() != null).count();
    if (shares > 0 && shares < data.size()) {
      throw new IllegalArgumentException(
          "data must have a 'share' for every source or for none, got "
              + shares
              + " of "
              + data.size());
    }
  }

  @Override
  public List<String> problems(List<StageSettings> before) {
    return data.stream()
        .filter(d -> d.stage() != null)
        .filter(d -> !StageSettings.makes(d.stage(), Product.SAMPLES, before))
        .map(d ->
            "'data' of stage '"
                + name()
                + "': 'stage' must be the name of a rejection stage before it, got '"
                + d.stage()
                + "'")
        .toList();
  }

  @Override
  public List<TrainingTexts> learnsFrom(TaskConfig task, @Nullable Path common) {
    if (data.isEmpty()) {
      return common == null ? List.of() : List.of(new TrainingTexts.Files(common, columns));
    }
    return data.stream().map(this::texts).toList();
  }

  private TrainingTexts texts(Source source) {
    if (source.path() != null) {
      return new TrainingTexts.Files(source.path(), columns);
    }
    return source.made() != null
        ? new TrainingTexts.Demonstrations(source.made())
        : new TrainingTexts.Samples(String.valueOf(source.stage()));
  }
}
