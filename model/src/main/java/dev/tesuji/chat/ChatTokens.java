package dev.tesuji.chat;

import dev.tesuji.check.BadInput;
import dev.tesuji.jinja.Span;
import dev.tesuji.text.Encoded;
import dev.tesuji.text.Tokenizer;

/// The tokens of a conversation and which of them the assistant wrote.
///
/// @param ids the token ids of the whole text, special tokens as the template writes them
/// @param assistant per token, whether it counts in the loss: it begins inside the assistant's text
/// @param mask the text, and how the assistant's part was found
public record ChatTokens(int[] ids, boolean[] assistant, AssistantMask mask) {
  /// Makes the tokens of a conversation.
  ///
  /// The text is encoded at once, so the ids are those that any tool gives for it.
  ///
  /// @throws BadInput when the template refuses the conversation or does not allow a mask
  public static ChatTokens of(
      ChatTemplate template, Conversation conversation, Tokenizer tokenizer) {
    AssistantMask mask = AssistantMask.of(template, conversation);
    Encoded encoded = tokenizer.encodeWithOffsets(mask.text());
    boolean[] assistant = new boolean[encoded.ids().length];
    int span = 0;
    for (int i = 0; i < assistant.length; i++) {
      int start = encoded.starts()[i];
      while (span < mask.assistant().size() && mask.assistant().get(span).end() <= start) {
        span++;
      }
      Span next = span < mask.assistant().size() ? mask.assistant().get(span) : null;
      assistant[i] = next != null && next.contains(start);
    }
    return new ChatTokens(encoded.ids(), assistant, mask);
  }
}
