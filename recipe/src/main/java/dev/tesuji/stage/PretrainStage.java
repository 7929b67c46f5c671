package dev.tesuji.stage;

import static java.util.Objects.requireNonNull;

import dev.tesuji.dataset.Dataset;
import dev.tesuji.dataset.Shape;
import dev.tesuji.random.Purpose;
import dev.tesuji.recipe.Corpus;
import dev.tesuji.recipe.PretrainSettings;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.sft.SftConfig;
import dev.tesuji.sft.SftLoss;
import dev.tesuji.sft.SftTrainer;
import dev.tesuji.tokenized.TextSource;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.train.MemoryPlan;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Pretraining: learns a language from texts.
public final class PretrainStage implements Stage {
  private final PretrainSettings settings;
  private final RunContext context;
  private @Nullable TextSource texts;

  /// Makes the stage.
  public PretrainStage(PretrainSettings settings, RunContext context) {
    this.settings = settings;
    this.context = context;
  }

  @Override
  public PretrainSettings settings() {
    return settings;
  }

  @Override
  public RunContext context() {
    return context;
  }

  private Corpus corpus() {
    return settings.corpus(context.recipe().requireTask());
  }

  private static Input input(Corpus.OfFiles files) {
    return new Input(
        files.data(), files.columns(), EnumSet.of(Shape.LANGUAGE_MODELING), files.limit());
  }

  @Override
  public List<Input> inputs() {
    return settings.corpus() instanceof Corpus.OfFiles files ? List.of(input(files)) : List.of();
  }

  @Override
  public void check() {
    config();
    if (corpus() instanceof Corpus.Made made) {
      made.requireTask(context.recipe().requireTask());
    }
  }

  private SftConfig config() {
    return new SftConfig(
        settings.steps(),
        settings.batchSize(),
        SftLoss.NLL,
        settings.optimizer(),
        context.recipe().compute());
  }

  @Override
  public boolean takesLeaves() {
    return true;
  }

  @Override
  public MemoryPlan.Load pass() {
    return Passes.whole(context.recipe().compute().tokensPerDevice(), context);
  }

  @Override
  public void read() {
    switch (corpus()) {
      case Corpus.Made made ->
          texts =
              context
                  .words()
                  .map(words -> made.texts(context.recipe().requireTask(), words))
                  .orElse(null);
      case Corpus.OfFiles files ->
          context.read(input(files), data -> load(files, data)).ifPresent(t -> texts = t);
    }
  }

  private TokenizedDataset.Loaded load(Corpus.OfFiles files, Dataset data) {
    Dataset shaped = new Dataset(data.paths(), data.columns(), Shape.LANGUAGE_MODELING);
    TokenizedDataset.Loaded loaded =
        TokenizedDataset.read(shaped, context.words().orElseThrow(), files.limit());
    context.countTexts(loaded.touched(), files.limit().maxTokens());
    return loaded;
  }

  @Override
  public Description describe() {
    List<String> files = inputs().stream().map(Input::fileName).toList();
    return new Description(
        Tables.whole(settings.steps()), Tables.files(files, context.recipe()), "");
  }

  @Override
  public OpenTrainer open(RunDirectory run, Path from) {
    return OpenTrainer.of(
        new SftTrainer(
            context.model(),
            requireNonNull(texts, "texts are read before a stage is opened"),
            config(),
            context.streams(name()).seed(Purpose.EXAMPLES)),
        () -> saveModel(run));
  }
}
