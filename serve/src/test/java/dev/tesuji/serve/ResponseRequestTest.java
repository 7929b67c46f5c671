package dev.tesuji.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.json.Json;
import dev.tesuji.serve.api.RequestBody;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What the items of a response's input become in a conversation.
class ResponseRequestTest {
  private static JsonNode messages(String input) {
    ObjectNode body = (ObjectNode) Json.MAPPER.readTree("{\"input\": " + input + "}");
    return ResponseRequest.chat(RequestBody.whole(body)).path("messages");
  }

  @Test
  void thinkingStaysWithTheCallThatItLedTo() {
    JsonNode messages =
        messages(
            """
            [{"role": "user", "content": "Up?"},
             {"type": "reasoning", "content": [{"type": "reasoning_text", "text": "I look."}]},
             {"type": "function_call", "call_id": "a", "name": "look", "arguments": "{}"},
             {"type": "function_call_output", "call_id": "a", "output": "yes"},
             {"type": "message", "role": "assistant", "content": "It is."}]\
            """);
    assertThat(messages).hasSize(4);
    assertThat(messages.path(1).path("reasoning_content").asString("")).isEqualTo("I look.");
    assertThat(messages.path(1).path("tool_calls")).hasSize(1);
    assertThat(messages.path(3).has("reasoning_content")).isFalse();
  }

  @Test
  void thinkingStaysWithTheTextAfterIt() {
    JsonNode messages =
        messages(
            """
            [{"role": "user", "content": "Up?"},
             {"type": "reasoning", "content": [{"type": "reasoning_text", "text": "Hm."}]},
             {"type": "message", "role": "assistant", "content": "I look."},
             {"type": "function_call", "call_id": "a", "name": "look", "arguments": "{}"},
             {"type": "function_call_output", "call_id": "a", "output": "yes"}]\
            """);
    assertThat(messages).hasSize(3);
    assertThat(messages.path(1).path("reasoning_content").asString("")).isEqualTo("Hm.");
    assertThat(messages.path(1).path("tool_calls")).hasSize(1);
  }
}
