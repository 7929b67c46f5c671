package dev.tesuji.tokenized;

import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.chat.ChatTokens;
import dev.tesuji.chat.Conversation;
import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.Row;
import dev.tesuji.text.Encoded;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes tokens of conversations by the model's chat template, which writes all special tokens.
final class Conversations {
  private Conversations() {}

  /// Returns a conversation of which the assistant's turns are scored.
  static TokenSequence turns(Row row, List<ObjectNode> messages, TokenizedDataset.Words words) {
    try {
      ChatTokens tokens =
          ChatTokens.of(template(words), conversation(row, messages), words.tokenizer());
      TokenSequence sequence = TokenSequence.masked(tokens.ids(), tokens.assistant());
      if (sequence.scored() == 0) {
        throw new BadInput("has no assistant turn to imitate");
      }
      return sequence;
    } catch (BadInput e) {
      throw row.bad(String.valueOf(e.getMessage()));
    }
  }

  /// Returns a conversation of which everything after the prompt is scored: what stands after the
  /// prompt's own rendering, with its generation prompt.
  static TokenSequence completion(
      Row row, List<ObjectNode> prompt, List<ObjectNode> completion, TokenizedDataset.Words words) {
    try {
      ChatTemplate template = template(words);
      List<ObjectNode> all = new ArrayList<>(prompt);
      all.addAll(completion);
      String before = template.render(conversation(row, prompt), true).text();
      String text = template.render(conversation(row, all), false).text();
      if (!text.startsWith(before)) {
        throw new BadInput(
            "the chat template writes the prompt differently once the completion follows it, so"
                + " that the completion cannot be told apart; give 'messages' instead");
      }
      Encoded encoded = words.tokenizer().encodeWithOffsets(text);
      boolean[] counts = new boolean[encoded.ids().length];
      for (int i = 0; i < counts.length; i++) {
        counts[i] = encoded.starts()[i] >= before.length();
      }
      return TokenSequence.masked(encoded.ids(), counts);
    } catch (BadInput e) {
      throw row.bad(String.valueOf(e.getMessage()));
    }
  }

  private static Conversation conversation(Row row, List<ObjectNode> messages) {
    JsonNode tools = row.fields().get("tools");
    return new Conversation(
        messages, tools instanceof ArrayNode list ? list : null, null, Map.of());
  }

  private static ChatTemplate template(TokenizedDataset.Words words) {
    if (words.template() == null) {
      throw new BadInput(
          "is a conversation, and the model has no chat template; add chat_template.jinja to its"
              + " directory, or give plain text in 'prompt' and 'completion', or in 'text'");
    }
    return words.template();
  }
}
