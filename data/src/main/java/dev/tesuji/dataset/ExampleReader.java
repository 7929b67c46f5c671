package dev.tesuji.dataset;

import dev.tesuji.check.BadInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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
  private static final List<String> USUAL =
      List.of(Columns.DEFAULT.text(), Columns.DEFAULT.messages()); // that nobody named

  private final Row row;
  private final Columns columns;

  ExampleReader(Row row, Columns columns) {
    this.row = row;
    this.columns = columns;
  }

  Example read(Shape shape) {
    ConversationFields.of(row); // refuses what cannot be heeded
    refuseOthers();
    Example example = example(shape);
    boolean whole = example instanceof Example.LanguageModeling;
    if (!whole && !example.isConversational()) {
      ConversationFields.refuseBesideText(row, columns.prompt());
    }
    return example;
  }

  private Example example(Shape shape) {
    return switch (shape) {
      case LANGUAGE_MODELING -> new Example.LanguageModeling(languageModeling());
      case PROMPT_ONLY -> new Example.PromptOnly(prompt(columns.prompt()));
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

  /// Refuses columns of other tools' formats that belong to what is read: the second half of
  /// Alpaca's question, and the verdict on a conversation.
  private void refuseOthers() {
    boolean alpaca = columns.prompt().equals("instruction");
    boolean earlier = row.get("history") instanceof ArrayNode turns && !turns.isEmpty();
    for (String name : List.of("input", "history")) {
      if ((alpaca && ConversationFields.has(row, name)) || (earlier && name.equals("history"))) {
        throw row.bad(
            "field '"
                + name
                + "' belongs to '"
                + columns.prompt()
                + "' and would be left out; join them in one column");
      }
    }
    if (ConversationFields.has(row, "kto_tag") && !columns.label().equals("kto_tag")) {
      throw row.bad(
          "field 'kto_tag' says whether the answer is good; give 'prompt' and 'completion', and"
              + " columns: {label: kto_tag}");
    }
  }

  private Text languageModeling() {
    List<String> all = List.of(columns.text(), columns.messages(), Shape.CONVERSATIONS);
    List<String> given = all.stream().filter(f -> row.get(f) != null).toList();
    if (given.size() > 1 && USUAL.contains(given.getFirst())) {
      throw row.bad(
          "field '"
              + given.getLast()
              + "' stands beside '"
              + given.getFirst()
              + "', and one of them alone is learned; leave a column out, or name the other: columns: {"
              + given.getFirst()
              + ": none}");
    }
    String field = given.isEmpty() ? columns.text() : given.getFirst();
    return field.equals(columns.text())
        ? new Text.Plain(row.requireText(field))
        : conversation(field, list(field, "a list of messages"));
  }

  /// Reads the conversation of a column.
  Text.Messages messages(String field) {
    return conversation(field, list(field, "a list of messages"));
  }

  /// Reads messages, with the system message of a column of its own before them.
  private Text.Messages conversation(String field, Iterable<JsonNode> list) {
    return withSystem(field, new MessageReader(row, field).read(list));
  }

  private Text.Messages withSystem(String field, Text.Messages messages) {
    ObjectNode system = ConversationFields.system(row);
    if (system == null) {
      return messages;
    }
    ObjectNode first = messages.messages().getFirst();
    if (first.path("role").asString("").equals("system")) {
      if (!first.path("content").equals(system.path("content"))) {
        throw row.bad(
            "field 'system' must be absent where '" + field + "' has another system message");
      }
      return messages;
    }
    List<ObjectNode> all = new ArrayList<>(messages.messages());
    all.addFirst(system);
    return new Text.Messages(all);
  }

  private Example.PromptCompletion promptCompletion() {
    Text prompt = prompt(columns.prompt());
    Text completion = text(columns.completion());
    requireAlike(columns.prompt(), prompt, columns.completion(), completion);
    return new Example.PromptCompletion(prompt, completion);
  }

  private Example preference() {
    boolean open = Shape.isOpenAi(row);
    String better = open ? "preferred_output" : columns.chosen();
    String worse = open ? "non_preferred_output" : columns.rejected();
    Text chosen = text(better);
    Text rejected = text(worse);
    requireAlike(better, chosen, worse, rejected);
    requireUnweighed(better, chosen);
    requireUnweighed(worse, rejected);
    String asked = open ? "input.messages" : columns.prompt();
    if (row.get(asked) == null && chosen instanceof Text.Messages) {
      asked = row.get(Shape.CONVERSATIONS) == null ? asked : Shape.CONVERSATIONS;
    }
    if (row.get(asked) == null) {
      return ImpliedPrompt.split(withSystem(better, chosen), withSystem(worse, rejected));
    }
    Text prompt = prompt(asked);
    if (prompt instanceof Text.Plain && chosen instanceof Text.Messages) {
      throw row.bad(
          "field '"
              + asked
              + "' must be a list of messages as '"
              + better
              + "' is; where chosen and rejected hold the prompt too, leave its column out, such as"
              + " columns: {prompt: none}");
    }
    requireAlike(asked, prompt, better, chosen);
    return new Example.Preference(prompt, chosen, rejected);
  }

  /// Refuses weights of messages where answers are compared, and each counts whole.
  private void requireUnweighed(String field, Text text) {
    if (text instanceof Text.Messages(List<ObjectNode> messages)
        && !messages.stream().allMatch(MessageReader::isLearned)) {
      throw row.bad(
          "field '"
              + field
              + "' must not have messages with weight 0 (or train, trainable, loss false): an answer is compared whole");
    }
  }

  private Example ranking() {
    Text prompt = prompt(columns.prompt());
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
    Text prompt = prompt(columns.prompt());
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

  /// Reads what is asked, with the system message of a column of its own.
  private Text prompt(String field) {
    return withSystem(field, text(field));
  }

  private Text withSystem(String field, Text text) {
    return switch (text) {
      case Text.Plain plain -> plain;
      case Text.Messages messages -> withSystem(field, messages);
    };
  }

  private Text text(String field, JsonNode node) {
    return switch (node) {
      case ArrayNode list -> new MessageReader(row, field).read(list);
      case ObjectNode one when one.has("role") || one.has("from") ->
          new MessageReader(row, field).read(List.of(one));
      case ObjectNode outer when outer.path("messages") instanceof ArrayNode list ->
          nested(field, outer, list);
      case JsonNode plain when plain.isString() -> new Text.Plain(plain.stringValue());
      default -> throw bad(field, "must be text, or a list of messages", node);
    };
  }

  /// Reads `{messages: [...]}`, as OpenAI's tools write a prompt; what else stands there would be
  /// left out.
  private Text nested(String field, ObjectNode outer, ArrayNode list) {
    for (Map.Entry<String, JsonNode> e : outer.properties()) {
      if (!e.getKey().equals("messages") && !e.getValue().isNull()) {
        throw row.bad(
            "field '"
                + field
                + "."
                + e.getKey()
                + "' is not heeded there; make it a column of its own");
      }
    }
    return new MessageReader(row, field).read(list);
  }

  private ArrayNode list(String field, String what) {
    JsonNode node = row.require(field);
    JsonNode list = node.isString() ? MessageReader.parse(node.stringValue()) : node;
    if (list instanceof ArrayNode array) {
      return array;
    }
    throw bad(field, "must be " + what, node);
  }

  /// Returns whether a value can be a label.
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
