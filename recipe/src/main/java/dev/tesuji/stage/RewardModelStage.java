package dev.tesuji.stage;

import static java.util.Objects.requireNonNull;

import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.Shape;
import dev.tesuji.env.Task;
import dev.tesuji.random.Purpose;
import dev.tesuji.recipe.Comparisons;
import dev.tesuji.recipe.RewardConfig;
import dev.tesuji.recipe.RewardModelSettings;
import dev.tesuji.recipe.RewardSpec;
import dev.tesuji.reward.Grader;
import dev.tesuji.rewardmodel.RewardExample;
import dev.tesuji.rewardmodel.RewardExamples;
import dev.tesuji.rewardmodel.RewardModelConfig;
import dev.tesuji.rewardmodel.RewardModelTrainer;
import dev.tesuji.run.Halted;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.train.Checkpoints;
import dev.tesuji.train.MemoryPlan;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Learning what answers are worth: makes a reward model.
public final class RewardModelStage implements Stage {
  private final RewardModelSettings settings;
  private final RunContext context;
  private @Nullable RewardExamples opinions; // null also where the model draws them in its turn

  /// Makes the stage.
  public RewardModelStage(RewardModelSettings settings, RunContext context) {
    this.settings = settings;
    this.context = context;
  }

  @Override
  public RewardModelSettings settings() {
    return settings;
  }

  @Override
  public RunContext context() {
    return context;
  }

  private List<Input> inputs(Comparisons.OfFiles files) {
    return Input.of(
        files.data() == null ? context.recipe().data() : files.data(),
        files.columns(),
        EnumSet.of(Shape.PREFERENCE, Shape.RANKING, Shape.UNPAIRED_PREFERENCE),
        null);
  }

  @Override
  public List<Input> inputs() {
    return settings.comparisons() instanceof Comparisons.OfFiles files ? inputs(files) : List.of();
  }

  @Override
  public void check() {
    switch (settings.comparisons()) {
      case Comparisons.Made made -> made.requireTask(context.recipe().requireTask());
      case Comparisons.OfFiles files when inputs(files).isEmpty() ->
          throw new BadInput(
              "stage '" + name() + "' needs comparisons.files.data, the file with its comparisons");
      case Comparisons.OfFiles _, Comparisons.Drawn _ -> {}
    }
    config();
  }

  private RewardModelConfig config() {
    return new RewardModelConfig(
        settings.steps(),
        settings.batchSize(),
        settings.centering(),
        settings.optimizer(),
        context.recipe().compute());
  }

  private int mostTokens() {
    return Math.min(settings.maxTokens(), context.positions());
  }

  private RewardExamples.Reading reading(TokenizedDataset.Words words) {
    return new RewardExamples.Reading(
        words,
        new TokenizedDataset.Limit(mostTokens(), settings.tooLong()),
        settings.heldOutShare(),
        context.streams(name()).seed(Purpose.HELD_OUT));
  }

  /// Returns its largest pass; a ranking goes through the model as a whole.
  @Override
  public MemoryPlan.Load pass() {
    MemoryPlan.Load text = Passes.whole(settings.maxTokens(), context);
    int largest = 0;
    if (opinions != null) {
      largest =
          Stream.concat(opinions.train().stream(), opinions.heldOut().stream())
              .mapToInt(RewardExample::tokens)
              .max()
              .orElse(0);
    } else if (settings.comparisons() instanceof Comparisons.Drawn) {
      largest = 2 * mostTokens();
    }
    return MemoryPlan.Load.plain(Math.max(text.tokens(), largest), text.longest(), null);
  }

  @Override
  public void read() {
    Optional<RewardExamples> found =
        switch (settings.comparisons()) {
          case Comparisons.Made _ when context.planned() -> Optional.empty();
          case Comparisons.Made made ->
              context
                  .words()
                  .map(w ->
                      made.opinions(
                          context.task(),
                          reading(w),
                          context.streams(name()).seed(Purpose.MADE_UP_DATA)));
          case Comparisons.Drawn drawn -> {
            context.posed(drawn.task()); // what will not do is said now
            yield Optional.empty();
          }
          case Comparisons.OfFiles files ->
              inputs(files).stream()
                  .findFirst()
                  .flatMap(i ->
                      context.read(
                          i,
                          rows ->
                              RewardExamples.read(rows, reading(context.words().orElseThrow()))));
        };
    found.ifPresent(this::take);
  }

  private void take(RewardExamples found) {
    if (settings.centering() > 0 && found.train().getFirst() instanceof RewardExample.Labelled) {
      throw new BadInput(
          "stage '"
              + name()
              + "': centering must be 0 for labelled answers, whose scores have a 0 of their own,"
              + " got "
              + settings.centering());
    }
    context.countTexts(found.touched(), mostTokens());
    opinions = found;
  }

  @Override
  public Description describe() {
    List<String> files = inputs().stream().map(Input::fileName).toList();
    return new Description(
        Tables.whole(settings.steps()), Tables.files(files, context.recipe()), "");
  }

  @Override
  public OpenTrainer open(RunDirectory run, Path from) {
    context.sayWithoutLeaves(name(), "the reward model");
    RewardExamples learned =
        settings.comparisons() instanceof Comparisons.Drawn drawn
            ? draw(drawn)
            : requireNonNull(opinions, "comparisons are read before a stage is opened");
    RewardModelTrainer trainer =
        new RewardModelTrainer(
            context.model(), learned, config(), context.streams(name()).seed(Purpose.EXAMPLES));
    return OpenTrainer.of(trainer, () -> save(trainer, run));
  }

  /// Has the model respond to problems, and the gold reward say which responses are better.
  private RewardExamples draw(Comparisons.Drawn drawn) {
    Task task = context.posed(drawn.task()).orElseThrow();
    RewardConfig.Place place =
        new RewardConfig.Place(
            task, drawn.maxNewTokens(), context.decoder().device(), context::modelOf);
    context.notes().say("Stage '" + name() + "': " + drawn.describe());
    try (Grader gold = new Grader(RewardSpec.open(drawn.gold(), place))) {
      RewardExamples drawnNow =
          drawn.draw(
              new Comparisons.Place(
                  context.model(),
                  context.engines(),
                  task,
                  gold,
                  reading(context.words().orElseThrow()),
                  context.streams(name())));
      context.countTexts(drawnNow.touched(), mostTokens());
      return drawnNow;
    }
  }

  /// Writes the reward model, and says how it does.
  ///
  /// @throws Halted when it scores an answer NaN or infinite; the stage begins again on a resume
  private void save(RewardModelTrainer trainer, RunDirectory run) {
    trainer.trouble().ifPresent(what -> halt(what, run));
    context.notes().say("Stage '" + name() + "': " + trainer.heldOut());
    context.spend();
    trainer.finish(run.model(name()));
  }

  private void halt(String trouble, RunDirectory run) {
    new Checkpoints(run.checkpoints(name())).clear();
    throw new Halted(
        "Stage '"
            + name()
            + "' halted: "
            + run.model(name())
            + " was not written, because of "
            + trouble
            + "; lower optimizer.learningRate of the stage, and begin the stage again with");
  }
}
