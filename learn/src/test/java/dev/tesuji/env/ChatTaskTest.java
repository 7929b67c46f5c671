package dev.tesuji.env;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.reward.Format;
import org.junit.jupiter.api.Test;

class ChatTaskTest {
  private static ChatTask task(String generationPrompt) {
    return ChatTask.of(
        ChainSums.DEFAULT,
        ChatTemplate.parse(
            "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}"
                + "{% if add_generation_prompt %}"
                + generationPrompt
                + "{% endif %}",
            "a template"));
  }

  @Test
  void aProblemIsTheUsersTurn() {
    ChatTask task = task("<assistant>");
    Problem problem = task.problem(3);
    assertThat(task.prompt(problem))
        .isEqualTo("<user>" + ChainSums.DEFAULT.prompt(problem) + "<assistant>");
    assertThat(task.response("<think>x</think>")).isEqualTo("<think>x</think>");
  }

  @Test
  void thinkingThatTheTemplateOpensCountsAsTheResponses() {
    ChatTask task = task("<assistant><think>");
    String completion = "1+1=2</think><answer>2</answer>";
    assertThat(Format.holds(completion)).isFalse();
    assertThat(Format.holds(task.response(completion))).isTrue();
    assertThat(task.extract(task.response(completion))).isEqualTo("2");
  }
}
