package dev.tesuji.dataset;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads the fields of one row as its shape has them.
///
/// A list may also be a text that holds one as JSON, since CSV has no lists; a label may also be
/// the text `true` or `false`, or 1 or 0.
final class ExampleReader {
  private static final Map<String, Boolean> LABELS =
      Map.of("true", true, "1", true, "false", false, "0", false);

  private final Row row;
  private final Columns columns;

  ExampleReader(Row row, Columns columns) {
    this.row = row;
    this.columns = columns;
  }

  Example read(Shape shape) {
    return switch (shape) {
      case LANGUAGE_MODELING -> new Example.LanguageModeling(languageModeling());
      case PROMPT_ONLY -> new Example.PromptOnly(text(columns.prompt()));
      case PROMPT_COMPLETION -> promptCompletion();
      case PREFERENCE -> preference();
      case UNPAIRED_PREFERENCE -> {
        Example.PromptCompletion pair = promptCompletion();
        yield new Example.UnpairedPreference(
            pair.prompt(), pair.completion(), label(columns.label(), row.require(columns.label())));
      }
      case STEPWISE -> stepwise();
      case RANKING -> ranking();
    };
  }

  private Text languageModeling() {
    if (row.get(columns.text()) == null && row.get(columns.messages()) != null) {
      return messages(columns.messages(), list(columns.messages(), "a list of messages"));
    }
    return new Text.Plain(row.requireText(columns.text()));
  }

  private Example.PromptCompletion promptCompletion() {
    Text prompt = text(columns.prompt());
    Text completion = text(columns.completion());
    requireAlike(columns.prompt(), prompt, columns.completion(), completion);
    return new Example.PromptCompletion(prompt, completion);
  }

  private Example preference() {
    Text chosen = text(columns.chosen());
    Text rejected = text(columns.rejected());
    requireAlike(columns.chosen(), chosen, columns.rejected(), rejected);
    if (row.get(columns.prompt()) == null) {
      return ImpliedPrompt.split(chosen, rejected);
    }
    Text prompt = text(columns.prompt());
    if (prompt instanceof Text.Plain && chosen instanceof Text.Messages) {
      throw row.bad(
          "field '"
              + columns.prompt()
              + "' must be a list of messages as '"
              + columns.chosen()
              + "' is; where chosen and rejected hold the prompt too, leave its column out, such as"
              + " columns: {prompt: none}");
    }
    requireAlike(columns.prompt(), prompt, columns.chosen(), chosen);
    return new Example.Preference(prompt, chosen, rejected);
  }

  private Example ranking() {
    Text prompt = text(columns.prompt());
    List<Text> responses = new ArrayList<>();
    for (JsonNode node : list(columns.responses(), "a list of answers, from best to worst")) {
      Text response = text(columns.responses(), node);
      requireAlike(columns.prompt(), prompt, columns.responses(), response);
      if (responses.contains(response)) {
        throw bad(columns.responses(), "must not have the same answer twice", node);
      }
      responses.add(response);
    }
    if (responses.size() < 2) {
      throw row.bad(
          "field '"
              + columns.responses()
              + "' must have at least two answers to compare, got "
              + responses.size());
    }
    return new Example.Ranking(
        prompt, row.get(columns.ranks()) == null ? responses : inOrder(responses));
  }

  /// Sorts answers by the ranks that the row gives them.
  private List<Text> inOrder(List<Text> responses) {
    ArrayNode ranks = list(columns.ranks(), "a list of ranks");
    if (ranks.size() != responses.size()) {
      throw row.bad(
          "field '"
              + columns.ranks()
              + "' must have as many items as '"
              + columns.responses()
              + "', "
              + responses.size()
              + ", got "
              + ranks.size());
    }
    Text[] ordered = new Text[responses.size()];
    for (int i = 0; i < ordered.length; i++) {
      JsonNode rank = ranks.get(i);
      int place = rank.isIntegralNumber() && rank.canConvertToInt() ? rank.intValue() : 0;
      if (place < 1 || place > ordered.length) {
        throw bad(columns.ranks(), "must have ranks from 1 (the best) to " + ordered.length, rank);
      }
      if (ordered[place - 1] != null) {
        throw bad(
            columns.ranks(), "must rank every answer differently (a tie teaches nothing)", ranks);
      }
      ordered[place - 1] = responses.get(i);
    }
    return List.of(ordered);
  }

