package dev.tesuji.runner;

import static java.util.Objects.requireNonNull;

import dev.tesuji.check.BadInput;
import dev.tesuji.compute.choice.Decoders;
import dev.tesuji.env.Task;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.recipe.BaseModel;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.reward.RewardFailure;
import dev.tesuji.stage.Registry;
import dev.tesuji.stage.RunContext;
import dev.tesuji.stage.RunContext.StageModel;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.weights.AdapterDirectory;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.ModelConverter;
import dev.tesuji.weights.ModelSummary;
import dev.tesuji.weights.NewModel;
import dev.tesuji.weights.WeightsBeyond;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Prepares a recipe as a run would, with a model that has no weights, and says what a run would do
/// and take; trains nothing.
///
/// Of the model only `config.json` must be there. With a tokenizer the lengths of prompts and texts
/// are checked too; of texts and preferences the first hundred rows of each file, of the task's
/// problems all. What is learned from is held against what is held out, all of it (`OverlapCheck`).
/// Reward models and rewards elsewhere are not asked.
public final class DryRun {
  private final Registry registry;
  private final Recipe recipe;
  private final PrintStream out;
  private final Set<String> problems = new LinkedHashSet<>();
  private final Set<String> notes = new LinkedHashSet<>();

  /// Prepares a dry run.
  ///
  /// @param registry has the kinds that the recipe names
  /// @param out where its tables go
  public DryRun(Registry registry, Recipe recipe, PrintStream out) {
    this.registry = registry;
    this.recipe = recipe;
    this.out = out;
  }

  /// Checks everything, prints what a run would do, and says whether it would start: if not, prints
  /// a line for each problem.
  public boolean run() {
    if (!recipe.hasLanguageModel()) {
      return runWithoutModel();
    }
    Device device = attempt("recipe: ", () -> Device.planned(recipe.device())).orElse(Device.CPU);
    Optional<StageModel> model = attempt("", () -> model(device));
    Optional<Task> task = attempt("", () -> recipe.requireTask().open(recipe.data(), directory()));
    out.println("Recipe '" + recipe.name() + "' would do this; nothing is trained now.");
    model.ifPresent(m -> outline(m, task, device));
    return verdict();
  }

  private boolean verdict() {
    notes.forEach(note -> out.println("Note: " + note));
    problems.forEach(problem -> out.println("NO: " + problem));
    return problems.isEmpty();
  }

  private boolean runWithoutModel() {
    out.println("Recipe '" + recipe.name() + "' would do this; nothing is trained now.");
    out.println();
    RunContext.Parts parts =
        new RunContext.Parts(
            recipe,
            Optional.empty(),
            new PlannedModels(),
            new Told(),
            registry.gold(),
            registry.engines());
    try (RunContext context = new RunContext(parts, /* planned= */ true)) {
      Preparation preparation = new Preparation(registry, context, this::add);
      preparation.prepare(0);
      new RunOutline(recipe, preparation).print(out, Device.CPU);
    }
    return verdict();
  }

  private void outline(StageModel model, Optional<Task> task, Device device) {
    CausalLm decoder = model.decoder();
    out.printf(
        Locale.ROOT,
        "Model: %s, %,d parameters, %,d of them trained, %s on %s%n%n",
        decoder.config().modelType(),
        decoder.parameterCount(),
        decoder.trainedCount(),
        decoder.dtype(),
        device);
    RunContext.Parts parts =
        new RunContext.Parts(
            recipe, task, new PlannedModels(), new Told(), registry.gold(), registry.engines());
    try (RunContext context = new RunContext(parts, model, null)) {
      Preparation preparation = new Preparation(registry, context, this::add);
      preparation.prepare(0);
      new RunOutline(recipe, preparation).print(out, device);
      task.ifPresent(t -> overlap(t, context));
    }
  }

  private void overlap(Task task, RunContext context) {
    attempt("", () -> OverlapCheck.of(recipe, task, context.words().orElse(null)))
        .ifPresent(report -> report.print(out));
  }

  private @Nullable Path directory() {
    return recipe.modelDirectory();
  }

  private StageModel model(Device device) {
    NewModel wanted = recipe.newModel();
    if (wanted == null) {
      BaseModel base = requireNonNull(recipe.model());
      Dtype stored = ConfigReader.read(AdapterDirectory.baseOf(base.path())).dtype();
      recipe.untrainedTokens().ifPresent(notes::add);
      return StageModel.of(read(base, recipe.computeType(stored), device), true);
    }
    ModelConfig config = wanted.config();
    CausalLm decoder = Decoders.planned(config, recipe.computeType(config.dtype()), device);
    complete(decoder, decoder::close);
    return new StageModel(decoder, null, true);
  }

  private LoadedModel read(BaseModel model, Dtype dtype, Device device) {
    Path base = AdapterDirectory.baseOf(model.path());
    LoadedModel loaded =
        model.tokens().isEmpty()
            ? LoadedModel.planned(model.path(), dtype, device)
            : ModelConverter.planned(model.path(), model.tokens(), dtype, device);
    if (loaded.tokenizer() == null) {
      notes.add(base + " has no tokenizer.json, so that no length was checked; a run needs it");
    }
    if (hasWeights(base)) {
      attempt("", () -> ModelSummary.of(base))
          .flatMap(s -> Optional.ofNullable(s.misfit()))
          .ifPresent(problems::add);
      attempt("", () -> WeightsBeyond.notes(base)).ifPresent(notes::addAll);
    } else {
      notes.add(base + " has no weights yet (*.safetensors); a run needs them");
    }
    complete(loaded.decoder(), loaded::close);
    return loaded;
  }

  /// Gives a model what the recipe adds to it.
  private void complete(CausalLm decoder, Runnable close) {
    try {
      recipe.adapt(decoder);
      recipe.compute().products().apply(decoder);
    } catch (RuntimeException e) {
      close.run();
      throw e;
    }
  }

  private static boolean hasWeights(Path directory) {
    if (Files.isRegularFile(directory)) {
      return true; // a .gguf file, whose weights are in it
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.safetensors")) {
      return files.iterator().hasNext();
    } catch (IOException e) {
      throw new BadInput(directory + ": could not be read: " + e.getMessage(), e);
    }
  }

  private void add(String where, RuntimeException problem) {
    String.valueOf(problem.getMessage())
        .lines()
        .forEach(line -> problems.add(line.startsWith("stage '") ? line : where + line));
  }

  /// Returns a value; nothing, and one problem more, where it cannot be had.
  private <T> Optional<T> attempt(String where, Supplier<T> value) {
    try {
      return Optional.of(value.get());
    } catch (BadInput | IllegalArgumentException | RewardFailure e) {
      add(where, e);
      return Optional.empty();
    }
  }

  /// Makes models without weights.
  private final class PlannedModels implements RunContext.Models {
    @Override
    public StageModel load(Path directory) {
      throw new IllegalStateException("a dry run trains nothing");
    }

    @Override
    public LoadedModel plan(Path directory, CausalLm like) {
      return read(BaseModel.at(directory), like.dtype(), like.device());
    }

    @Override
    public Path of(String stage) {
      return Path.of(stage);
    }
  }

  /// Keeps what stages say until all of them are prepared.
  private final class Told implements RunContext.Notes {
    @Override
    public void say(String sentence) {
      notes.add(sentence);
    }

    @Override
    public void warn(String sentence) {
      notes.add(sentence);
    }
  }
}
