package dev.tesuji.stage;

import static java.util.Objects.requireNonNull;

import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.Columns;
import dev.tesuji.dataset.Dataset;
import dev.tesuji.dataset.Shape;
import dev.tesuji.random.Purpose;
import dev.tesuji.random.Streams;
import dev.tesuji.recipe.MadeData;
import dev.tesuji.recipe.SftSettings;
import dev.tesuji.recipe.Source;
import dev.tesuji.recipe.StageSettings;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.sft.SftConfig;
import dev.tesuji.sft.SftTrainer;
import dev.tesuji.tokenized.TextSource;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.train.MemoryPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Supervised fine-tuning. Its files are read at the start; what an earlier stage writes, when its
/// turn has come.
public final class SftStage implements Stage {
  private final SftSettings settings;
  private final RunContext context;
  private final Map<Source, TokenizedDataset.Loaded> read = new HashMap<>();

  /// Makes the stage.
  public SftStage(SftSettings settings, RunContext context) {
    this.settings = settings;
    this.context = context;
  }

  @Override
  public SftSettings settings() {
    return settings;
  }

  @Override
  public RunContext context() {
    return context;
  }

  /// Returns where its demonstrations come from; nowhere where it names nothing and the recipe has
  /// no data.
  private List<Source> sources() {
    Path common = context.recipe().data();
    return settings.data().isEmpty() && common != null
        ? List.of(new Source(common, null, null, null))
        : settings.data();
  }

  private TokenizedDataset.Limit limit() {
    return new TokenizedDataset.Limit(settings.maxTokens(), settings.tooLong());
  }

  private List<Input> inputs(Source source) {
    return Input.of(source.path(), settings.columns(), Input.IMITATED, limit());
  }

  @Override
  public List<Input> inputs() {
    return sources().stream().flatMap(s -> inputs(s).stream()).toList();
  }

  @Override
  public void check() {
    if (sources().isEmpty()) {
      throw new BadInput("stage '" + name() + "' needs 'data', the file with its demonstrations");
    }
    for (Source source : sources()) {
      if (source.made() != null) {
        source.made().requireTask(context.recipe().requireTask());
      }
    }
    context.recipe().stages().forEach(this::requireRoom);
    config(settings.steps());
  }

  private SftConfig config(int steps) {
    return new SftConfig(
        steps,
        settings.batchSize(),
        settings.loss(),
        settings.optimizer(),
        context.recipe().compute());
  }

  /// Refuses a limit on texts below that of a stage that writes them.
  private void requireRoom(StageSettings other) {
    boolean used = sources().stream().anyMatch(s -> other.name().equals(s.stage()));
    if (!used || other.longestSample().isEmpty()) {
      return;
    }
    int longest = Math.min(context.positions(), other.longestSample().getAsInt());
    if (longest > settings.maxTokens() && settings.tooLong() == TokenizedDataset.TooLong.ERROR) {
      throw new IllegalArgumentException(
          "maxTokens must be at least the "
              + longest
              + " tokens that samples of stage '"
              + other.name()
              + "' can have (prompts.maxTokens and maxNewTokens), got "
              + settings.maxTokens()
              + "; raise it, or set tooLong to drop or truncate");
    }
  }

  @Override
  public boolean takesLeaves() {
    return true;
  }

  @Override
  public MemoryPlan.Load pass() {
    return Passes.whole(settings.maxTokens(), context);
  }

  @Override
  public void read() {
    for (Source source : sources()) {
      inputs(source).forEach(i -> context.read(i, this::load).ifPresent(t -> read.put(source, t)));
    }
  }

  private TokenizedDataset.Loaded load(Dataset data) {
    TokenizedDataset.Loaded loaded =
        TokenizedDataset.read(data, context.words().orElseThrow(), limit());
    context.countTexts(loaded.touched(), settings.maxTokens());
    return loaded;
  }

  @Override
  public Description describe() {
    List<String> data = new ArrayList<>();
    for (Source source : settings.data()) {
      data.add(source.stage() == null ? source.label() : "stage " + source.stage());
    }
    if (data.isEmpty()) {
      inputs().forEach(i -> data.add(i.fileName()));
    }
    Double epochs = settings.epochs();
    return new Description(
        epochs == null ? Tables.whole(settings.steps()) : epochs + " epochs",
        Tables.files(data, context.recipe()),
        "");
  }

  /// Returns the texts of each source, those of earlier stages too.
  private List<TokenizedDataset.Part> parts(RunDirectory run) {
    List<TokenizedDataset.Part> parts = new ArrayList<>();
    for (Source source : sources()) {
      TokenizedDataset.Loaded loaded =
          read.computeIfAbsent(
              source,
              s ->
                  load(
                      new Dataset(
                          List.of(made(run, s)), Columns.DEFAULT, Shape.PROMPT_COMPLETION)));
      double share = source.share() == null ? 0 : source.share();
      parts.add(new TokenizedDataset.Part(source.label(), loaded, share));
    }
    return parts;
  }

  /// Returns the file of a source that is made during the run.
  private Path made(RunDirectory run, Source source) {
    MadeData made = source.made();
    if (made == null) {
      return RejectionStage.kept(run, requireNonNull(source.stage()));
    }
    Path file = run.data(name()).resolve(made.label() + ".jsonl");
    if (!Files.exists(file)) {
      made.write(file, context.streams(name()).seed(Purpose.MADE_UP_DATA));
    }
    return file;
  }

  @Override
  public int steps(RunDirectory run) {
    Double epochs = settings.epochs();
    if (epochs == null) {
      return settings.steps();
    }
    long texts = parts(run).stream().mapToLong(p -> p.texts().size()).sum();
    return Math.toIntExact((long) Math.ceil(epochs * texts / settings.batchSize()));
  }

  @Override
  public OpenTrainer open(RunDirectory run, Path from) {
    Streams streams = context.streams(name());
    TextSource texts = TokenizedDataset.of(parts(run), streams.seed(Purpose.MIXTURE));
    return OpenTrainer.of(
        new SftTrainer(context.model(), texts, config(steps(run)), streams.seed(Purpose.EXAMPLES)),
        () -> saveModel(run));
  }
}
