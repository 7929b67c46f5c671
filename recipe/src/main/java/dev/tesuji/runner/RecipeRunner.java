package dev.tesuji.runner;

import dev.tesuji.check.BadInput;
import dev.tesuji.env.Task;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.policy.MatmulPrecision;
import dev.tesuji.recipe.BaseModel;
import dev.tesuji.recipe.CommonSettings;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.recipe.StageSettings;
import dev.tesuji.recipe.TestTimeConfig;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.run.StopSignal;
import dev.tesuji.run.Stopped;
import dev.tesuji.stage.Registry;
import dev.tesuji.stage.RunContext;
import dev.tesuji.stage.RunContext.StageModel;
import dev.tesuji.stage.Stage;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Memory;
import dev.tesuji.tracking.BackgroundTracker;
import dev.tesuji.train.Checkpoints;
import dev.tesuji.train.Guardian;
import dev.tesuji.train.MemoryPlan;
import dev.tesuji.train.Trainer;
import dev.tesuji.train.TrainingLoop;
import dev.tesuji.weights.AdapterDirectory;
import dev.tesuji.weights.ModelConverter;
import dev.tesuji.weights.ModelConverter.Changes;
import dev.tesuji.weights.ModelDirectory;
import dev.tesuji.yaml.Kinds;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Runs a recipe: evaluates, goes through the stages, evaluates again, reports.
///
/// Everything that can be checked is checked before the run directory is made.
public final class RecipeRunner {
  private final Registry registry;
  private final Recipe recipe;
  private final Path out;
  private final boolean resume;
  private final PrintStream console;
  private @Nullable ResumeCheck check; // null for a new run

  /// Prepares a run.
  ///
  /// @param registry has the kinds that the recipe names
  /// @param out the run directory
  /// @param resume whether it continues the run that is there
  /// @param console where to tell what happens
  public RecipeRunner(
      Registry registry, Recipe recipe, Path out, boolean resume, PrintStream console) {
    this.registry = registry;
    this.recipe = recipe;
    this.out = out;
    this.resume = resume;
    this.console = console;
  }

  /// Runs the recipe to its end.
  ///
  /// @param stop asks the run to save and stop after the step it is in
  /// @return what `report.json` holds
  /// @throws BadInput when something that was handed in is wrong
  /// @throws Stopped when a stop was requested; everything is saved
  public ObjectNode run(StopSignal stop) {
    if (!recipe.hasLanguageModel()) {
      begin();
      return runWithoutModel(stop);
    }
    Path base = null;
    if (recipe.modelDirectory() != null) {
      base = recipe.modelDirectory();
      ConfigReader.read(AdapterDirectory.baseOf(base)); // must be a model before anything is made
    }
    Task task = recipe.requireTask().open(recipe.data(), base);
    begin();
    if (base != null && recipe.newTokens().isEmpty()) {
      return run(null, task, stop, base);
    }
    try (RunDirectory run = take()) {
      createModel(run);
      return run(run, task, stop, run.model("initial"));
    }
  }

  /// Refuses to resume what is another run, and to begin where one is.
  private void begin() {
    if (resume) {
      check = ResumeCheck.of(registry, recipe, out);
      check.require(console::println);
    } else {
      RunDirectory.checkFree(out);
    }
  }

  private ObjectNode runWithoutModel(StopSignal stop) {
    State state = resume ? State.read(out.resolve("state.json")) : State.fresh();
    ModelPlaces places = new ModelPlaces(recipe, out, out.resolve("models").resolve("initial"));
    RunModels models = new RunModels(recipe, places, recipe.compute().products(), console);
    RunContext.Parts parts =
        new RunContext.Parts(
            recipe, Optional.empty(), models, new Said(), registry.gold(), registry.engines());
    try (RunContext context = new RunContext(parts, /* planned= */ false)) {
      Preparation preparation = new Preparation(registry, context, Preparation.Complaints.REFUSE);
      preparation.prepare(state.done());
      try (RunDirectory run = take()) {
        return run(run, new Session(context, stop, state, preparation, places));
      }
    }
  }

