package dev.tesuji.env;

import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.chat.Conversation;
import dev.tesuji.chat.Unwritten;
import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.text.CompletionText;
import dev.tesuji.text.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A task whose problems are put as the user's turn of a conversation.
///
/// Where the model's template opens the thinking itself, so that completions begin inside it, a
/// response counts with the tag before it: rewards see what a reader would.
///
/// @param inner the task
/// @param template the model's chat template
/// @param thinkingPrefilled whether the template opens the thinking
/// @param asking what is added to the problems
/// @param history how conversations of several turns go on
public record ChatTask(
    Task inner,
    ChatTemplate template,
    boolean thinkingPrefilled,
    Asking asking,
    HistoryMode history)
    implements WrappedTask {
  /// Contents alone: a server writes the rest of a conversation.
  private static final ChatTemplate SERVED =
      ChatTemplate.parse(
          "{% for message in messages %}{{ message.content }}\n{% endfor %}",
          "a conversation's contents");

  /// How a conversation begins and is rendered.
  ///
  /// @param system the system message of conversations that have none; null for none
  /// @param variables variables of the chat template, such as `enable_thinking`; those of a problem
  ///   go before them
  public record Asking(@Nullable String system, Map<String, JsonNode> variables) {
    /// The problem and nothing else.
    public static final Asking PLAIN = new Asking(null, Map.of());

    /// Copies the map.
    public Asking {
      variables = Map.copyOf(variables);
    }

    /// Puts the system message before a conversation that has none.
    public List<ObjectNode> messages(List<ObjectNode> asked) {
      List<ObjectNode> messages = new ArrayList<>(asked);
      boolean begun = messages.getFirst().path("role").asString("").equals("system");
      if (system != null && !begun) {
        messages.addFirst(Conversation.message("system", system));
      }
      return messages;
    }
  }

  /// Puts the problems of a task in conversations.
  public static ChatTask of(Task inner, ChatTemplate template) {
    return of(inner, template, Asking.PLAIN);
  }

  /// Puts the problems of a task in conversations.
  public static ChatTask of(Task inner, ChatTemplate template, Asking asking) {
    return of(inner, template, asking, HistoryMode.AS_TEMPLATE);
  }

  /// Puts the problems of a task in conversations.
  ///
  /// @param history how conversations of several turns go on
  /// @throws BadInput when the template cannot keep histories and should
  public static ChatTask of(Task inner, ChatTemplate template, Asking asking, HistoryMode history) {
    DialogueTask world = DialogueTask.of(inner);
    if (world != null && history == HistoryMode.KEEP) {
      String role = world.tools().isEmpty() ? "user" : "tool";
      String trouble = ChatHistory.trouble(template, role, asking.variables());
      if (trouble != null) {
        throw new BadInput(
            "history must be as_template with the chat template of "
                + template.name()
                + ", since "
                + trouble
                + ", got keep");
      }
    }
    boolean prefilled = template.thinkingPrefilled(asking.variables());
    return new ChatTask(inner, template, prefilled, asking, history);
  }

  /// Puts the problems of a task in conversations whose template a server has: as a text they are
  /// their contents, one after the other.
  public static ChatTask served(Task inner, Asking asking) {
    return of(inner, SERVED, asking);
  }

  @Override
  public List<ObjectNode> messages(Problem problem) {
    return asking.messages(inner.messages(problem));
  }

  /// Returns the conversation with which a problem is put.
  Conversation opening(Problem problem) {
    Conversation own = problem.conversation();
    Conversation asked = own == null ? Conversation.of("user", inner.prompt(problem)) : own;
    Map<String, JsonNode> variables = new LinkedHashMap<>(asking.variables());
    variables.putAll(asked.variables());
    return new Conversation(messages(problem), tools(asked), asked.documents(), variables);
  }

  private @Nullable ArrayNode tools(Conversation asked) {
    DialogueTask world = DialogueTask.of(inner);
    if (asked.tools() != null || world == null || world.tools().isEmpty()) {
      return asked.tools();
    }
    ArrayNode tools = Json.MAPPER.createArrayNode();
    world.tools().forEach(tools::add);
    return tools;
  }

  @Override
  public String prompt(Problem problem) {
    try {
      Conversation opening = opening(problem);
      String text = template.render(opening, true).text();
      if (problem.conversation() != null && !template.equals(SERVED)) {
        new Unwritten(template, opening, text, true).refuse();
      }
      return text;
    } catch (BadInput e) {
      throw new BadInput(problem.source() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public Episode reset(Problem problem, CompletionText text) {
    DialogueTask world = DialogueTask.of(inner);
    if (world == null) {
      return WrappedTask.super.reset(problem, text);
    }
    ChatHistory.Setting setting =
        new ChatHistory.Setting(template, history, thinkingPrefilled, !world.tools().isEmpty());
    return new DialogueEpisode(
        new DialogueEpisode.Limits(world.turns(), world.patience()),
        world.open(problem),
        new ChatHistory(setting, opening(problem), text));
  }

  @Override
  public int turns() {
    return DialogueTask.of(inner) == null ? 1 : inner.turns();
  }

  @Override
  public int[] promptTokens(Problem problem, Tokenizer tokenizer) {
    return tokenizer.encode(prompt(problem)); // the template writes the special tokens
  }

  @Override
  public String response(String completion) {
    return thinkingPrefilled ? "<think>" + completion : completion;
  }
}
