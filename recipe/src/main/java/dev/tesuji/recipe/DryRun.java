package dev.tesuji.recipe;

import static java.util.Objects.requireNonNull;

import dev.tesuji.check.BadInput;
import dev.tesuji.distill.Vocabularies;
import dev.tesuji.env.Task;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.reward.RewardFailure;
import dev.tesuji.rl.PromptSource;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.weights.AdapterDirectory;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.ModelFiles;
import dev.tesuji.weights.ModelParts;
import dev.tesuji.weights.ModelSummary;
import dev.tesuji.weights.WeightsBeyond;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Checks a recipe as a run would, loads no weights and trains nothing, and says what a run would
/// do and take.
///
/// Of the model only `config.json` must be there. With a tokenizer the lengths of prompts and texts
/// are checked too; of texts and preferences the first hundred rows of each file, of the task's
/// problems all. Reward models and rewards elsewhere are not asked.
public final class DryRun {
  private static final long ROWS = 100;

  private final Recipe recipe;
  private final PrintStream out;
  private final Set<String> problems = new LinkedHashSet<>();
  private final Set<String> notes = new LinkedHashSet<>();

  /// Prepares a dry run.
  ///
  /// @param out where its tables go
  public DryRun(Recipe recipe, PrintStream out) {
    this.recipe = recipe;
    this.out = out;
  }

  /// Checks everything, prints what a run would do, and says whether it would start: if not, prints
  /// a line for each problem.
  public boolean run() {
    Device device = attempt("recipe: ", () -> Device.planned(recipe.device())).orElse(Device.CPU);
    Optional<Planned> model = attempt("", () -> model(device));
    try {
      Optional<Task> task = attempt("", () -> recipe.task().open(recipe.data(), directory()));
      RunOutline outline = new RunOutline(recipe);
      for (int i = 0; i < recipe.stages().size(); i++) {
        Stage stage = recipe.stages().get(i);
        Path other = recipe.ancestor(i);
        if (other == null) {
          check(stage, model.orElse(null), task, outline);
        } else {
          Optional<Planned> begun =
              attempt("stage '" + stage.name() + "': ", () -> prepared(() -> read(other, device)));
          try {
            begun.ifPresent(b -> model.ifPresent(m -> vocabulary(stage, m, b)));
            check(stage, begun.orElse(null), task, outline);
          } finally {
            begun.ifPresent(Planned::close);
          }
        }
      }
      print(outline, device, model.orElse(null));
    } finally {
      model.ifPresent(Planned::close);
    }
    return problems.isEmpty();
  }

  private void check(
      Stage stage, @Nullable Planned model, Optional<Task> task, RunOutline outline) {
    if (model != null) {
      reckon(stage, new Ground(recipe, model.decoder()), outline);
    }
    sources(stage, model);
    if (model != null) {
      vocabulary(stage, model);
    }
    if (stage instanceof Stage.Rl rl && task.isPresent()) {
      opened(rl.task(), task).ifPresent(t -> new Posing(rl, t, model).check());
    }
    if (stage instanceof Stage.RewardModel reward
        && reward.comparisons() instanceof Stage.Comparisons.Drawn drawn) {
      opened(drawn.task(), task);
    }
  }

  /// Opens the task that a stage has of its own.
  private Optional<Task> opened(@Nullable TaskConfig own, Optional<Task> other) {
    return own == null ? other : attempt("", () -> own.open(recipe.data(), directory()));
  }

  private void print(RunOutline outline, Device device, @Nullable Planned model) {
    out.println("Recipe '" + recipe.name() + "' would do this; nothing is trained now.");
    if (model != null) {
      CausalLm decoder = model.decoder();
      out.printf(
          Locale.ROOT,
          "Model: %s, %,d parameters, %,d of them trained, %s on %s%n",
          decoder.config().modelType(),
          decoder.parameterCount(),
          decoder.trainedCount(),
          decoder.dtype(),
          device);
    }
    out.println();
    outline.print(out, device);
    notes.forEach(note -> out.println("Note: " + note));
    problems.forEach(problem -> out.println("NO: " + problem));
  }

  /// A model without weights.
  ///
  /// @param decoder its shapes
  /// @param loaded its small files; null for one that is still to be made
  private record Planned(CausalLm decoder, @Nullable LoadedModel loaded) implements AutoCloseable {
    /// Returns how texts become tokens; null where that is not known yet.
    TokenizedDataset.@Nullable Words words() {
      Tokenizer tokenizer = tokenizer();
      if (loaded == null || tokenizer == null) {
        return null;
      }
      return new TokenizedDataset.Words(
          tokenizer, loaded.endToken(), loaded.parts().chatTemplate());
    }

    @Nullable Tokenizer tokenizer() {
      return loaded == null ? null : loaded.tokenizer();
    }

    @Override
    public void close() {
      if (loaded == null) {
        decoder.close();
      } else {
        loaded.close();
      }
    }
  }

  private @Nullable Path directory() {
    return recipe.model();
  }

  private Planned model(Device device) {
    NewModel wanted = recipe.newModel();
    return prepared(
        () -> wanted == null ? read(requireNonNull(recipe.model()), device) : made(wanted, device));
  }

  /// Returns a model with what the recipe adds to it.
  private Planned prepared(Supplier<Planned> model) {
    Planned planned = model.get();
    try {
      recipe.adapt(planned.decoder());
      recipe.compute().products().apply(planned.decoder());
      return planned;
    } catch (RuntimeException e) {
      planned.close();
      throw e;
    }
  }

  private Planned made(NewModel wanted, Device device) {
    ModelConfig config = wanted.config();
    Dtype dtype = recipe.computeType(config.dtype());
    return new Planned(CausalLm.planned(config, dtype, device), null);
  }