  private RunDirectory take() {
    if (resume) {
      return RunDirectory.resume(out);
    }
    RunDirectory run = RunDirectory.create(out);
    SafeFiles.replace(run.recipe(), recipe.toYaml());
    return run;
  }

  private void createModel(RunDirectory run) {
    Path initial = run.model("initial");
    if (Files.exists(initial.resolve("config.json"))) {
      return;
    }
    BaseModel base = recipe.model();
    if (recipe.newModel() != null) {
      recipe.newModel().create(initial, recipe.seed());
    } else if (base != null) {
      extend(base, initial);
    }
  }

  private void extend(BaseModel base, Path initial) {
    Dtype stored = ConfigReader.read(AdapterDirectory.baseOf(base.path())).dtype();
    Dtype written = stored == Dtype.FLOAT8 ? recipe.computeType(stored) : null;
    Changes changes = new Changes(written, ModelDirectory.SHARD_BYTES, base.tokens());
    Map<String, Integer> added = ModelConverter.convert(base.path(), initial, changes);
    console.printf(
        Locale.ROOT, "%s: added %d tokens to %s%n", recipe.name(), added.size(), base.path());
    recipe.untrainedTokens().ifPresent(note -> console.println("Note: " + note));
  }

  private ObjectNode run(@Nullable RunDirectory taken, Task task, StopSignal stop, Path start) {
    State state = resume ? State.read(out.resolve("state.json")) : State.fresh();
    ModelPlaces places = new ModelPlaces(recipe, out, start);
    Path from = places.source(state.done());
    MatmulPrecision products = state.products(recipe.compute().products());
    RunModels models = new RunModels(recipe, places, products, console);
    RunContext.Parts parts =
        new RunContext.Parts(
            recipe, Optional.of(task), models, new Said(), registry.gold(), registry.engines());
    try (RunContext context = open(parts, models, from)) {
      Preparation preparation = new Preparation(registry, context, Preparation.Complaints.REFUSE);
      preparation.prepare(state.done());
      TestTimeConfig testTime = recipe.evaluation().testTime();
      if (testTime != null) {
        context.posed(testTime.task()); // what will not do is said now
      }
      if (taken != null) {
        return run(taken, new Session(context, stop, state, preparation, places));
      }
      try (RunDirectory run = take()) {
        return run(run, new Session(context, stop, state, preparation, places));
      }
    }
  }

  private static RunContext open(RunContext.Parts parts, RunModels models, Path from) {
    StageModel first = models.load(from);
    try {
      return new RunContext(parts, first, from);
    } catch (BadInput e) {
      first.close();
      throw e;
    }
  }

  /// The objects that a run works with.
  private record Session(
      RunContext context,
      StopSignal stop,
      State state,
      Preparation preparation,
      ModelPlaces places) {}

  /// Tells what happens on the console.
  private final class Said implements RunContext.Notes {
    @Override
    public void say(String sentence) {
      console.println(sentence);
    }

    @Override
    public void warn(String sentence) {
      console.println("Warning: " + sentence);
    }
  }

  private ObjectNode run(RunDirectory run, Session s) {
    if (check != null) {
      check.keep();
      SafeFiles.replace(run.recipe(), recipe.toYaml());
    }
    try (BackgroundTracker tracker =
        new BackgroundTracker(run.root(), recipe.tracking(), System.getenv(), console::println)) {
      ObjectNode report = work(run, s);
      tracker.finished();
      return report;
    }
  }

