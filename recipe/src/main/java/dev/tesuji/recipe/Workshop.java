package dev.tesuji.recipe;

import dev.tesuji.check.BadInput;
import dev.tesuji.distill.Vocabularies;
import dev.tesuji.env.Task;
import dev.tesuji.policy.MatmulPrecision;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.tokenized.TextSource;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.weights.LoadedModel;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the stages of a run share: the recipe, the model that they train one after the other, and
/// the count of what was too long for it.
///
/// It owns the model; close it to free that.
final class Workshop implements AutoCloseable {
  private final Recipe recipe;
  private final Task task;
  private final PrintStream console;
  private final Models models;
  private final Tokenizer tokenizer; // the first model's; what was read at the start keeps it
  private LoadedModel model;
  private @Nullable Path at; // the directory that holds what the model is; null for none
  private int longPrompts;
  private int longTexts;

  /// Where the models of a run come from.
  interface Models {
    /// Loads a model to train.
    LoadedModel load(Path directory);

    /// Returns the directory of the model that a stage makes, or has made.
    Path of(String stage);
  }

  /// Opens a workshop.
  ///
  /// @param first the directory of the model to begin with
  Workshop(Recipe recipe, Task task, PrintStream console, Models models, Path first) {
    this.recipe = recipe;
    this.task = task;
    this.console = console;
    this.models = models;
    model = models.load(first);
    tokenizer = model.requireTokenizer();
    at = first;
  }

  Recipe recipe() {
    return recipe;
  }

  LoadedModel model() {
    return model;
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  /// Puts the model of a directory in the place of the one that is here, unless it is that.
  void goTo(Path directory) {
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
  <T> T planning(Path directory, Supplier<T> check) {
    LoadedModel here = model;
    try (LoadedModel other =
        LoadedModel.planned(directory, here.decoder().dtype(), here.decoder().device())) {
      Optional<String> difference = Vocabularies.difference(here, other.directory(), other.files());
      if (difference.isPresent()) {
        throw new BadInput(strange(here, other, difference.get()));
      }
      recipe.adapt(other.decoder());
      MatmulPrecision.of(here.decoder()).apply(other.decoder());
      model = other;
      return check.get();
    } finally {
      model = here;
    }
  }

  /// Says that the tokens of another model will not do.
  ///
  /// @param difference in what they differ from those of the first
  static String strange(LoadedModel first, LoadedModel other, String difference) {
    return other.directory()
        + ": must have the vocabulary of the recipe's model ("
        + first.directory()
        + "), which all stages share: "
        + difference
        + "; take a model of the same family";
  }

  /// Says that the model was made into something else: another is loaded before it is used again.
  void spend() {
    at = null;
  }

  /// Returns the directory of the model that a stage makes, or has made.
  Path modelOf(String stage) {
    return models.of(stage);
  }

  /// Writes the model to a directory.
  void save(Path directory) {
    model.save(directory);
    at = directory;
  }

  /// Returns what can be reckoned with before data is read.
  Ground ground() {
    return new Ground(recipe, model.decoder());
  }

  Task task() {
    return task;
  }

  /// Opens another task than the recipe's; returns that where there is none.
  Task posed(@Nullable TaskConfig own) {
    return own == null ? task : own.open(recipe.data(), model.parts().path());
  }

  PrintStream console() {
    return console;
  }

  /// Returns the most tokens that the model can read.
  int positions() {
    return model.decoder().config().maxPositions();
  }

  /// Returns how the model's texts are made of tokens.
  TokenizedDataset.Words words() {
    return new TokenizedDataset.Words(tokenizer, model.endToken(), model.parts().chatTemplate());
  }

  /// Loads a model beside the one that is trained, in its type and on its device.
  LoadedModel another(Path directory) {
    return LoadedModel.load(directory, model.decoder().dtype(), model.decoder().device());
  }

  /// Counts, and tells of, prompts that were dropped or cut.
  void countPrompts(int touched, int limit) {
    longPrompts += touched;
    report(touched, "prompts", limit);
  }

  /// Counts, and tells of, texts that were dropped or cut.
  TextSource counted(TokenizedDataset.Loaded loaded, int limit) {
    countTexts(loaded.touched(), limit);
    return loaded;
  }

  /// Counts, and tells of, texts that were dropped or cut.
  void countTexts(int touched, int limit) {
    longTexts += touched;
    report(touched, "texts", limit);
  }

  private void report(int touched, String what, int limit) {
    if (touched > 0) {
      console.println(
          touched + " " + what + " are longer than " + limit + " tokens and were dropped or cut");
    }
  }

  /// Returns how many prompts were dropped or cut.
  int longPrompts() {
    return longPrompts;
  }

  /// Returns how many texts were dropped or cut.
  int longTexts() {
    return longTexts;
  }

  private void closeModel() {
    if (model.tokenizer() == tokenizer) {
      model.decoder().close();
    } else {
      model.close();
    }
  }

  @Override
  public void close() {
    closeModel();
    tokenizer.close();
  }
}
