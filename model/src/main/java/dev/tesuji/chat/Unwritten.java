package dev.tesuji.chat;

import dev.tesuji.check.BadInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Finds what a conversation has and its text has not: many a chat template passes over tools, tool
/// calls, documents, or messages of roles that it does not know, without a word.
///
/// What is asked for and what is said must be in the text, else the model would learn an answer to
/// something that it never saw: such a conversation is refused. Thoughts that a template leaves out
/// of earlier turns by design, messages of the role `developer`, and variables and fields of
/// messages that it does not speak of, are counted and said.
///
/// Words that stand in the text were written. Only where they do not, the conversation is written
/// once more without them: if that makes no difference, they were passed over.
///
/// @param template which writes
/// @param conversation what is written
/// @param text the conversation as it was written
/// @param asked whether with a generation prompt
public record Unwritten(
    ChatTemplate template, Conversation conversation, String text, boolean asked) {
  private static final int TELLING = 4; // characters: shorter words stand in any text
  private static final String DEVELOPER = "developer"; // a newer name that few templates know
  private static final List<String> THOUGHTS =
      List.of("reasoning_content", "reasoning", "thinking");

  /// Fields of messages that are looked for otherwise, say what is learned, or bear on no text.
  private static final Set<String> HEEDED =
      Set.of(
          "role",
          "content",
          "tool_calls",
          "reasoning_content",
          "reasoning",
          "thinking",
          "weight",
          "train",
          "trainable",
          "loss",
          "tool_call_id",
          "id");

  /// Refuses a conversation of which the template passes over what must be in the text.
  ///
  /// @throws BadInput naming the field
  public void refuse() {
    List<ObjectNode> messages = conversation.messages();
    ArrayNode tools = conversation.tools();
    if (!stands(names(tools)) && isPassedOver(with(messages, null, conversation.documents()))) {
      throw passedOver("tools", "");
    }
    if (conversation.documents() != null
        && !conversation.documents().isEmpty()
        && isPassedOver(with(messages, tools, null))) {
      throw passedOver("documents", "");
    }
    if (!stands(messages.stream().flatMap(m -> names(m.path("tool_calls"))))
        && isPassedOver(with(withoutCalls(messages), tools, conversation.documents()))) {
      throw passedOver("tool_calls", "");
    }
    for (int i = 0; i < messages.size(); i++) {
      String role = messages.get(i).path("role").asString("");
      if (!List.of("assistant", DEVELOPER).contains(role) && isPassedOver(i)) {
        throw passedOver("content", " of message " + (i + 1) + ", whose role is '" + role + "'");
      }
    }
  }

  /// Returns whether the template passes over a message.
  private boolean isPassedOver(int message) {
    List<ObjectNode> others = new ArrayList<>(conversation.messages());
    ObjectNode left = others.remove(message);
    return !others.isEmpty()
        && !stands(Stream.of(left.path("content").asString("")))
        && isPassedOver(with(others, conversation.tools(), conversation.documents()));
  }

  /// Returns the fields that the template passes over, wholly or in part, and may.
  public List<String> fields() {
    List<String> fields = new ArrayList<>();
    for (String thoughts : THOUGHTS) {
      if (!conversation.messages().stream()
          .map(m -> m.path(thoughts).asString("").strip())
          .allMatch(text::contains)) {
        fields.add(thoughts);
      }
    }
    for (int i = 0; i < conversation.messages().size(); i++) {
      String role = conversation.messages().get(i).path("role").asString("");
      if (role.equals(DEVELOPER) && !fields.contains(DEVELOPER) && isPassedOver(i)) {
        fields.add(DEVELOPER);
      }
    }
    Stream<String> own =
        conversation.messages().stream()
            .flatMap(m -> m.properties().stream())
            .filter(e -> !isEmpty(e.getValue()))
            .map(Map.Entry::getKey)
            .filter(name -> !HEEDED.contains(name) && !text.contains('"' + name + '"'));
    Stream.concat(conversation.variables().keySet().stream(), own)
        .filter(name -> !fields.contains(name) && !isKnown(name))
        .distinct()
        .forEach(fields::add);
    return fields;
  }

  private static boolean isEmpty(JsonNode value) {
    return value.isNull()
        || (value.isString()
            ? value.stringValue().isBlank()
            : value.isContainer() && value.isEmpty());
  }

  /// Returns whether the template speaks of a name.
  private boolean isKnown(String name) {
    Pattern word = Pattern.compile("\\b" + Pattern.quote(name) + "\\b");
    return template.sources().values().stream().anyMatch(s -> word.matcher(s).find());
  }

  /// Returns whether all words are in the text, where their being there says anything.
  private boolean stands(Stream<String> words) {
    return words
        .map(String::strip)
        .allMatch(w -> w.isEmpty() || (w.length() >= TELLING && text.contains(w)));
  }

  private static Stream<String> names(@Nullable JsonNode functions) {
    return functions == null
        ? Stream.of()
        : functions
            .valueStream()
            .map(f -> (f.path("function").isObject() ? f.path("function") : f).path("name"))
            .map(name -> name.asString(""));
  }

  private static List<ObjectNode> withoutCalls(List<ObjectNode> messages) {
    List<ObjectNode> without = new ArrayList<>();
    for (ObjectNode message : messages) {
      ObjectNode copy = message.deepCopy();
      if (copy.remove("tool_calls") != null && !copy.has("content")) {
        copy.put("content", "");
      }
      without.add(copy);
    }
    return without;
  }

  private Conversation with(
      List<ObjectNode> messages, @Nullable ArrayNode tools, @Nullable ArrayNode documents) {
    return new Conversation(messages, tools, documents, conversation.variables());
  }

  private boolean isPassedOver(Conversation without) {
    try {
      return template.render(without, asked).text().equals(text);
    } catch (BadInput e) {
      return false; // the template needs it
    }
  }

  private static BadInput passedOver(String field, String where) {
    return new BadInput(
        "field '"
            + field
            + "'"
            + where
            + " is not written by the model's chat template; take a template that writes it, or"
            + " leave it out");
  }
}
