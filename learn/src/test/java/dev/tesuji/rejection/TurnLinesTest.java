package dev.tesuji.rejection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.env.Segment;
import dev.tesuji.env.Trajectory;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import dev.tesuji.text.CompletionText;
import dev.tesuji.text.Tokenizer;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// Samples of several turns as lines to fine-tune on.
class TurnLinesTest {
  @Test
  void eachTurnIsALineAfterAllThatCameBefore() {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.require("tokenizers/qwen2_style"))) {
      Trajectory trajectory =
          Trajectory.of(tokenizer.encode("Ask. "))
              .append(sampled(tokenizer, "call"))
              .append(Segment.read(tokenizer.encode(" result ")))
              .append(sampled(tokenizer, "answer"))
              .append(Segment.anew(tokenizer.encode("Ask again. ")))
              .append(sampled(tokenizer, "end"));
      ObjectNode whole =
          Json.MAPPER.createObjectNode().put("prompt", "Ask. ").put("completion", "callanswerend");
      List<ObjectNode> lines =
          TurnLines.of(whole, trajectory, new CompletionText(tokenizer, Set.of()));
      assertThat(lines)
          .extracting(l -> l.path("prompt").asString() + "|" + l.path("completion").asString())
          .containsExactly("Ask. |call", "Ask. call result |answer", "Ask again. |end");
      assertThat(lines).extracting(l -> l.path("turn").asInt()).containsExactly(1, 2, 3);
      assertThat(lines.get(2).path("transcript").asString()).isEqualTo("callanswerend");
      assertThat(lines.get(0).has("transcript")).isFalse();
    }
  }

  private static Segment sampled(Tokenizer tokenizer, String text) {
    int[] ids = tokenizer.encode(text);
    return Segment.sampled(ids, new float[ids.length]);
  }
}