  private Planned read(Path path, Device device) {
    Path base = AdapterDirectory.baseOf(path);
    Dtype dtype = recipe.computeType(ConfigReader.read(base).dtype());
    LoadedModel loaded = LoadedModel.planned(path, dtype, device);
    if (loaded.tokenizer() == null) {
      notes.add(base + " has no tokenizer.json, so that no length was checked; a run needs it");
    }
    if (hasWeights(base)) {
      Optional<String> misfit =
          attempt("", () -> ModelSummary.of(base)).flatMap(s -> Optional.ofNullable(s.misfit()));
      misfit.ifPresent(problems::add);
      attempt("", () -> WeightsBeyond.notes(base)).ifPresent(notes::addAll);
    } else {
      notes.add(base + " has no weights yet (*.safetensors); a run needs them");
    }
    return new Planned(loaded.decoder(), loaded);
  }

  private static boolean hasWeights(Path directory) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.safetensors")) {
      return files.iterator().hasNext();
    } catch (IOException e) {
      throw new BadInput(directory + ": could not be read: " + e.getMessage(), e);
    }
  }

  private void reckon(Stage stage, Ground ground, RunOutline outline) {
    Optional<Boolean> sound =
        attempt(
            "",
            () -> {
              Reckoning.check(stage, ground);
              return true;
            });
    if (sound.isPresent()) {
      attempt("", () -> Reckoning.plan(stage, Reckoning.load(stage, ground), ground))
          .ifPresent(plan -> outline.add(stage, plan));
    }
  }

  private void sources(Stage stage, @Nullable Planned model) {
    for (DataSource source : DataSource.of(stage, recipe)) {
      attempt(
          "stage '" + stage.name() + "': ",
          () -> {
            source.check(ROWS, model == null ? null : model.words());
            return true;
          });
    }
  }

  /// Compares the vocabulary of a teacher with the student's, where both have a tokenizer.
  private void vocabulary(Stage stage, Planned model) {
    LoadedModel student = model.loaded();
    if (student == null
        || student.tokenizer() == null
        || !(stage instanceof Stage.Gkd gkd)
        || gkd.teacher() == null) {
      return;
    }
    try {
      ModelParts teacher = ModelParts.of(gkd.teacher());
      if (Tokenizer.exists(teacher.tokenizer())) {
        Vocabularies.requireShared(student, teacher.tokenizer(), ModelFiles.read(teacher));
      }
    } catch (BadInput e) {
      problems.add(String.valueOf(e.getMessage()));
    }
  }

  /// Compares the vocabulary of another model that a stage begins with, with that of the recipe's
  /// own.
  private void vocabulary(Stage stage, Planned model, Planned other) {
    LoadedModel own = model.loaded();
    LoadedModel others = other.loaded();
    if (own != null && others != null && own.tokenizer() != null && others.tokenizer() != null) {
      Vocabularies.difference(own, others.directory(), others.files())
          .ifPresent(d ->
              problems.add("stage '" + stage.name() + "': " + Workshop.strange(own, others, d)));
    }
  }

  /// Returns a value; nothing, and one problem more, where it cannot be had.
  private <T> Optional<T> attempt(String where, Supplier<T> value) {
    try {
      return Optional.of(value.get());
    } catch (BadInput | IllegalArgumentException | RewardFailure e) {
      String.valueOf(e.getMessage()).lines().forEach(line -> problems.add(where + line));
      return Optional.empty();
    }
  }

  /// How a stage of reinforcement learning poses its problems and pays for answers.
  private final class Posing {
    private final Stage.Rl stage;
    private final Task task;
    private final RewardConfig.Place place;
    private final @Nullable Planned model;

    Posing(Stage.Rl stage, Task task, @Nullable Planned model) {
      this.stage = stage;
      this.task = task;
      this.model = model;
      place = new RewardConfig.Place(task, stage.maxNewTokens(), Device.CPU, Path::of);
    }

    void check() {
      String where = "stage '" + stage.name() + "': ";
      Tokenizer tokenizer = model == null ? null : model.tokenizer();
      if (model != null && tokenizer != null && stage.maxNewTokens() < positions(model)) {
        PromptSource.Limit limit =
            new Ground(recipe, model.decoder()).limit(stage.prompts(), stage.maxNewTokens());
        attempt(where, () -> new PromptSource(task, tokenizer, limit, recipe.seed()))
            .filter(source -> source.touched() > 0)
            .ifPresent(source ->
                notes.add(
                    where
                        + source.touched()
                        + " prompts are too long and would be dropped or cut"));
      }
      boolean sound = true;
      for (RewardConfig reward : stage.payment().rewards()) {
        sound &=
            reward instanceof RewardConfig.Model || attempt(where, () -> open(reward)).isPresent();
      }
      if (sound) {
        audit(where, tokenizer == null ? RecipeAudit::characters : tokenizer::encode);
      }
    }

    private static int positions(Planned model) {
      return model.decoder().config().maxPositions();
    }

    private boolean open(RewardConfig reward) {
      reward.part(place).reward().close();
      return true;
    }

    private void audit(String where, Function<String, int[]> encoder) {
      boolean elsewhere =
          stage.payment().rewards().stream()
              .anyMatch(r -> r instanceof RewardConfig.Model || r instanceof RewardConfig.Http);
      if (elsewhere || stage.payment().audit() == Payment.Audit.OFF) {
        return;
      }
      List<String> complaints =
          attempt("", () -> RecipeAudit.of(stage, place, encoder).complaints()).orElse(List.of());
      Set<String> to = stage.payment().audit() == Payment.Audit.REFUSE ? problems : notes;
      complaints.forEach(c -> to.add(where + c));
    }
  }
}
