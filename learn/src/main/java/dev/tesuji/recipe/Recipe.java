package dev.tesuji.recipe;

import dev.tesuji.model.LoraConfig;
import dev.tesuji.policy.ComputeConfig;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A training plan: a model to start from, a task, and stages.
///
/// @param name names the run
/// @param seed decides everything that is left to chance
/// @param model the model directory to start from; null when `newModel` says what to make
/// @param newModel a model to make and start from
/// @param device `auto`, `cpu` or `cuda:INDEX`
/// @param dtype the type to compute in: `auto`, `float32` or `bfloat16`
/// @param compute how sequences go through the model in training
/// @param lora trains low-rank adapters beside frozen weights; absent to train all weights
/// @param task the problems
/// @param data the file with the problems, for tasks that read one; or a folder of files, or a
///   pattern such as `train-*.parquet`
/// @param evaluation how models are assessed before the first stage, after the last and between
/// @param stages what is done, in order
public record Recipe(
    String name,
    long seed,
    @Nullable Path model,
    @Nullable NewModel newModel,
    String device,
    String dtype,
    ComputeConfig compute,
    @Nullable LoraConfig lora,
    TaskConfig task,
    @Nullable Path data,
    Assessment evaluation,
    List<Stage> stages) {
  /// Checks what can be checked without looking at files.
  public Recipe {
    stages = List.copyOf(stages);
    if (model == null && newModel == null) {
      throw new IllegalArgumentException(
          "'model' must be given: the directory of the model to start from (on the command line:"
              + " model=DIR)");
    }
    if (model != null && newModel != null) {
      throw new IllegalArgumentException("only one of 'model' and 'newModel' can be given");
    }
    if (stages.isEmpty()) {
      throw new IllegalArgumentException("'stages' must have at least one stage");
    }
    Set<String> names = new HashSet<>();
    for (Stage s : stages) {
      if (!s.name().matches("[A-Za-z0-9._-]{1,64}")) {
        throw new IllegalArgumentException(
            "the name of a stage must be 1 to 64 letters, digits, '.', '_' or '-', got '"
                + s.name()
                + "'");
      }
      if (!names.add(s.name())) {
        throw new IllegalArgumentException(
            "stages must have different names, got '" + s.name() + "' twice");
      }
      if (s.name().equals(Course.BASE)) {
        throw new IllegalArgumentException(
            "'base' is the model that a recipe starts from; name the stage otherwise");
      }
      checkFrom(s, names);
      checkTeacher(s, stages);
    }
    for (int i = 0; i < stages.size(); i++) {
      checkModels(stages.get(i), stages.subList(0, i));
    }
    checkTestTime(evaluation.testTime(), stages);
  }

  private static void checkTestTime(@Nullable TestTimeConfig testTime, List<Stage> stages) {
    String wanted = testTime == null ? null : testTime.rewardStage();
    boolean made =
        stages.stream().anyMatch(s -> s.name().equals(wanted) && s instanceof Stage.RewardModel);
    if (wanted != null && !made) {
      throw new IllegalArgumentException(
          "'rewardStage' of 'testTime' must be the name of a rewardModel stage, got '"
              + wanted
              + "'");
    }
  }

  /// Checks that a stage goes on from a language model and is paid by reward models.
  private static void checkModels(Stage stage, List<Stage> before) {
    for (Stage other : before) {
      if (other.name().equals(stage.course().from()) && !other.makesPolicy()) {
        throw new IllegalArgumentException(
            "'from' of stage '"
                + stage.name()
                + "' must name a stage that makes a language model; '"
                + other.name()
                + (other instanceof Stage.Rejection
                    ? "' makes data (a later stage of kind sft learns from it: data: {stage: "
                        + other.name()
                        + "})"
                    : "' makes a reward model, which writes no text (it pays in a later stage's"
                        + " rewards: {kind: model, stage: "
                        + other.name()
                        + "})"));
      }
    }
    if (stage instanceof Stage.Rl rl) {
      rl.payment().models().forEach(m -> checkReward(stage.name(), m, before));
    }
    if (stage instanceof Stage.Rejection rejection) {
      rejection.models().forEach(m -> checkReward(stage.name(), m, before));
    }
    if (stage instanceof Stage.RewardModel r
        && r.comparisons() instanceof Stage.Comparisons.Drawn drawn) {
      for (RewardConfig.Model model : Payment.models(drawn.gold().stream())) {
        checkReward(stage.name(), model, before);
      }
    }
    if (stage instanceof Stage.Sft sft) {
      sft.data().forEach(d -> checkSource(stage.name(), d, before));
    }
  }

  private static void checkSource(String stage, Source source, List<Stage> before) {
    boolean written =
        before.stream()
            .anyMatch(s -> s.name().equals(source.stage()) && s instanceof Stage.Rejection);
    if (source.stage() != null && !written) {
      throw new IllegalArgumentException(
          "'data' of stage '"
              + stage
              + "': 'stage' must be the name of a rejection stage before it, got '"
              + source.stage()
              + "'");
    }
  }

  private static void checkReward(String stage, RewardConfig.Model model, List<Stage> before) {
    if ((model.path() == null) == (model.stage() == null)) {
      throw new IllegalArgumentException(
          "stage '"
              + stage
              + "': a reward of kind 'model' needs either 'path', the directory of a reward model,"
              + " or 'stage', the stage that makes it");
    }
    boolean made =
        before.stream()
            .anyMatch(s -> s.name().equals(model.stage()) && s instanceof Stage.RewardModel);
    if (model.stage() != null && !made) {
      throw new IllegalArgumentException(
          "stage '"
              + stage
              + "': 'stage' of a reward must be the name of a rewardModel stage before it, got '"
              + model.stage()
              + "'");
    }
  }

  private static void checkFrom(Stage stage, Set<String> names) {
    String from = stage.course().from();
    boolean known = from == null || from.equals(Course.BASE) || names.contains(from);
    if (!known || stage.name().equals(from)) {
      throw new IllegalArgumentException(
          "'from' of stage '"
              + stage.name()
              + "' must be 'base' or the name of a stage before it, got '"
              + from
              + "'");
    }
  }

  private static void checkTeacher(Stage stage, List<Stage> all) {
    if (!(stage instanceof Stage.Gkd gkd)) {
      return;
    }
    if ((gkd.teacher() == null) == (gkd.teacherStage() == null)) {
      throw new IllegalArgumentException(
          "stage '"
              + stage.name()
              + "' needs either 'teacher', the directory of a model, or 'teacherStage', the name of"
              + " a stage before it");
    }
    List<String> before =
        all.subList(0, all.indexOf(stage)).stream()
            .filter(Stage::makesPolicy)
            .map(Stage::name)
            .toList();
    if (gkd.teacherStage() != null && !before.contains(gkd.teacherStage())) {
      throw new IllegalArgumentException(
          "'teacherStage' of stage '"
              + stage.name()
              + "' must be the name of a stage before it that makes a language model, got '"
              + gkd.teacherStage()
              + "'");
    }
  }

  /// Returns the stage whose model a stage starts from; empty where it is the recipe's own.
  ///
  /// @param index the number of the stage; that of stages asks for the last language model made
  Optional<Stage> source(int index) {
    String from = index < stages.size() ? stages.get(index).course().from() : null;
    return stages.subList(0, index).reversed().stream()
        .filter(s -> from == null ? s.makesPolicy() : s.name().equals(from))
        .findFirst();
  }

  /// Reads a recipe, with values from the command line over those of the file.
  ///
  /// @param overrides arguments such as `seed=2` or `rl.groupSize=16`
  /// @throws dev.tesuji.input.BadInput naming file, line, key and remedy
  public static Recipe read(Path file, List<String> overrides) {
    Yaml.Mapping yaml = Yaml.read(file);
    Overrides.apply(yaml, overrides);
    return bind(yaml);
  }

  static Recipe bind(Yaml.Mapping yaml) {
    return Binder.bind(Recipe.class, withDefaults(yaml), "recipe");
  }

  /// Adds what a recipe may leave out.
  private static Yaml withDefaults(Yaml.Mapping yaml) {
    Yaml.Mapping full = new Yaml.Mapping(new LinkedHashMap<>(), yaml.place());
    full.entries().put("seed", new Yaml.Scalar("1", false, yaml.place()));
    full.entries().put("device", new Yaml.Scalar("auto", false, yaml.place()));
    full.entries().put("dtype", new Yaml.Scalar("auto", false, yaml.place()));
    full.entries().put("compute", new Yaml.Mapping(new LinkedHashMap<>(), yaml.place()));
    full.entries().put("evaluation", new Yaml.Mapping(new LinkedHashMap<>(), yaml.place()));
    full.entries().putAll(yaml.entries());
    return full;
  }

  /// Writes the recipe with every value, so that it can be run again.
  public String toYaml() {
    return Yaml.write(Binder.unbind(this));
  }
}
