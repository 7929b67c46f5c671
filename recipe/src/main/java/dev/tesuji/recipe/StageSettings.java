package dev.tesuji.recipe;

import dev.tesuji.optim.OptimizerConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// The settings of a stage, one kind per way of training.
///
/// A stage starts from the model that the stage before it made, the first from the recipe's model;
/// [CommonSettings#from] says otherwise. Each kind is a record, and a class in `dev.tesuji.stage`
/// does what it says.
public interface StageSettings {
  /// Returns what it has in common with every other stage.
  CommonSettings common();

  /// Returns the stage's name, under which its model, metrics and rollouts are stored.
  default String name() {
    return common().name();
  }

  /// Returns how many steps it has.
  default int steps() {
    return common().steps();
  }

  /// Returns how weights move.
  default OptimizerConfig optimizer() {
    return common().optimizer();
  }

  /// Returns what it makes.
  default Product makes() {
    return Product.POLICY;
  }

  /// Returns the kind of thing that it starts from.
  default Product startsFrom() {
    return Product.POLICY;
  }

  /// Returns whether it works with the recipe's language model.
  default boolean trainsLanguageModel() {
    return startsFrom() == Product.POLICY;
  }

  /// Returns the most tokens of a prompt and a sample, of a stage that makes samples.
  default OptionalInt longestSample() {
    return OptionalInt.empty();
  }

  /// Returns what it learns from, as far as it is there before the run.
  ///
  /// @param task the recipe's
  /// @param common the recipe's `data`
  default List<TrainingTexts> learnsFrom(TaskConfig task, @Nullable Path common) {
    return List.of();
  }

  /// Returns the files of its own that it is measured on, whose prompts it leaves out of what it
  /// learns from.
  default List<TrainingTexts.Files> measuredOn() {
    return List.of();
  }

  /// Returns what is wrong with the way in which it names other stages.
  ///
  /// @param before the stages before it
  default List<String> problems(List<StageSettings> before) {
    return List.of();
  }

  /// Returns whether a stage of a name is among others and makes a thing.
  static boolean makes(@Nullable String stage, Product product, List<StageSettings> among) {
    return among.stream().anyMatch(s -> s.name().equals(stage) && s.makes() == product);
  }

  /// The kind of thing that a stage makes.
  enum Product {
    /// A language model, which a later stage goes on from.
    POLICY("a language model", ""),
    /// A model that scores answers.
    REWARD_MODEL(
        "a reward model, which writes no text",
        " (it pays in a later stage's rewards: {kind: model, stage: %s})"),
    /// A file of prompts and completions.
    SAMPLES("data", " (a later stage of kind sft learns from it: data: {stage: %s})"),
    /// A network that plays a game.
    PLAYER("a network that plays a game", ""),
    /// A network that says who wins.
    VALUE("a network that says who wins a game", ""),
    /// Games that were played.
    GAMES("games", " (a later stage of kind imitation learns from them: games: %s)"),
    /// Nothing but numbers.
    RESULTS("results", "");

    private final String noun;
    private final String use;

    Product(String noun, String use) {
      this.noun = noun;
      this.use = use;
    }

    /// Returns what it is and how a later stage uses it.
    ///
    /// @param stage the stage that makes it
    String describe(String stage) {
      return noun + use.replace("%s", stage);
    }
  }
}
