package dev.tesuji.serve;

import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.chat.Conversation;
import dev.tesuji.check.BadInput;
import dev.tesuji.serve.answer.ThinkingTags;
import dev.tesuji.serve.api.ApiError;
import dev.tesuji.serve.model.ServedModel;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A conversation as the tokens that a model goes on from.
///
/// @param tokens the prompt
/// @param opened the text at its end that opens the thinking, from the tag on; empty where the
///   prompt opens none
record ChatPrompt(int[] tokens, String opened) {
  /// The settings with which a template is rendered.
  ///
  /// @param messages the conversation
  /// @param tools what the assistant may call; null for nothing
  /// @param variables further variables of the template
  /// @param continues whether the last message is to be continued
  record Asked(
      List<ObjectNode> messages,
      @Nullable ArrayNode tools,
      Map<String, JsonNode> variables,
      boolean continues) {}

  /// Renders a conversation and writes it in tokens. A model without a template goes on from the
  /// messages as plain text, a line feed between them.
  ///
  /// @throws ApiError when the template refuses the conversation
  static ChatPrompt of(ServedModel model, Asked asked) {
    ChatTemplate template = model.template();
    try {
      if (template == null) {
        String text =
            asked.messages.stream()
                .map(m -> m.path("content").asString(""))
                .collect(Collectors.joining("\n"));
        Drawing.requireRoom(model, "messages", text);
        return new ChatPrompt(model.tokenizer().encodeWithSpecials(text), "");
      }
      String text = asked.continues ? continued(template, asked) : rendered(template, asked);
      Drawing.requireRoom(model, "messages", text);
      return new ChatPrompt(model.tokenizer().encode(text), opened(template, asked, text));
    } catch (BadInput e) {
      throw ApiError.invalid("messages", String.valueOf(e.getMessage()));
    }
  }

  private static String rendered(ChatTemplate template, Asked asked) {
    return render(template, asked, asked.messages, true);
  }

  private static String render(
      ChatTemplate template, Asked asked, List<ObjectNode> messages, boolean prompt) {
    Conversation conversation = new Conversation(messages, asked.tools, null, Map.of());
    return template.render(conversation, prompt, asked.variables).text();
  }

  /// Returns the conversation up to the end of its last message's content. A template that does not
  /// show that content as it is has it written behind its prompt.
  private static String continued(ChatTemplate template, Asked asked) {
    String content = asked.messages.getLast().path("content").asString("").strip();
    String whole = render(template, asked, asked.messages, false);
    int at = content.isEmpty() ? -1 : whole.lastIndexOf(content);
    if (at >= 0) {
      return whole.substring(0, at + content.length());
    }
    List<ObjectNode> before = asked.messages.subList(0, asked.messages.size() - 1);
    String prompt = render(template, asked, before, true);
    String thinking = asked.messages.getLast().path("reasoning_content").asString("");
    boolean opens = !open(prompt).isEmpty();
    String own = thinking.isEmpty() ? "" : (opens ? "" : ThinkingTags.DEFAULT.open()) + thinking;
    boolean twice = opens && content.startsWith(ThinkingTags.DEFAULT.open());
    return prompt
        + own
        + (twice ? content.substring(ThinkingTags.DEFAULT.open().length()) : content);
  }

  /// Returns the text that opens the thinking at the end of a prompt. Only what the template or a
  /// message to be continued wrote is looked at: users may write of tags.
  private static String opened(ChatTemplate template, Asked asked, String text) {
    if (asked.continues) {
      String last = asked.messages.getLast().path("content").asString("");
      boolean byTemplate = text.strip().endsWith(last.strip()) && !last.isBlank();
      return byTemplate ? open(last) : open(text);
    }
    String without = render(template, asked, asked.messages, false);
    return open(text.startsWith(without) ? text.substring(without.length()) : tail(text));
  }

  private static String tail(String text) {
    return text.substring(Math.max(0, text.length() - 64));
  }

  private static String open(String text) {
    int open = text.lastIndexOf(ThinkingTags.DEFAULT.open());
    return open > text.lastIndexOf(ThinkingTags.DEFAULT.close()) ? text.substring(open) : "";
  }
}
