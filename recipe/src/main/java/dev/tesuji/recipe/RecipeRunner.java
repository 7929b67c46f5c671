package dev.tesuji.recipe;

import dev.tesuji.check.BadInput;
import dev.tesuji.env.Task;
import dev.tesuji.evaluate.EvaluationConfig;
import dev.tesuji.evaluate.EvaluationLog;
import dev.tesuji.evaluate.Evaluator;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.policy.MatmulPrecision;
import dev.tesuji.random.Rng;
import dev.tesuji.report.Report;
import dev.tesuji.run.Progress;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.run.StopSignal;
import dev.tesuji.run.Stopped;
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
import dev.tesuji.weights.WeightsBeyond;
import dev.tesuji.world.Scores;
import dev.tesuji.world.World;
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
  private final Recipe recipe;
  private final Path out;
  private final boolean resume;
  private final PrintStream console;

  /// Prepares a run.
  ///
  /// @param out the run directory
  /// @param resume whether it continues the run that is there
  /// @param console where to tell what happens
  public RecipeRunner(Recipe recipe, Path out, boolean resume, PrintStream console) {
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
      base = recipe.model();
      ConfigReader.read(AdapterDirectory.baseOf(base)); // must be a model before anything is made
    }
    Task task = recipe.task().open(recipe.data(), base);
    if (!resume) {
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
    try (Workshop shop = new Workshop(recipe, task, console, models(start, products), from)) {
      StageRunner stages = new StageRunner(shop);
      stages.check(state.done());
      TestTimeConfig testTime = recipe.evaluation().testTime();
      if (testTime != null) {
        shop.posed(testTime.task()); // what will not do is said now
      }
      if (taken != null) {
        return run(taken, new Session(shop, stop, state, stages, start));
      }
      try (RunDirectory run = take()) {
        return run(run, new Session(shop, stop, state, stages, start));
      }
    }
  }

  /// What a run works with.
  private record Session(
      Workshop shop, StopSignal stop, State state, StageRunner stages, Path start) {}

  /// Returns the folder of the model that a stage starts from.
  ///
  /// @param index its number; that of stages asks for the last language model
  private Path source(int index, Path start) {
    Path other =
        index < recipe.stages().size() ? recipe.stages().get(index).course().model() : null;
    return other == null
        ? recipe.source(index).map(stage -> madeBy(stage.name())).orElse(start)
        : other;
  }

  private Path madeBy(String stage) {
    return out.resolve("models").resolve(stage);
  }

  private Workshop.Models models(Path start, MatmulPrecision products) {
    return new Workshop.Models() {
      @Override
      public LoadedModel load(Path directory) {
        return RecipeRunner.this.load(directory, start, products);
      }

      @Override
      public Path of(String stage) {
        return madeBy(stage);
      }
    };
  }

  private LoadedModel load(Path from, Path start, MatmulPrecision type) {
    Device device = device();
    Dtype dtype = recipe.computeType(ConfigReader.read(AdapterDirectory.baseOf(start)).dtype());
    LoadedModel model = LoadedModel.load(from, dtype, device);
    try {
      recipe.adapt(model.decoder());
    } catch (BadInput e) {
      model.close();
      throw e;
    }
    type.apply(model.decoder());
    String products =
        model.decoder().product() == dtype ? "" : ", products in " + model.decoder().product();
    console.printf(
        Locale.ROOT,
        "%s: %s, %,d parameters, %,d of them trained, %s on %s%s%n",
        recipe.name(),
        model.decoder().config().modelType(),
        model.decoder().parameterCount(),
        model.decoder().trainedCount(),
        dtype,
        device,
        products);
    WeightsBeyond.notes(model.directory()).forEach(note -> console.println("Note: " + note));
    return model;
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
              ObjectNode found = evaluate(s, Course.BASE, "before training");
              log(run, recipe.stages().getFirst().name(), 0, found);
              return s.state().setBefore(found, run.state());
            });
    stopIfAsked(s);
    recipe.stages().stream() // a kill can have left checkpoints of stages that are done
        .limit(s.state().done())
        .forEach(done -> new Checkpoints(run.checkpoints(done.name())).clear());
    for (int i = s.state().done(); i < recipe.stages().size(); i++) {
      Stage stage = recipe.stages().get(i);
      Path from = source(i, s.start());
      s.shop().goTo(from);
      Memory.giveBack();
      Optional<ObjectNode> start = evaluateStart(s, i);
      ObjectNode made = train(run, s, stage, i, from);
      start.ifPresent(found -> made.set("start", found));
      boolean last = i == recipe.stages().size() - 1;
      if (stage.course().evaluate() && stage.makesPolicy() && !last) {
        s.shop().goTo(madeBy(stage.name()));
        ObjectNode found = evaluate(s, stage.name(), "after stage '" + stage.name() + "'");
        log(run, stage.name(), made.path("steps").asInt(), found);
        made.set("evaluation", found);
      }
      s.state().addStage(made, run.state());
      new Checkpoints(run.checkpoints(stage.name())).clear();
      stopIfAsked(s);
    }
    s.shop().goTo(source(recipe.stages().size(), s.start()));
    JsonNode last = s.state().stages().getLast();
    String made = recipe.source(recipe.stages().size()).map(Stage::name).orElse(Course.BASE);
    ObjectNode after = evaluate(s, made, "after training");
    log(run, last.path("name").asString(""), last.path("steps").asInt(), after);
    TestTimeConfig testTime = recipe.evaluation().testTime();
    if (testTime != null && recipe.evaluation().posed().problems() > 0) {
      Path end = source(recipe.stages().size(), s.start());
      double seconds = new TestTimeRun(testTime, run, s.shop()).measure(s.start(), end);
      after.put("test_time_seconds", seconds);
    }
    return finish(run, s, before, after);
  }

  /// Evaluates another model than the recipe's that a stage starts from, unless an earlier stage
  /// started there too.
  private Optional<ObjectNode> evaluateStart(Session s, int index) {
    Stage stage = recipe.stages().get(index);
    Path other = stage.course().model();
    boolean seen =
        recipe.stages().subList(0, index).stream()
            .map(Stage::course)
            .anyMatch(c -> c.evaluate() && Objects.equals(c.model(), other));
    if (other == null || !stage.course().evaluate() || seen) {
      return Optional.empty();
    }
    String name = String.valueOf(other.getFileName());
    ObjectNode found =
        evaluate(s, name, "'" + name + "', which stage '" + stage.name() + "' begins with");
    return Optional.of(found.put("model", name));
  }

  private ObjectNode train(RunDirectory run, Session s, Stage stage, int index, Path from) {
    long seed = Rng.derive(recipe.seed(), 100 + index);
    TrainingLoop.Pace pace =
        new TrainingLoop.Pace(
            stage.course().checkpoint().everySteps(),
            Duration.ofMillis((long) (stage.course().checkpoint().everyMinutes() * 60_000)));
    PreparedStage prepared = s.stages().prepared(stage);
    int steps = prepared.steps(run);
    TrainingLoop loop = new TrainingLoop(run, stage.name(), steps, pace, s.stop());
    MemoryPlan plan = prepared.plan();
    console.println(
        "Stage '"
            + stage.name()
            + "': about "
            + MemoryPlan.gigabytes(plan.total())
            + " ("
            + plan
            + ")");
    prepared.rehearse();
    try (PreparedStage.OpenTrainer open = prepared.open(run, from, seed)) {
      Trainer trainer = open.trainer();
      int vocabulary = s.shop().model().decoder().config().vocabularySize();
      ObjectNode made = Json.MAPPER.createObjectNode().put("name", stage.name());
      made.put("kind", Binder.name(stage.getClass())).put("steps", steps);
      made.put("from", from.equals(s.start()) ? Course.BASE : String.valueOf(from.getFileName()));
      Guardian guardian = new Guardian(stage.course().guardian(), vocabulary, open.heldOut());
      made.put("seconds", loop.run(trainer, guardian));
      made.setAll(trainer.summary());
      prepared.save(open, run);
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
        s.shop().task().heldOut(config.problems()).size(),
        config.samples(),
        config.sampling().temperature());
    console.flush();
    Evaluator evaluator =
        new Evaluator(s.shop().model(), s.shop().task(), config, Rng.derive(recipe.seed(), 7));
    Evaluator.Sampled sampled = evaluator.sample();
    EvaluationLog.write(out.resolve(RunDirectory.EVALUATIONS), name, sampled.byProblem());
    ObjectNode found = evaluator.summary(sampled).toJson();
    if (s.shop().task() instanceof World) {
      found.set("world", Scores.of(sampled.byProblem()).toJson());
    }
    console.printf(
        Locale.ROOT,
        "accuracy %.3f in %s%n",
        found.path("accuracy").asDouble(),
        Progress.time(found.path("seconds").asDouble()));
    return found;
  }

  /// Appends what an evaluation found of the world to the metrics of a stage.
  private static void log(RunDirectory run, String stage, int step, JsonNode found) {
    Metrics metrics = new Metrics();
    for (var e : found.path("world").properties()) {
      if (e.getValue().isNumber()) {
        metrics.put(e.getKey(), e.getValue().doubleValue());
      }
    }
    if (!metrics.values().isEmpty()) {
      MetricsLog.note(run, stage, step, metrics);
    }
  }

  private ObjectNode finish(RunDirectory run, Session s, JsonNode before, JsonNode after) {
    ObjectNode report = Json.MAPPER.createObjectNode();
    report.put("name", recipe.name());
    report.put("task", s.shop().task().name());
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
    report.put("long_prompts", s.shop().longPrompts());
    report.put("long_texts", s.shop().longTexts());
    report.put("model", source(recipe.stages().size(), s.start()).toString());
    new Report(run, recipe.evaluation().reflectiveWords(), recipe.seed())
        .write(report, recipe.toYaml());
    return report;
  }
}