  private ObjectNode work(RunDirectory run, Session s) {
    RunEvaluations evaluations = new RunEvaluations(s.context(), out, console);
    JsonNode before =
        s.state()
            .before()
            .orElseGet(() -> {
              ObjectNode found = evaluations.evaluate(CommonSettings.BASE, "before training");
              RunEvaluations.log(run, recipe.stages().getFirst().name(), 0, found);
              return s.state().setBefore(found, run.state());
            });
    stopIfAsked(s);
    recipe.stages().stream() // a kill can have left checkpoints of stages that are done
        .limit(s.state().done())
        .forEach(done -> new Checkpoints(run.checkpoints(done.name())).clear());
    for (int i = s.state().done(); i < recipe.stages().size(); i++) {
      StageSettings stage = recipe.stages().get(i);
      Path from = s.places().source(i);
      if (stage.trainsLanguageModel()) {
        s.context().goTo(from);
      }
      Memory.giveBack();
      Optional<ObjectNode> start = evaluations.evaluateStart(i);
      ObjectNode made = train(run, s, stage, from);
      start.ifPresent(found -> made.set("start", found));
      boolean last = i == recipe.stages().size() - 1;
      if (stage.common().evaluate() && stage.makes() == StageSettings.Product.POLICY && !last) {
        s.context().goTo(s.places().madeBy(stage.name()));
        ObjectNode found = evaluations.evaluate(stage.name(), "after stage '" + stage.name() + "'");
        RunEvaluations.log(run, stage.name(), made.path("steps").asInt(), found);
        made.set("evaluation", found);
      }
      s.state().addStage(made, run.state());
      new Checkpoints(run.checkpoints(stage.name())).clear();
      stopIfAsked(s);
    }
    if (recipe.hasLanguageModel()) {
      s.context().goTo(s.places().last());
    }
    JsonNode last = s.state().stages().getLast();
    ObjectNode after = evaluations.evaluate(s.places().lastName(), "after training");
    RunEvaluations.log(run, last.path("name").asString(""), last.path("steps").asInt(), after);
    TestTimeConfig testTime = recipe.evaluation().testTime();
    if (testTime != null && recipe.evaluation().posed().problems() > 0) {
      TestTimeRun measured = new TestTimeRun(testTime, run, s.context(), console);
      double seconds = measured.measure(s.places().start(), s.places().last());
      after.put("test_time_seconds", seconds);
    }
    for (JsonNode made : s.state().stages()) {
      boolean isLast = made.path("name").asString("").equals(s.places().lastName());
      card(run, s, new ModelCard.Numbers(made, before, isLast ? after : made.path("evaluation")));
    }
    return new RunReport(run, s.context(), s.state(), s.places()).write(before, after);
  }

  /// Writes the card of a model, where the stage made one.
  private void card(RunDirectory run, Session s, ModelCard.Numbers numbers) {
    String name = numbers.made().path("name").asString("");
    Path directory = run.model(name);
    recipe.stages().stream()
        .filter(stage -> stage.name().equals(name) && stage.trainsLanguageModel())
        .filter(_ -> Files.isDirectory(directory))
        .forEach(stage ->
            new ModelCard(recipe, s.context().task().name(), s.places().start())
                .write(directory, stage.makes(), numbers));
  }

  private ObjectNode train(RunDirectory run, Session s, StageSettings settings, Path from) {
    CommonSettings.CheckpointPace every = settings.common().checkpoint();
    TrainingLoop.Pace pace =
        new TrainingLoop.Pace(
            every.everySteps(), Duration.ofMillis((long) (every.everyMinutes() * 60_000)));
    Stage stage = s.preparation().stage(settings);
    int steps = stage.steps(run);
    TrainingLoop loop =
        new TrainingLoop(run, stage.name(), steps, pace, s.stop()).noting(registry.engines()::note);
    MemoryPlan plan = stage.memory();
    console.println(
        "Stage '"
            + stage.name()
            + "': about "
            + MemoryPlan.gigabytes(plan.total())
            + " ("
            + plan
            + ")");
    stage.rehearse();
    try (Stage.OpenTrainer open = stage.open(run, from)) {
      Trainer trainer = open.trainer();
      if (stage.takesLeaves()) {
        trainer.computeLeavesOn(registry.leafRunner(s.context().model()));
      }
      ObjectNode made = Json.MAPPER.createObjectNode().put("name", stage.name());
      made.put("kind", Kinds.name(settings.getClass())).put("steps", steps);
      made.put(
          "from",
          from.equals(s.places().start())
              ? CommonSettings.BASE
              : String.valueOf(from.getFileName()));
      Guardian guardian =
          new Guardian(settings.common().guardian(), stage.choices(), open.heldOut());
      made.put("seconds", loop.run(trainer, guardian));
      made.setAll(trainer.summary());
      open.save().run();
      return made;
    }
  }

  private void stopIfAsked(Session s) {
    if (s.stop().requested()) {
      throw new Stopped("Stopped between stages, all saved.");
    }
  }
}
