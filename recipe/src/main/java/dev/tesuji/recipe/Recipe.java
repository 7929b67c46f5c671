package dev.tesuji.recipe;

import dev.tesuji.check.BadInput;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.Lora;
import dev.tesuji.nn.LoraConfig;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.random.Purpose;
import dev.tesuji.random.Streams;
import dev.tesuji.recipe.StageSettings.Product;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.text.NewTokens;
import dev.tesuji.tracking.TrackingSettings;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.NewModel;
import dev.tesuji.yaml.Default;
import dev.tesuji.yaml.Unbinder;
import dev.tesuji.yaml.Yaml;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A training plan: a model to start from, a task, and stages.
///
/// @param name names the run
/// @param seed decides everything that is left to chance
/// @param model the model directory to start from, and tokens to add to it; null when `newModel`
///   says what to make
/// @param newModel a model to make and start from
/// @param machine where, and in which numbers
/// @param compute how sequences go through the model in training
/// @param lora trains low-rank adapters beside frozen weights; absent to train all weights
/// @param task the problems; absent where no stage trains a language model
/// @param data the file with the problems, for tasks that read one; or a folder of files, or a
///   pattern such as `train-*.parquet`
/// @param evaluation how models are assessed before the first stage, after the last and between
/// @param tracking a server that is told of the run
/// @param stages what is done, in order
public record Recipe(
    String name,
    @Default("1") long seed,
    @Nullable BaseModel model,
    @Nullable NewModel newModel,
    @Unwrapped Machine machine,
    @Default("{}") ComputeConfig compute,
    @Nullable LoraConfig lora,
    @Nullable TaskConfig task,
    @Nullable Path data,
    @Default("{}") EvaluationPlan evaluation,
    @Default("{}") TrackingSettings tracking,
    List<StageSettings> stages) {
  /// The machine that a run is made on.
  ///
  /// @param device `auto`, `cpu` or `cuda:INDEX`
  /// @param dtype the type to compute in: `auto`, `float32` or `bfloat16`
  public record Machine(String device, String dtype) {
    /// Whatever is best for the model on this machine.
    public static final Machine DEFAULT = new Machine("auto", "auto");
  }

  /// Checks what can be checked without looking at files.
  ///
  /// @throws IllegalArgumentException with all that is wrong, a line each
  public Recipe {
    stages = List.copyOf(stages);
    List<String> problems = new ArrayList<>();
    if (!anyTrainsLanguageModel(stages)) {
      if (model != null || newModel != null || task != null) {
        problems.add(
            "'model', 'newModel' and 'task' must be left out where no stage trains a language"
                + " model");
      }
    } else if (task == null) {
      problems.add("'task' of 'recipe' must be given");
    }
    if (model == null && newModel == null && anyTrainsLanguageModel(stages)) {
      problems.add(
          "'model' must be given: the directory of the model to start from (on the command line:"
              + " model=DIR)");
    }
    if (model != null && newModel != null) {
      problems.add("only one of 'model' and 'newModel' can be given");
    }
    if (stages.isEmpty()) {
      problems.add("'stages' must have at least one stage");
    }
    problems.addAll(StageReferences.problems(stages));
    checkTestTime(evaluation.testTime(), stages, problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
  }

  /// Returns the device: `auto`, `cpu` or `cuda:INDEX`.
  public String device() {
    return machine.device();
  }

  /// Returns whether no stage is known that does without: then a model and a task are asked for.
  private static boolean anyTrainsLanguageModel(List<StageSettings> stages) {
    return stages.isEmpty() || stages.stream().anyMatch(StageSettings::trainsLanguageModel);
  }

  /// Returns whether there is a language model, with a task that it is evaluated on.
  public boolean hasLanguageModel() {
    return anyTrainsLanguageModel(stages);
  }

  /// Returns the problems.
  ///
  /// @throws IllegalStateException where no stage trains a language model
  public TaskConfig requireTask() {
    if (task == null) {
      throw new IllegalStateException("the recipe has no task");
    }
    return task;
  }

  private static void checkTestTime(
      @Nullable TestTimeConfig testTime, List<StageSettings> stages, List<String> problems) {
    String wanted = testTime == null ? null : testTime.rewardStage();
    if (wanted != null && !StageSettings.makes(wanted, Product.REWARD_MODEL, stages)) {
      problems.add(
          "'rewardStage' of 'testTime' must be the name of a rewardModel stage, got '"
              + wanted
              + "'");
    }
  }

  /// Returns the stage whose model a stage starts from; empty where it is the recipe's own, or one
  /// that the stage names ([CommonSettings#model]).
  ///
  /// @param index the number of the stage; that of stages asks for the last language model made
  public Optional<StageSettings> source(int index) {
    CommonSettings common = index < stages.size() ? stages.get(index).common() : null;
    if (common != null && common.model() != null) {
      return Optional.empty();
    }
    String from = common == null ? null : common.from();
    Product wanted = index < stages.size() ? stages.get(index).startsFrom() : Product.POLICY;
    return stages.subList(0, index).reversed().stream()
        .filter(s -> from == null ? s.makes() == wanted : s.name().equals(from))
        .findFirst();
  }

  /// Returns the directory of the model that a stage descends from, through the stages between;
  /// null where that is the recipe's own.
  public @Nullable Path ancestor(int index) {
    Optional<StageSettings> source = source(index);
    return source.isPresent()
        ? ancestor(stages.indexOf(source.get()))
        : index < stages.size() ? stages.get(index).common().model() : null;
  }

  /// Returns the directory of the model to start from; null where one is made.
  public @Nullable Path modelDirectory() {
    return model == null ? null : model.path();
  }

  /// Returns the tokens that are added to the model to start from.
  public NewTokens newTokens() {
    return model == null ? NewTokens.NONE : model.tokens();
  }

  /// Says what becomes of the rows of new tokens under adapters that leave them as they are.
  public Optional<String> untrainedTokens() {
    boolean trained =
        lora == null || newTokens().isEmpty() || lora.modulesToSave().contains("embed_tokens");
    return trained
        ? Optional.empty()
        : Optional.of(
            "the rows of the new tokens stay the mean of the others: lora.modulesToSave does not name"
                + " embed_tokens (and lm_head)");
  }

  /// Chooses the type to compute in.
  ///
  /// @param stored the type of the model's weights on disk
  /// @throws BadInput when the recipe asks for one that nothing is computed in
  public Dtype computeType(Dtype stored) {
    String dtype = machine.dtype();
    if (dtype.equals("auto")) {
      return LoadedModel.computeType(stored);
    }
    try {
      Dtype wanted = Dtype.named(dtype);
      if (wanted == Dtype.FLOAT32 || wanted == Dtype.BFLOAT16) {
        return wanted;
      }
    } catch (IllegalArgumentException e) {
      throw new BadInput("recipe: " + e.getMessage(), e);
    }
    throw new BadInput("recipe: dtype must be auto, float32 or bfloat16, got '" + dtype + "'");
  }

  /// Returns the streams of randomness of the run.
  public Streams streams() {
    return Streams.of(seed);
  }

  /// Gives a model the adapters that the recipe asks for, if any.
  ///
  /// @throws BadInput when they name a projection that the model lacks
  public void adapt(CausalLm decoder) {
    if (lora == null) {
      return;
    }
    Lora given = decoder.lora();
    if (given != null) {
      requireSame(lora, given);
      return;
    }
    try {
      decoder.adapt(lora, streams().seed(Purpose.ADAPTERS));
    } catch (IllegalArgumentException e) {
      throw new BadInput("recipe: lora." + e.getMessage(), e);
    }
  }

  /// Refuses settings that an adapter which is trained on does not have.
  private static void requireSame(LoraConfig asked, Lora given) {
    LoraConfig own = given.config();
    requireSame("rank", asked.rank(), own.rank());
    requireSame("alpha", asked.alpha(), own.alpha());
    requireSame("dropout", asked.dropout(), own.dropout());
    requireSame("rankStabilised", asked.rankStabilised(), own.rankStabilised());
    List<String> targets = given.candidates().stream().filter(asked::targets).toList();
    if (!targets.equals(given.names())) {
      throw new BadInput(
          "recipe: lora.targetModules must name the projections that the adapter has ("
              + String.join(", ", own.targetModules())
              + "), got "
              + String.join(", ", asked.targetModules())
              + "; leave lora out to train on what the adapter has");
    }
    LoraConfig whole = given.isTied() ? asked.tied() : asked;
    requireSame("modulesToSave", whole.modulesToSave(), own.modulesToSave());
  }

  private static void requireSame(String field, Object asked, Object own) {
    if (!asked.equals(own)) {
      throw new BadInput(
          "recipe: lora."
              + field
              + " must be that of the adapter which is trained on, "
              + own
              + ", got "
              + asked
              + "; leave lora out to train on what the adapter has");
    }
  }

  /// Writes the recipe with every value, so that it can be run again.
  public String toYaml() {
    return Yaml.write(Unbinder.unbind(this));
  }
}