  private Example stepwise() {
    Text prompt = text(columns.prompt());
    List<Text> steps = new ArrayList<>();
    for (JsonNode step : list(columns.completions(), "a list of steps")) {
      Text text = text(columns.completions(), step);
      requireAlike(columns.prompt(), prompt, columns.completions(), text);
      steps.add(text);
    }
    List<Boolean> labels = new ArrayList<>();
    for (JsonNode label : list(columns.labels(), "a list of true and false")) {
      labels.add(label(columns.labels(), label));
    }
    if (labels.size() != steps.size()) {
      throw row.bad(
          "field '"
              + columns.labels()
              + "' must have as many items as '"
              + columns.completions()
              + "', "
              + steps.size()
              + ", got "
              + labels.size());
    }
    return new Example.Stepwise(prompt, steps, labels);
  }

  private Text text(String field) {
    return text(field, row.require(field));
  }

  private Text text(String field, JsonNode node) {
    return switch (node) {
      case ArrayNode list -> messages(field, list);
      case JsonNode plain when plain.isString() -> new Text.Plain(plain.stringValue());
      default -> throw bad(field, "must be text, or a list of messages", node);
    };
  }

  private Text messages(String field, ArrayNode list) {
    if (list.isEmpty()) {
      throw row.bad("field '" + field + "' must have at least one message, got an empty list");
    }
    List<ObjectNode> messages = new ArrayList<>();
    for (JsonNode node : list) {
      messages.add(message(field, messages.size() + 1, node));
    }
    return new Text.Messages(messages);
  }

  private ObjectNode message(String field, int number, JsonNode node) {
    if (!(node instanceof ObjectNode given)) {
      throw bad(field, "must be a list of messages ({\"role\": ..., \"content\": ...})", node);
    }
    ObjectNode message = Json.MAPPER.createObjectNode();
    for (Map.Entry<String, JsonNode> e : given.properties()) {
      if (!e.getValue().isNull()) { // Parquet gives every message the fields of all
        message.set(e.getKey(), e.getValue());
      }
    }
    if (!message.path("role").isString()) {
      throw bad(field, "must have a 'role' in message " + number, given);
    }
    if (!message.path("content").isString() && !message.has("tool_calls")) {
      throw bad(field, "must have text as 'content' of message " + number, given);
    }
    return message;
  }

  private ArrayNode list(String field, String what) {
    JsonNode node = row.require(field);
    JsonNode list = node.isString() ? parse(node.stringValue()) : node;
    if (list instanceof ArrayNode array) {
      return array;
    }
    throw bad(field, "must be " + what, node);
  }

  private static JsonNode parse(String text) {
    try {
      return Json.MAPPER.readTree(text);
    } catch (JacksonException _) {
      return Json.MAPPER.missingNode();
    }
  }

  /// Says whether a value can be a label.
  static boolean isLabel(@Nullable JsonNode node) {
    return node != null && LABELS.containsKey(word(node));
  }

  private boolean label(String field, JsonNode node) {
    Boolean label = LABELS.get(word(node));
    if (label == null) {
      throw bad(field, "must be true or false", node);
    }
    return label;
  }

  private static String word(JsonNode node) {
    return node.isString() ? node.stringValue().toLowerCase(Locale.ROOT) : node.toString();
  }

  private void requireAlike(String first, Text a, String second, Text b) {
    if (a.getClass() != b.getClass()) {
      throw row.bad(
          "field '"
              + second
              + "' must be "
              + (a instanceof Text.Plain ? "text" : "a list of messages")
              + " as '"
              + first
              + "' is");
    }
  }

  private BadInput bad(String field, String constraint, JsonNode got) {
    return row.bad("field '" + field + "' " + constraint + ", got " + BadInput.brief(got));
  }
}
