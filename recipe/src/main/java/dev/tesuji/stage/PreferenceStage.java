package dev.tesuji.stage;

import static java.util.Objects.requireNonNull;

import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.Dataset;
import dev.tesuji.dataset.Shape;
import dev.tesuji.nn.LoraConfig;
import dev.tesuji.preference.Pair;
import dev.tesuji.preference.PairObjective;
import dev.tesuji.preference.PreferenceConfig;
import dev.tesuji.preference.PreferenceObjective;
import dev.tesuji.preference.PreferenceTrainer;
import dev.tesuji.preference.Preferences;
import dev.tesuji.preference.Preferences.Loaded;
import dev.tesuji.preference.Preferences.Split;
import dev.tesuji.preference.UnpairedObjective;
import dev.tesuji.random.Purpose;
import dev.tesuji.recipe.DpoSettings;
import dev.tesuji.recipe.KtoSettings;
import dev.tesuji.recipe.PreferenceData;
import dev.tesuji.recipe.StageSettings;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.train.MemoryPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Learning from preferences: from pairs of answers (DPO), or from single ones (KTO).
///
/// @param <T> an example
public final class PreferenceStage<T> implements Stage {
  private final StageSettings settings;
  private final PreferenceData data;
  private final int batchSize;
  private final Kind<T> kind;
  private final RunContext context;
  private @Nullable Split<T> examples;

  private PreferenceStage(
      StageSettings settings,
      PreferenceData data,
      int batchSize,
      Kind<T> kind,
      RunContext context) {
    this.settings = settings;
    this.data = data;
    this.batchSize = batchSize;
    this.kind = kind;
    this.context = context;
  }

  /// One kind of example: where it comes from, and what is learned from it.
  ///
  /// @param shapes the shapes of files that it reads
  /// @param reader reads them from files
  /// @param maker makes them of pairs
  /// @param objective what is learned from some of them
  private record Kind<T>(
      Set<Shape> shapes,
      Reader<T> reader,
      Function<Loaded<Pair>, Loaded<T>> maker,
      Function<List<T>, PreferenceObjective> objective) {}

  /// Reads examples from files.
  private interface Reader<T> {
    Loaded<T> read(Dataset data, TokenizedDataset.Words words, TokenizedDataset.Limit limit);
  }

  /// Makes a stage that learns from pairs.
  public static Stage dpo(DpoSettings s, RunContext context) {
    return new PreferenceStage<>(
        s,
        s.preferences(),
        s.batchSize(),
        new Kind<>(
            EnumSet.of(Shape.PREFERENCE),
            Preferences::pairs,
            pairs -> pairs,
            pairs -> new PairObjective(pairs, s.loss())),
        context);
  }

  /// Makes a stage that learns from single answers.
  public static Stage kto(KtoSettings s, RunContext context) {
    return new PreferenceStage<>(
        s,
        s.preferences(),
        s.batchSize(),
        new Kind<>(
            EnumSet.of(Shape.UNPAIRED_PREFERENCE, Shape.PREFERENCE),
            Preferences::judged,
            pairs -> Preferences.unpaired(pairs, s.preferences().limit()),
            answers ->
                new UnpairedObjective(
                    Preferences.amongThemselves(answers, s.preferences().limit()), s.loss())),
        context);
  }

  @Override
  public StageSettings settings() {
    return settings;
  }

  @Override
  public RunContext context() {
    return context;
  }

  /// Returns the limit on length, which the model's positions bound too.
  private TokenizedDataset.Limit limit() {
    return new TokenizedDataset.Limit(
        Math.min(data.maxTokens(), context.positions()), data.tooLong());
  }

  private Optional<Input> training() {
    Path path = data.data() == null ? context.recipe().data() : data.data();
    return Input.of(path, data.columns(), kind.shapes(), null).stream().findFirst();
  }

  private Optional<Input> heldOut() {
    return Input.of(data.heldOut(), data.columns(), kind.shapes(), null).stream().findFirst();
  }

  @Override
  public List<Input> inputs() {
    List<Input> inputs = new ArrayList<>();
    training().ifPresent(inputs::add);
    heldOut().ifPresent(inputs::add);
    return inputs;
  }

  @Override
  public void check() {
    LoraConfig lora = context.recipe().lora();
    if (lora != null && lora.dropout() > 0) {
      throw new IllegalArgumentException(
          "lora.dropout must be 0: the loss compares the policy with what the reference"
              + " made of the same answers, got "
              + lora.dropout());
    }
    if (training().isEmpty() && !(context.recipe().requireTask() instanceof TaskConfig.WithPairs)) {
      throw new BadInput("stage '" + name() + "' needs 'data', the file with its preferences");
    }
    config();
  }

  private PreferenceConfig config() {
    return new PreferenceConfig(
        settings.steps(),
        batchSize,
        data.heldOutEvery(),
        settings.optimizer(),
        context.recipe().compute());
  }

  @Override
  public boolean takesLeaves() {
    return true;
  }

  @Override
  public MemoryPlan.Load pass() {
    return Passes.whole(data.maxTokens(), context);
  }

  @Override
  public void read() {
    Optional<Loaded<T>> loaded =
        training().isPresent() ? read(training().get()) : made().filter(_ -> !context.planned());
    Optional<Loaded<T>> measured = heldOut().flatMap(this::read);
    loaded.ifPresent(l -> examples = split(l, measured));
  }

  private Optional<Loaded<T>> read(Input input) {
    return context.read(
        input,
        rows -> {
          Loaded<T> loaded = kind.reader().read(rows, context.words().orElseThrow(), limit());
          context.countTexts(loaded.touched(), data.maxTokens());
          return loaded;
        });
  }

  private Optional<Loaded<T>> made() {
    return context.recipe().requireTask() instanceof TaskConfig.WithPairs task
        ? context.words().map(w -> kind.maker().apply(made(task, w)))
        : Optional.empty();
  }

  /// Makes pairs; the prompts of two are the same where their tokens are.
  private Loaded<Pair> made(TaskConfig.WithPairs task, TokenizedDataset.Words words) {
    List<Pair> pairs = task.pairs(data.builtIn(), words);
    return new Loaded<>(pairs, pairs.stream().map(p -> Arrays.toString(p.prompt())).toList(), 0);
  }

  private Split<T> split(Loaded<T> loaded, Optional<Loaded<T>> measured) {
    if (measured.isPresent()) {
      Split<T> split = loaded.without(measured.get());
      int left = loaded.examples().size() - split.kept().size();
      if (left > 0) {
        context
            .notes()
            .say(
                "Stage '"
                    + name()
                    + "': "
                    + left
                    + " of "
                    + loaded.examples().size()
                    + " examples are not learned from: their prompts are held out");
      }
      return split;
    }
    return data.heldOutShare() == 0
        ? new Split<>(loaded.examples(), List.of())
        : loaded.split(data.heldOutShare(), context.streams(name()).seed(Purpose.HELD_OUT));
  }

  @Override
  public Description describe() {
    List<String> files = inputs().stream().map(Input::fileName).toList();
    return new Description(
        Tables.whole(settings.steps()), Tables.files(files, context.recipe()), "");
  }

  @Override
  public OpenTrainer open(RunDirectory run, Path from) {
    Split<T> split = requireNonNull(examples, "examples are read before a stage is opened");
    return OpenTrainer.of(
        new PreferenceTrainer(
            context.model(),
            kind.objective().apply(split.kept()),
            split.heldOut().isEmpty() ? null : kind.objective().apply(split.heldOut()),
            config(),
            context.streams(name()).seed(Purpose.EXAMPLES)),
        () -> saveModel(run));
  }
}
