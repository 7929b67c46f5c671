package dev.tesuji.labels;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Fields;
import dev.tesuji.json.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A prompt with answers to it.
///
/// @param id its name in the project
/// @param prompt a text, or a conversation as a list of messages
/// @param answers one to nine of them; annotators do not see where they come from
/// @param gold for an item that checks annotators, the tiers that are right; else empty
/// @param priority items of higher priority are asked about first
public record Item(
    String id, JsonNode prompt, List<Answer> answers, List<Integer> gold, double priority) {
  /// The most answers of an item: annotators name them by a letter and a tier by a digit.
  public static final int MOST = 9;

  /// Copies the lists.
  public Item {
    answers = List.copyOf(answers);
    gold = List.copyOf(gold);
  }

  /// An answer.
  ///
  /// @param text what it says
  /// @param source which model or file it is from; may be empty
  public record Answer(String text, String source) {}

  /// Returns whether it checks annotators; its judgements teach nothing.
  public boolean isGold() {
    return !gold.isEmpty();
  }

  /// Reads a line: `id`, `prompt`, `answers` (texts, or objects with `text` and `source`), and
  /// perhaps `gold` and `priority`.
  ///
  /// @throws BadInput when it does not fit
  static Item read(Fields row) {
    JsonNode prompt = row.require("prompt");
    boolean conversation = prompt.isArray() && !prompt.isEmpty();
    if (!prompt.isString() && !conversation) {
      throw row.bad(
          "field 'prompt' must be a text or a list of messages, got " + BadInput.brief(prompt));
    }
    JsonNode given = row.require("answers");
    if (!given.isArray() || given.isEmpty() || given.size() > MOST) {
      throw row.bad(
          "field 'answers' must be a list of 1 to "
              + MOST
              + " answers, got "
              + BadInput.brief(given));
    }
    List<Answer> answers = new ArrayList<>();
    for (JsonNode node : given) {
      answers.add(answer(row, node));
    }
    List<Integer> gold = row.get("gold") == null ? List.of() : tiers(row, "gold", answers.size());
    JsonNode priority = row.get("priority");
    return new Item(
        row.requireText("id"), prompt, answers, gold, priority == null ? 0 : priority.asDouble(0));
  }

  private static Answer answer(Fields row, JsonNode node) {
    JsonNode text = node.isObject() ? node.path("text") : node;
    if (!text.isString()) {
      throw row.bad(
          "field 'answers' must have texts, or objects with the text 'text', got "
              + BadInput.brief(node));
    }
    return new Answer(text.stringValue(), node.path("source").asString(""));
  }

  /// Reads the tier of each answer.
  static List<Integer> tiers(Fields row, String field, int answers) {
    JsonNode given = row.require(field);
    List<Integer> tiers = new ArrayList<>();
    for (JsonNode node : given) {
      if (!node.canConvertToInt() || node.intValue() < 1 || node.intValue() > MOST) {
        break;
      }
      tiers.add(node.intValue());
    }
    if (!given.isArray() || given.size() != answers || tiers.size() != answers) {
      throw row.bad(
          "field '"
              + field
              + "' must have the tier of each of the "
              + answers
              + " answers, from 1 (the best) to "
              + MOST
              + ", got "
              + BadInput.brief(given));
    }
    return tiers;
  }

  /// Returns the line.
  public ObjectNode toJson() {
    ObjectNode json = Json.MAPPER.createObjectNode().put("id", id);
    json.set("prompt", prompt);
    ArrayNode list = json.putArray("answers");
    answers.forEach(a -> list.addObject().put("text", a.text()).put("source", a.source()));
    if (isGold()) {
      gold.forEach(json.putArray("gold")::add);
    }
    if (priority != 0) {
      json.put("priority", priority);
    }
    return json;
  }
}
