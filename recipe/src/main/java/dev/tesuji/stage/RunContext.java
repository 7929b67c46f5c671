package dev.tesuji.stage;

import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.Dataset;
import dev.tesuji.distill.Vocabularies;
import dev.tesuji.env.Task;
import dev.tesuji.evaluate.EvaluatedModel;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.policy.MatmulPrecision;
import dev.tesuji.random.Streams;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.recipe.RewardConfig;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.rollout.PromptStream;
import dev.tesuji.rollout.TurnEngines;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.ModelSummary;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The state that the stages of a run share: the recipe, its task, and the model that they train
/// one after the other.
///
/// In a dry run the model has shapes and no weights, and no tokenizer where it is still to be made.
/// It owns the model; close it to free that.
public final class RunContext implements AutoCloseable {
  private static final long ROWS = 100; // of each file, that a dry run reads

  private final Recipe recipe;
  private final Optional<Task> task;
  private final Models models;
  private final Notes notes;
  private final @Nullable Tokenizer tokenizer; // the first model's; what was read keeps it
  private final boolean planned;
  private @Nullable StageModel model; // null where no stage trains a language model
  private @Nullable Path at; // the directory that holds what the model is; null for none
  private int longPrompts;
  private int longTexts;

  /// A model to train.
  ///
  /// @param decoder the model; one without weights in a dry run
  /// @param loaded the model with its files; null in a dry run of one that is still to be made
  /// @param planned whether it has no weights
  public record StageModel(CausalLm decoder, @Nullable LoadedModel loaded, boolean planned)
      implements AutoCloseable {
    /// Makes a model of what was loaded.
    public static StageModel of(LoadedModel loaded, boolean planned) {
      return new StageModel(loaded.decoder(), loaded, planned);
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

  /// The source of the models of a run.
  public interface Models {
    /// Loads a model to train.
    StageModel load(Path directory);

    /// Makes a model without weights, in the type and on the device of another.
    LoadedModel plan(Path directory, CausalLm like);

    /// Returns the directory of the model that a stage makes, or has made.
    Path of(String stage);
  }

  /// Tells people what happens.
  public interface Notes {
    /// Tells of something.
    void say(String sentence);

    /// Tells of something that may be a mistake.
    void warn(String sentence);
  }

  /// The parts of a context.
  ///
  /// @param task the recipe's task; nothing where it could not be opened, in a dry run
  /// @param gold measures gold rewards; null where recipes cannot ask for that
  /// @param engines draw rollouts
  public record Parts(
      Recipe recipe,
      Optional<Task> task,
      Models models,
      Notes notes,
      GoldMetric.@Nullable Factory gold,
      TurnEngines engines) {}

  private final GoldMetric.@Nullable Factory gold;
  private final TurnEngines engines;

  /// Opens a context.
  ///
  /// @param first the model to begin with
  /// @param directory where it was loaded from; null where it is still to be made
  public RunContext(Parts parts, StageModel first, @Nullable Path directory) {
    recipe = parts.recipe();
    task = parts.task();
    models = parts.models();
    notes = parts.notes();
    gold = parts.gold();
    engines = parts.engines().lookingUp(recipe.compute().promptLookup());
    model = first;
    planned = first.planned();
    LoadedModel loaded = first.loaded();
    tokenizer =
        loaded == null || first.planned()
            ? loaded == null ? null : loaded.tokenizer()
            : loaded.requireTokenizer();
    at = directory;
  }

  /// Opens a context without a language model.
  ///
  /// @param planned whether nothing will be trained
  public RunContext(Parts parts, boolean planned) {
    recipe = parts.recipe();
    task = parts.task();
    models = parts.models();
    notes = parts.notes();
    gold = parts.gold();
    engines = parts.engines().lookingUp(recipe.compute().promptLookup());
    this.planned = planned;
    model = null;
    tokenizer = null;
    at = null;
  }

  private StageModel stageModel() {
    if (model == null) {
      throw new IllegalStateException("no stage of the recipe trains a language model");
    }
    return model;
  }

  /// Returns the recipe.
  public Recipe recipe() {
    return recipe;
  }

  /// Returns the seeds of a stage.
  public Streams streams(String stage) {
    return recipe.streams().stage(stage);
  }

  /// Returns what tells people what happens.
  public Notes notes() {
    return notes;
  }

  /// Returns what measures gold rewards; nothing where recipes cannot ask for that.
  Optional<GoldMetric.Factory> gold() {
    return Optional.ofNullable(gold);
  }

  /// Returns what draws rollouts, here or on other machines.
  public TurnEngines engines() {
    return engines;
  }

  /// Returns the model that is trained, as an evaluation sees it.
  public EvaluatedModel.Local evaluated(Task posed) {
    return EvaluatedModel.Local.of(engines, model(), posed);
  }

  /// Returns the model that is trained.
  public CausalLm decoder() {
    return stageModel().decoder();
  }

  /// Returns whether nothing will be trained, so that the model has no weights.
  public boolean planned() {
    return planned;
  }

  /// Returns the model that is trained, with its files.
  ///
  /// @throws IllegalStateException when it is still to be made
  public LoadedModel model() {
    return Objects.requireNonNull(stageModel().loaded(), "the model is still to be made");
  }

  /// Returns the tokenizer that all stages share; nothing where it is not known yet.
  Optional<Tokenizer> tokenizer() {
    return Optional.ofNullable(tokenizer);
  }

  /// Returns how the model's texts are made of tokens; nothing where that is not known yet.
  public Optional<TokenizedDataset.Words> words() {
    LoadedModel loaded = model == null ? null : model.loaded();
    if (tokenizer == null || loaded == null) {
      return Optional.empty();
    }
    return Optional.of(
        new TokenizedDataset.Words(tokenizer, loaded.endToken(), loaded.parts().chatTemplate()));
  }

  /// Returns the recipe's task.
  ///
  /// @throws IllegalStateException when it could not be opened
  public Task task() {
    return task.orElseThrow(() -> new IllegalStateException("the task could not be opened"));
  }

  /// Opens another task than the recipe's; returns that where none is named, and nothing where it
  /// could not be opened, which was said already.
  public Optional<Task> posed(@Nullable TaskConfig own) {
    if (own == null) {
      return task;
    }
    LoadedModel loaded = stageModel().loaded();
    Path directory = loaded == null ? null : loaded.parts().path();
    return Optional.of(own.open(recipe.data(), directory));
  }

  /// Reads data: all of it in a run; in a dry run its first rows, which are only checked.
  <T> Optional<T> read(Input input, Function<Dataset, T> reader) {
    if (planned()) {
      input.check(ROWS, words().orElse(null));
      return Optional.empty();
    }
    return Optional.of(reader.apply(input.dataset()));
  }

  /// Puts the model of a directory in the place of the one that is here, unless it is that.
  public void goTo(Path directory) {
    if (!directory.equals(at)) {
      closeModel();
      model = models.load(directory);
      at = directory;
    }
  }

  /// Does something as if the model were that of another directory, whose weights are not read: to
  /// check what a stage will do with it.
  ///
  /// @throws BadInput when its tokens are others than those of the first model, which all stages
  ///   share
  public void planning(Path directory, Runnable check) {
    StageModel here = stageModel();
    try (LoadedModel other = models.plan(directory, here.decoder())) {
      requireSameTokens(here.loaded(), other);
      model = StageModel.of(other, here.planned());
      check.run();
    } finally {
      model = here;
    }
  }

  private static void requireSameTokens(@Nullable LoadedModel first, LoadedModel other) {
    if (first == null || first.tokenizer() == null || other.tokenizer() == null) {
      return; // a run compares them
    }
    Vocabularies.difference(first, other.directory(), other.files())
        .ifPresent(difference -> {
          throw new BadInput(
              other.directory()
                  + ": must have the vocabulary of the recipe's model ("
                  + first.directory()
                  + "), which all stages share: "
                  + difference
                  + "; take a model of the same family");
        });
  }

  /// Says that the model was made into something else: another is loaded before it is used again.
  void spend() {
    at = null;
  }

  /// Returns the directory of the model that a stage makes, or has made.
  public Path modelOf(String stage) {
    return models.of(stage);
  }

  /// Writes the model to a directory.
  void save(Path directory) {
    model().save(directory);
    at = directory;
  }

  /// Loads a model beside the one that is trained, in its type and on its device.
  LoadedModel another(Path directory) {
    return LoadedModel.load(directory, decoder().dtype(), decoder().device());
  }

  /// Loads a model beside the one that is trained, which has adapters and products as that one has,
  /// so that it draws the same from the same weights.
  LoadedModel twin(Path directory) {
    LoadedModel other = another(directory);
    try {
      recipe.adapt(other.decoder());
      MatmulPrecision.of(decoder()).apply(other.decoder());
      return other;
    } catch (RuntimeException e) {
      other.close();
      throw e;
    }
  }

  /// Returns the most tokens that the model can read.
  int positions() {
    return decoder().config().maxPositions();
  }

  /// Returns whether adapters are trained beside frozen weights.
  boolean adapts() {
    return decoder().lora() != null;
  }

  /// Returns how many tokens go through the model at once, the longest sequence among them.
  int atOnce(int longest) {
    return Math.max(recipe.compute().tokensPerDevice(), longest);
  }

  /// Returns the limit on prompts that leaves completions their full length.
  PromptStream.Limit limit(PromptStream.Limit wanted, int maxNewTokens) {
    int room = positions() - maxNewTokens;
    return new PromptStream.Limit(Math.min(room, wanted.maxTokens()), wanted.policy());
  }

  /// Returns the bytes of the model's weights.
  long modelBytes() {
    return decoder().parameterCount() * decoder().dtype().bytes();
  }

  /// Returns the bytes of reward models; one that an earlier stage makes is as large as the policy.
  ///
  /// @throws BadInput when a directory holds no model
  long bytes(List<RewardConfig.Model> models) {
    return models.stream()
        .mapToLong(m -> m.path() == null ? modelBytes() : ModelSummary.of(m.path()).bytes())
        .sum();
  }

  /// Refuses a length limit of completions that leaves the model no room for a prompt.
  void requireRoom(int maxNewTokens) {
    if (maxNewTokens >= positions()) {
      throw new IllegalArgumentException(
          "maxNewTokens must be below the "
              + positions()
              + " positions of the model (max_position_embeddings), got "
              + maxNewTokens);
    }
  }

  /// Counts, and tells of, prompts that were dropped or cut.
  void countPrompts(int touched, int limit) {
    longPrompts += touched;
    report(touched, "prompts", limit);
  }

  /// Counts, and tells of, texts that were dropped or cut.
  void countTexts(int touched, int limit) {
    longTexts += touched;
    report(touched, "texts", limit);
  }

  /// Says what of a stage is trained in this process and as a whole, where the recipe asks for
  /// leaves.
  void sayWithoutLeaves(String stage, String what) {
    if (recipe.compute().leaves() > 1) {
      notes.say(
          "stage '" + stage + "': " + what + " is trained in this process, without compute.leaves");
    }
  }

  private void report(int touched, String what, int limit) {
    if (touched > 0) {
      String done =
          planned() ? " tokens and would be dropped or cut" : " tokens and were dropped or cut";
      notes.say(touched + " " + what + " are longer than " + limit + done);
    }
  }

  /// Returns how many prompts were dropped or cut.
  public int longPrompts() {
    return longPrompts;
  }

  /// Returns how many texts were dropped or cut.
  public int longTexts() {
    return longTexts;
  }

  private void closeModel() {
    if (model == null) {
      return;
    }
    LoadedModel loaded = model.loaded();
    if (loaded == null || loaded.tokenizer() == tokenizer) {
      model.decoder().close();
    } else {
      loaded.close();
    }
  }

  @Override
  public void close() {
    closeModel();
    if (tokenizer != null) {
      tokenizer.close();
    }
  }
}
