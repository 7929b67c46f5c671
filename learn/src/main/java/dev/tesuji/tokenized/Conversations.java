package dev.tesuji.tokenized;

import dev.tesuji.chat.AssistantMask;
import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.chat.ChatTokens;
import dev.tesuji.chat.Conversation;
import dev.tesuji.chat.Unwritten;
import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.ConversationFields;
import dev.tesuji.dataset.Row;
import dev.tesuji.dataset.Text;
import dev.tesuji.json.Json;
import dev.tesuji.text.Encoded;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes tokens of conversations by the model's chat template, which writes all special tokens.
final class Conversations {
  private Conversations() {}

  /// Returns a conversation of which the assistant's turns are scored, but for those that say that
  /// they are not to be learned.
  static TokenSequence turns(Row row, List<ObjectNode> messages, TokenizedDataset.Words words) {
    return written(
        row,
        messages,
        conversation -> {
          ChatTokens tokens = ChatTokens.of(template(words), conversation, words.tokenizer());
          requireWritten(row, conversation, tokens.mask().text(), words);
          boolean[] counts = tokens.without(muted(messages));
          int turns = assistants(messages).size();
          if (tokens.mask().source() == AssistantMask.Source.LAST_TURN && turns > 1) {
            words.leftOut().turns(row, turns - 1, tokens.mask().why());
          }
          TokenSequence sequence = TokenSequence.masked(tokens.ids(), counts);
          if (sequence.scored() == 0) {
            throw new BadInput(
                turns == 0
                    ? "has no assistant turn to imitate"
                    : "has no assistant turn that is to be learned");
          }
          return sequence;
        });
  }

  /// Returns a conversation of which everything after the prompt is scored: what stands after the
  /// prompt's own rendering, with its generation prompt.
  static TokenSequence completion(
      Row row, List<ObjectNode> prompt, List<ObjectNode> completion, TokenizedDataset.Words words) {
    List<ObjectNode> all = new ArrayList<>(prompt);
    all.addAll(completion);
    return written(
        row,
        all,
        conversation -> {
          ChatTemplate template = template(words);
          String before = template.render(conversation.upTo(prompt.size()), true).text();
          String text = template.render(conversation, false).text();
          if (!text.startsWith(before)) {
            throw new BadInput(
                "the chat template writes the prompt differently once the completion follows it,"
                    + " so that the completion cannot be told apart; give 'messages' instead");
          }
          requireWritten(row, conversation, text, words);
          Encoded encoded = words.tokenizer().encodeWithOffsets(text);
          boolean[] counts = new boolean[encoded.ids().length];
          for (int i = 0; i < counts.length; i++) {
            counts[i] = encoded.starts()[i] >= before.length();
          }
          if (!muted(completion).isEmpty()) {
            Set<Integer> muted = new TreeSet<>(muted(all));
            boolean[] learned =
                ChatTokens.of(template, conversation, words.tokenizer()).without(muted);
            for (int i = 0; i < counts.length; i++) {
              counts[i] &= learned[i];
            }
          }
          return TokenSequence.masked(encoded.ids(), counts);
        });
  }

  /// Refuses what must be in the text and is not, and counts what is not and may.
  private static void requireWritten(
      Row row, Conversation conversation, String text, TokenizedDataset.Words words) {
    Unwritten unwritten = new Unwritten(template(words), conversation, text, false);
    unwritten.refuse();
    unwritten.fields().forEach(name -> words.leftOut().field(row, name));
  }

  private interface Writing {
    TokenSequence write(Conversation conversation);
  }

  /// Writes a conversation whose tool calls have their arguments as objects, as transformers asks
  /// for; where the template fails at that, as text.
  private static TokenSequence written(Row row, List<ObjectNode> messages, Writing writing) {
    try {
      Conversation conversation = conversation(row, messages);
      try {
        return writing.write(conversation);
      } catch (BadInput e) {
        List<ObjectNode> texts = messages.stream().map(Conversations::withTextArguments).toList();
        if (texts.equals(messages)) {
          throw e;
        }
        try {
          return writing.write(conversation(row, texts));
        } catch (BadInput _) {
          throw e;
        }
      }
    } catch (BadInput e) {
      String message = String.valueOf(e.getMessage());
      throw message.startsWith(row.place().toString()) ? e : row.bad(message);
    }
  }

  private static ObjectNode withTextArguments(ObjectNode message) {
    if (!message.has("tool_calls")) {
      return message;
    }
    ObjectNode copy = message.deepCopy();
    for (JsonNode call : copy.path("tool_calls")) {
      JsonNode function = call.path("function").isObject() ? call.path("function") : call;
      if (function instanceof ObjectNode object && object.path("arguments").isContainer()) {
        object.put("arguments", Json.line(object.path("arguments")));
      }
    }
    return copy;
  }

  private static List<Integer> assistants(List<ObjectNode> messages) {
    return IntStream.range(0, messages.size())
        .filter(i -> messages.get(i).path("role").asString("").equals("assistant"))
        .boxed()
        .toList();
  }

  /// Returns which of the assistant's turns, counted from 0, are not to be learned.
  private static Set<Integer> muted(List<ObjectNode> messages) {
    Set<Integer> muted = new TreeSet<>();
    List<Integer> assistants = assistants(messages);
    for (int i = 0; i < assistants.size(); i++) {
      if (!Text.isLearned(messages.get(assistants.get(i)))) {
        muted.add(i);
      }
    }
    return muted;
  }

  private static Conversation conversation(Row row, List<ObjectNode> messages) {
    ConversationFields fields = ConversationFields.of(row);
    return new Conversation(messages, fields.tools(), fields.documents(), fields.variables());
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
