package dev.tesuji.env;

import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.chat.Conversation;
import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.text.CompletionText;
import dev.tesuji.toolcall.ToolCall;
import dev.tesuji.toolcall.ToolFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A conversation in a model's chat template.
///
/// Under [HistoryMode#KEEP] everything is appended: what the policy reads next is what the template
/// writes after an answer, taken from a conversation with a stand-in for the answer, and encoded by
/// itself. Under [HistoryMode#AS_TEMPLATE] the whole conversation is written again before each
/// turn; where that is not what the policy has read and sampled with something appended, its
/// context begins anew.
final class ChatHistory implements History {
  private static final String STAND_IN = "STAND-IN-ANSWER";
  private static final String THOUGHT = "a stand-in thought";

  private final Setting setting;
  private final CompletionText text;
  private final Conversation opening;
  private final List<ObjectNode> messages;
  private final ToolFormat format;
  private int[] context;

  /// The way in which conversations are written.
  ///
  /// @param mode how they go on
  /// @param prefilled whether the template opens the thinking
  /// @param hasTools whether turns may call tools
  record Setting(ChatTemplate template, HistoryMode mode, boolean prefilled, boolean hasTools) {}

  /// Begins a conversation.
  ///
  /// @param opening with which the problem is put
  ChatHistory(Setting setting, Conversation opening, CompletionText text) {
    this.setting = setting;
    this.opening = opening;
    this.text = text;
    messages = new ArrayList<>(opening.messages());
    format = format(setting.template());
    context = text.tokenizer().encode(setting.template().render(opening, true).text());
  }

  private static ToolFormat format(ChatTemplate template) {
    return template.sources().values().stream()
        .flatMap(source -> ToolFormat.of(source).stream())
        .findFirst()
        .orElse(ToolFormat.HERMES);
  }

  /// Returns why a template cannot keep histories: what it writes of earlier turns is not what the
  /// policy has read and written; null where it is.
  static @Nullable String trouble(
      ChatTemplate template, String role, Map<String, JsonNode> variables) {
    String first = template.render(conversation(variables, user()), true).text();
    boolean prefilled = template.thinkingPrefilled(variables);
    String thinking = "<think>\n" + THOUGHT + "\n</think>\n\n";
    Conversation later =
        conversation(
            variables,
            user(),
            Conversation.message("assistant", thinking + STAND_IN),
            Conversation.message(role, "a reply"));
    String whole = template.render(later, true).text();
    String wanted = prefilled ? thinking.substring("<think>".length()).stripLeading() : thinking;
    if (!whole.contains(THOUGHT)) {
      return "it leaves the thinking of earlier turns out";
    }
    return whole.startsWith(first + wanted + STAND_IN)
        ? null
        : "it writes earlier turns otherwise than a model has written them";
  }

  private static ObjectNode user() {
    return Conversation.message("user", "Hello");
  }

  private static Conversation conversation(
      Map<String, JsonNode> variables, ObjectNode... messages) {
    return new Conversation(List.of(messages), null, null, variables);
  }

  @Override
  public Dialogue.Said said(Turn turn, int number, boolean isLast) {
    String written = text.of(turn.tokens());
    String whole = setting.prefilled() ? "<think>" + written : written;
    PlainHistory.Place place = new PlainHistory.Place(number, isLast);
    return PlainHistory.said(whole, format, setting.hasTools(), place);
  }

  @Override
  public Step.Observation next(
      Turn turn, Dialogue.Said said, List<ObjectNode> replies, double points) {
    int[] sofar = joined(context, turn.tokens());
    return switch (setting.mode()) {
      case KEEP -> {
        int[] read = text.tokenizer().encode(after(turn, replies));
        context = joined(sofar, read);
        yield new Step.Observation(read, points, false);
      }
      case AS_TEMPLATE -> {
        messages.add(message(said));
        messages.addAll(replies);
        Conversation whole =
            new Conversation(messages, opening.tools(), opening.documents(), opening.variables());
        int[] all = text.tokenizer().encode(setting.template().render(whole, true).text());
        context = all;
        boolean anew = all.length <= sofar.length || Arrays.mismatch(all, sofar) != sofar.length;
        yield new Step.Observation(
            anew ? all : Arrays.copyOfRange(all, sofar.length, all.length), points, anew);
      }
    };
  }

  /// Returns what the template writes between an answer's end and the next one.
  private String after(Turn turn, List<ObjectNode> replies) {
    List<ObjectNode> with = new ArrayList<>();
    with.add(user());
    with.add(Conversation.message("assistant", STAND_IN));
    with.addAll(replies);
    Conversation whole = new Conversation(with, opening.tools(), null, opening.variables());
    String written = setting.template().render(whole, true).text();
    int at = written.lastIndexOf(STAND_IN);
    if (at < 0) {
      throw new BadInput("the chat template leaves answers out, so that no history can be kept");
    }
    String rest = written.substring(at + STAND_IN.length());
    int[] tokens = turn.tokens();
    String end =
        tokens.length == 0
            ? ""
            : text.tokenizer().decodeWithSpecials(new int[] {tokens[tokens.length - 1]});
    return !end.isEmpty() && rest.startsWith(end) ? rest.substring(end.length()) : rest;
  }

  /// Returns a turn as a message: its thinking, its answer and its calls apart.
  private static ObjectNode message(Dialogue.Said said) {
    ObjectNode message = Conversation.message("assistant", said.answer().strip());
    int thought = said.text().lastIndexOf("</think>");
    if (thought >= 0) {
      String thinking = said.text().substring(0, thought);
      int from = thinking.indexOf("<think>");
      message.put(
          "reasoning_content",
          (from < 0 ? thinking : thinking.substring(from + "<think>".length())).strip());
    }
    if (!said.calls().isEmpty()) {
      ArrayNode calls = message.putArray("tool_calls");
      for (ToolCall call : said.calls()) {
        ObjectNode one = calls.addObject().put("id", call.id()).put("type", "function");
        one.putObject("function").put("name", call.name()).set("arguments", arguments(call));
      }
    }
    return message;
  }

  private static JsonNode arguments(ToolCall call) {
    try {
      return Json.MAPPER.readTree(call.arguments());
    } catch (JacksonException _) {
      return Json.MAPPER.createObjectNode();
    }
  }

  private static int[] joined(int[] first, int[] second) {
    int[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
