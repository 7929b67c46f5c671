package dev.tesuji.runner;

import dev.tesuji.check.BadInput;
import dev.tesuji.env.Task;
import dev.tesuji.evaluate.EvaluationConfig;
import dev.tesuji.evaluate.EvaluationLog;
import dev.tesuji.evaluate.Evaluator;
import dev.tesuji.evaluate.MeasuringTask;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.policy.MatmulPrecision;
import dev.tesuji.random.Purpose;
import dev.tesuji.recipe.CommonSettings;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.recipe.StageSettings;
import dev.tesuji.recipe.TestTimeConfig;
import dev.tesuji.report.Report;
import dev.tesuji.run.Progress;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.run.StopSignal;
import dev.tesuji.run.Stopped;
import dev.tesuji.stage.Registry;
import dev.tesuji.stage.RunContext;
import dev.tesuji.stage.RunContext.StageModel;
import dev.tesuji.stage.Stage;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Memory;
import dev.tesuji.train.Checkpoints;
import dev.tesuji.train.Guardian;
import dev.tesuji.train.MemoryPlan;
import dev.tesuji.train.Metrics;
import dev.tesuji.train.MetricsLog;
import dev.tesuji.train.Trainer;
import dev.tesuji.train.TrainingLoop;
import dev.tesuji.weights.AdapterDirectory;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.yaml.Kinds;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
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
    Path base = null;
    if (recipe.model() != null) {
      base = AdapterDirectory.baseOf(recipe.model());
      ConfigReader.read(base); // must be a model before anything is made
    }
    Task task = recipe.task().open(recipe.data(), base);
    if (resume) {
      ResumeCheck.require(registry, recipe, out, console::println);
    } else {
      RunDirectory.checkFree(out);
    }
    if (recipe.model() != null) {
      return run(null, task, stop, recipe.model());
    }
    try (RunDirectory run = take()) {
      createModel(run);
      return run(run, task, stop, run.model("initial"));
    }
  }

  private RunDirectory take() {
    RunDirectory run = resume ? RunDirectory.resume(out) : RunDirectory.create(out);
    SafeFiles.replace(run.recipe(), recipe.toYaml());
    return run;
  }

  private void createModel(RunDirectory run) {
    Path initial = run.model("initial");
    if (!Files.exists(initial.resolve("config.json")) && recipe.newModel() != null) {
      recipe.newModel().create(initial, recipe.seed());
    }
  }

  private ObjectNode run(@Nullable RunDirectory taken, Task task, StopSignal stop, Path start) {
    State state = resume ? State.read(out.resolve("state.json")) : State.fresh();
    Path from = source(state.done(), start);
    MatmulPrecision products = state.products(recipe.compute().products());
    Loader loader = new Loader(start, products);
    RunContext.Parts parts =
        new RunContext.Parts(recipe, Optional.of(task), loader, new Said(), registry.gold());
    try (RunContext context = open(parts, loader, from)) {
      Preparation preparation = new Preparation(registry, context, Preparation.Complaints.REFUSE);
      preparation.prepare(state.done());
      TestTimeConfig testTime = recipe.evaluation().testTime();
      if (testTime != null) {
        context.posed(testTime.task()); // what will not do is said now
      }
      if (taken != null) {
        return run(taken, new Session(context, stop, state, preparation, start));
      }
      try (RunDirectory run = take()) {
        return run(run, new Session(context, stop, state, preparation, start));
      }
    }
  }

  private static RunContext open(RunContext.Parts parts, Loader loader, Path from) {
    StageModel first = loader.load(from);
    try {
      return new RunContext(parts, first, from);
    } catch (BadInput e) {
      first.close();
      throw e;
    }
  }

  /// The objects that a run works with.
  private record Session(
      RunContext context, StopSignal stop, State state, Preparation preparation, Path start) {}

  /// Returns the folder of the model that a stage starts from.
  ///
  /// @param index its number; that of stages asks for the last language model
  private Path source(int index, Path start) {
    Path other =
        index < recipe.stages().size() ? recipe.stages().get(index).common().model() : null;
    return other == null
        ? recipe.source(index).map(stage -> madeBy(stage.name())).orElse(start)
        : other;
  }

  private Path madeBy(String stage) {
    return out.resolve("models").resolve(stage);
  }

  /// Loads models with their weights.
  ///
  /// @param start the model that the run begins with, whose type all are computed in
  /// @param products the type of matrix products
  private final class Loader implements RunContext.Models {
    private final Path start;
    private final MatmulPrecision products;

    Loader(Path start, MatmulPrecision products) {
      this.start = start;
      this.products = products;
    }

    @Override
    public StageModel load(Path directory) {
      Device device = device();
      Dtype dtype = recipe.computeType(ConfigReader.read(AdapterDirectory.baseOf(start)).dtype());
      LoadedModel model = LoadedModel.load(directory, dtype, device);
      complete(model);
      CausalLm decoder = model.decoder();
      console.printf(
          Locale.ROOT,
          "%s: %s, %,d parameters, %,d of them trained, %s on %s%s%n",
          recipe.name(),
          decoder.config().modelType(),
          decoder.parameterCount(),
          decoder.trainedCount(),
          dtype,
          device,
          decoder.product() == dtype ? "" : ", products in " + decoder.product());
      return StageModel.of(model, false);
    }

    @Override
    public LoadedModel plan(Path directory, CausalLm like) {
      LoadedModel model = LoadedModel.planned(directory, like.dtype(), like.device());
      complete(model);
      return model;
    }

    private void complete(LoadedModel model) {
      try {
        recipe.adapt(model.decoder());
        products.apply(model.decoder());
      } catch (RuntimeException e) {
        model.close();
        throw e;
      }
    }

    @Override
    public Path of(String stage) {
      return madeBy(stage);
    }
  }

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

  private Device device() {
    try {
      return Device.named(recipe.device());
    } catch (IllegalArgumentException e) {
      throw new BadInput("recipe: " + e.getMessage(), e);
    }
  }

  private ObjectNode run(RunDirectory run, Session s) {
    JsonNode before =
        s.state()
            .before()
            .orElseGet(() -> {
              ObjectNode found = evaluate(s, CommonSettings.BASE, "before training");
              log(run, recipe.stages().getFirst().name(), 0, found);
              return s.state().setBefore(found, run.state());
            });
    stopIfAsked(s);
    recipe.stages().stream() // a kill can have left checkpoints of stages that are done
        .limit(s.state().done())
        .forEach(done -> new Checkpoints(run.checkpoints(done.name())).clear());
    for (int i = s.state().done(); i < recipe.stages().size(); i++) {
      StageSettings stage = recipe.stages().get(i);
      Path from = source(i, s.start());
      s.context().goTo(from);
      Memory.giveBack();
      Optional<ObjectNode> start = evaluateStart(s, i);
      ObjectNode made = train(run, s, stage, from);
      start.ifPresent(found -> made.set("start", found));
      boolean last = i == recipe.stages().size() - 1;
      if (stage.common().evaluate() && stage.makes() == StageSettings.Product.POLICY && !last) {
        s.context().goTo(madeBy(stage.name()));
        ObjectNode found = evaluate(s, stage.name(), "after stage '" + stage.name() + "'");
        log(run, stage.name(), made.path("steps").asInt(), found);
        made.set("evaluation", found);
      }
      s.state().addStage(made, run.state());
      new Checkpoints(run.checkpoints(stage.name())).clear();
      stopIfAsked(s);
    }
    s.context().goTo(source(recipe.stages().size(), s.start()));
    JsonNode last = s.state().stages().getLast();
    String made =
        recipe.source(recipe.stages().size()).map(StageSettings::name).orElse(CommonSettings.BASE);
    ObjectNode after = evaluate(s, made, "after training");
    log(run, last.path("name").asString(""), last.path("steps").asInt(), after);
    TestTimeConfig testTime = recipe.evaluation().testTime();
    if (testTime != null && recipe.evaluation().posed().problems() > 0) {
      Path end = source(recipe.stages().size(), s.start());
      double seconds = new TestTimeRun(testTime, run, s.context(), console).measure(s.start(), end);
      after.put("test_time_seconds", seconds);
    }
    return finish(run, s, before, after);
  }

  /// Evaluates another model than the recipe's that a stage starts from, unless an earlier stage
  /// started there too.
  private Optional<ObjectNode> evaluateStart(Session s, int index) {
    StageSettings stage = recipe.stages().get(index);
    Path other = stage.common().model();
    boolean seen =
        recipe.stages().subList(0, index).stream()
            .map(StageSettings::common)
            .anyMatch(c -> c.evaluate() && Objects.equals(c.model(), other));
    if (other == null || !stage.common().evaluate() || seen) {
      return Optional.empty();
    }
    String name = String.valueOf(other.getFileName());
    ObjectNode found =
        evaluate(s, name, "'" + name + "', which stage '" + stage.name() + "' begins with");
    return Optional.of(found.put("model", name));
  }

  private ObjectNode train(RunDirectory run, Session s, StageSettings settings, Path from) {
    CommonSettings.CheckpointPace every = settings.common().checkpoint();
    TrainingLoop.Pace pace =
        new TrainingLoop.Pace(
            every.everySteps(), Duration.ofMillis((long) (every.everyMinutes() * 60_000)));
    Stage stage = s.preparation().stage(settings);
    int steps = stage.steps(run);
    TrainingLoop loop = new TrainingLoop(run, stage.name(), steps, pace, s.stop());
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
      int vocabulary = s.context().decoder().config().vocabularySize();
      ObjectNode made = Json.MAPPER.createObjectNode().put("name", stage.name());
      made.put("kind", Kinds.name(settings.getClass())).put("steps", steps);
      made.put(
          "from",
          from.equals(s.start()) ? CommonSettings.BASE : String.valueOf(from.getFileName()));
      Guardian guardian = new Guardian(settings.common().guardian(), vocabulary, open.heldOut());
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

  /// @param name names what is evaluated: a stage, or the base
  /// @param when says so on the console
  private ObjectNode evaluate(Session s, String name, String when) {
    EvaluationConfig config = recipe.evaluation().posed();
    if (config.problems() == 0) {
      ObjectNode nothing = Json.MAPPER.createObjectNode().put("problems", 0).put("seconds", 0);
      nothing.putArray("examples");
      return nothing;
    }
    console.printf(
        Locale.ROOT,
        "Evaluating %s: %d held-out problems x %d samples at temperature %s ... ",
        when,
        s.context().task().heldOut(config.problems()).size(),
        config.samples(),
        config.sampling().temperature());
    console.flush();
    Evaluator evaluator =
        new Evaluator(
            s.context().model(),
            s.context().task(),
            config,
            recipe.streams().seed(Purpose.EVALUATION));
    Evaluator.Sampled sampled = evaluator.sample();
    EvaluationLog.write(out.resolve(RunDirectory.EVALUATIONS), name, sampled.byProblem());
    ObjectNode found = evaluator.summary(sampled).toJson();
    MeasuringTask.addTo(found, s.context().task(), sampled.byProblem());
    console.printf(
        Locale.ROOT,
        "accuracy %.3f in %s%n",
        found.path("accuracy").asDouble(),
        Progress.time(found.path("seconds").asDouble()));
    return found;
  }

  /// Appends what the task measured of an evaluation to the metrics of a stage.
  private static void log(RunDirectory run, String stage, int step, JsonNode found) {
    Metrics metrics = new Metrics();
    for (JsonNode measured : found) {
      measured.properties().stream()
          .filter(e -> e.getValue().isNumber())
          .forEach(e -> metrics.put(e.getKey(), e.getValue().doubleValue()));
    }
    if (!metrics.values().isEmpty()) {
      MetricsLog.note(run, stage, step, metrics);
    }
  }

  private ObjectNode finish(RunDirectory run, Session s, JsonNode before, JsonNode after) {
    ObjectNode report = Json.MAPPER.createObjectNode();
    report.put("name", recipe.name());
    report.put("task", s.context().task().name());
    report.put("seed", recipe.seed());
    report.set("before", before);
    report.set("after", after);
    recipe.source(recipe.stages().size()).ifPresent(m -> report.put("after_stage", m.name()));
    report.put("steps", s.state().stages().stream().mapToInt(m -> m.path("steps").asInt()).sum());
    double seconds = before.path("seconds").asDouble() + after.path("seconds").asDouble();
    ArrayNode stages = report.putArray("stages");
    for (JsonNode stage : s.state().stages()) {
      seconds += stage.path("seconds").asDouble();
      stages.add(stage);
    }
    report.put(
        "training_seconds",
        seconds - before.path("seconds").asDouble() - after.path("seconds").asDouble());
    double others =
        after.path("test_time_seconds").asDouble()
            + s.state().stages().stream()
                .mapToDouble(m ->
                    m.path("evaluation").path("seconds").asDouble()
                        + m.path("start").path("seconds").asDouble())
                .sum();
    report.put("wall_seconds", seconds + others);
    report.put("peak_memory_bytes", Memory.peakResident());
    report.put("long_prompts", s.context().longPrompts());
    report.put("long_texts", s.context().longTexts());
    report.put("model", source(recipe.stages().size(), s.start()).toString());
    new Report(
            run, recipe.evaluation().reflectiveWords(), recipe.streams().seed(Purpose.TRANSCRIPTS))
        .write(report, recipe.toYaml());
    return report;
  }
}
