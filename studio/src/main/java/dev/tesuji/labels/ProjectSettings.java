package dev.tesuji.labels;

import dev.tesuji.check.BadInput;
import dev.tesuji.check.DidYouMean;
import dev.tesuji.json.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The question of a project, and how it is asked: the file `project.json`.
///
/// @param question what annotators are asked
/// @param mode how they answer
/// @param overlap the share of items that every annotator judges, so that agreement is known
/// @param repeats the share of items that an annotator is asked again, so that consistency is known
/// @param gold the share of what is asked that has a known answer
/// @param random the share of items that is drawn at random where priorities choose the others
/// @param seed decides which, and the order of answers
public record ProjectSettings(
    String question,
    Mode mode,
    double overlap,
    double repeats,
    double gold,
    double random,
    long seed) {
  /// A way to answer.
  public enum Mode {
    /// Each answer gets a tier, and may be called unsafe.
    TIERS,
    /// Of two answers one is better, by a margin from 0 to 3.
    PAIRS,
    /// Each answer is safe or is not.
    SAFETY;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Tiers; 15 % of the items for all, 5 % asked again, 5 % with known answers, a tenth at random.
  public static final ProjectSettings DEFAULT =
      new ProjectSettings("Which answer is better?", Mode.TIERS, 0.15, 0.05, 0.05, 0.1, 1);

  private static final List<String> KEYS =
      List.of("question", "mode", "overlap", "repeats", "gold", "random", "seed");

  /// Reads the file.
  ///
  /// @throws BadInput when it does not fit
  static ProjectSettings read(Path file) {
    ObjectNode json = Json.readObject(file);
    for (String key : json.propertyNames()) {
      if (!KEYS.contains(key)) {
        throw BadInput.in(file, "field '" + key + "' is unknown" + DidYouMean.hint(key, KEYS));
      }
    }
    JsonNode question = json.path("question");
    if (!question.isMissingNode() && !question.isString()) {
      throw BadInput.in(file, "field 'question' must be text, got " + BadInput.brief(question));
    }
    JsonNode seed = json.path("seed");
    if (!seed.isMissingNode() && !seed.canConvertToLong()) {
      throw BadInput.in(file, "field 'seed' must be a whole number, got " + BadInput.brief(seed));
    }
    return new ProjectSettings(
        question.asString(DEFAULT.question),
        mode(json.path("mode"), p -> BadInput.in(file, p)),
        share(file, json, "overlap", () -> DEFAULT.overlap),
        share(file, json, "repeats", () -> DEFAULT.repeats),
        share(file, json, "gold", () -> DEFAULT.gold),
        share(file, json, "random", () -> DEFAULT.random),
        seed.asLong(DEFAULT.seed));
  }

  private static Mode mode(JsonNode node, java.util.function.Function<String, BadInput> bad) {
    if (node.isMissingNode()) {
      return DEFAULT.mode;
    }
    for (Mode mode : Mode.values()) {
      if (mode.toString().equals(node.asString(""))) {
        return mode;
      }
    }
    throw bad.apply("field 'mode' must be tiers, pairs or safety, got " + BadInput.brief(node));
  }

  private static double share(Path file, ObjectNode json, String key, Supplier<Double> usual) {
    JsonNode node = json.path(key);
    if (node.isMissingNode()) {
      return usual.get();
    }
    if (!node.isNumber() || !(node.doubleValue() >= 0 && node.doubleValue() <= 1)) {
      throw BadInput.in(
          file, "field '" + key + "' must be from 0 to 1, got " + BadInput.brief(node));
    }
    return node.doubleValue();
  }

  /// Returns the file's content.
  public ObjectNode toJson() {
    ObjectNode json = Json.MAPPER.createObjectNode().put("question", question);
    json.put("mode", mode.toString()).put("overlap", overlap).put("repeats", repeats);
    return json.put("gold", gold).put("random", random).put("seed", seed);
  }
}
