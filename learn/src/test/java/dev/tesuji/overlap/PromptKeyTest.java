package dev.tesuji.overlap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.chat.Conversation;
import dev.tesuji.dataset.Text;
import dev.tesuji.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class PromptKeyTest {
  @Test
  void dressDoesNotTellPromptsApartAndSignsDo() {
    assertThat(PromptKey.of("  What\u00a0is\n9+8\u200b? ")).isEqualTo("what is 9+8?");
    assertThat(PromptKey.of("9+8")).isNotEqualTo(PromptKey.of("9-8"));
    assertThat(PromptKey.of("3.5")).isNotEqualTo(PromptKey.of("35"));
  }

  @Test
  void aQuestionIsTheSameAloneInAConversationAndUnderASystemMessage() {
    ObjectNode system = Conversation.message("system", "be brief");
    ObjectNode user = Conversation.message("user", "What is 9+8?");
    String alone = PromptKey.of("what is 9+8?");
    assertThat(PromptKey.of(new Text.Plain("What is 9+8?"))).isEqualTo(alone);
    assertThat(PromptKey.of(new Text.Messages(List.of(user)))).isEqualTo(alone);
    assertThat(PromptKey.of(List.of(system, user))).isEqualTo(alone);
  }

  @Test
  void contentInPartsIsRead() {
    ObjectNode user = Json.MAPPER.createObjectNode().put("role", "user");
    user.putArray("content").addObject().put("type", "text").put("text", "What is 9+8?");
    assertThat(PromptKey.of(List.of(user))).isEqualTo("what is 9+8?");
  }

  @Test
  void aDialogueEndsWhereItsLastAnswerBegins() {
    String prompt = "\n\nHuman: hi\n\nAssistant: hello\n\nHuman: 1+1?\n\nAssistant:";
    assertThat(PromptKey.of(new Text.Plain(prompt + " It is t")))
        .isEqualTo(PromptKey.of(new Text.Plain(prompt)));
    assertThat(PromptKey.of(new Text.Plain(prompt + " 2\n\nHuman: 2+2?")))
        .isNotEqualTo(PromptKey.of(new Text.Plain(prompt)));
  }
}
