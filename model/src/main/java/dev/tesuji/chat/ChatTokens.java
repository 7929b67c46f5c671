package dev.tesuji.chat;

import dev.tesuji.check.BadInput;
import dev.tesuji.jinja.Span;
import dev.tesuji.text.Encoded;
import dev.tesuji.text.Tokenizer;
import java.util.Set;

/// The tokens of a conversation and which of them the assistant wrote.
///
/// @param ids the token ids of the whole text, special tokens as the template writes them
/// @param starts per token, where in the text it begins
/// @param assistant per token, whether it counts in the loss: it begins inside the assistant's text
/// @param mask the text, and how the assistant's part was found
public record ChatTokens(int[] ids, int[] starts, boolean[] assistant, AssistantMask mask) {
  /// Returns which tokens count in the loss where some of the assistant's turns do not.
  ///
  /// @param turns the turns that do not, counted from 0 among the assistant's
  /// @throws BadInput when the template's marks do not tell one turn from another
  public boolean[] without(Set<Integer> turns) {
    if (turns.isEmpty()) {
      return assistant.clone();
    }
    AssistantMask kept = mask.without(turns);
    boolean[] counts = new boolean[assistant.length];
    for (int i = 0; i < counts.length; i++) {
      int start = starts[i];
      counts[i] = assistant[i] && kept.assistant().stream().anyMatch(span -> span.contains(start));
    }
    return counts;
  }

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
    return new ChatTokens(encoded.ids(), encoded.starts(), assistant, mask);
  }
}
