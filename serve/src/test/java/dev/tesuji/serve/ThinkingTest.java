package dev.tesuji.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

@Timeout(60)
class ThinkingTest {
  private static TestServer server;

  @BeforeAll
  static void open() {
    server = new TestServer();
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static JsonNode message(String start, String fields) {
    TestServer.Got got = server.chat(start, fields);
    assertThat(got.status()).as(got.body()).isEqualTo(200);
    return got.json().path("choices").path(0).path("message");
  }

  /// The script opens its thinking itself, and has three tokens of it.
  @ParameterizedTest
  @CsvSource({"0, ''", "1, Let me", "2, Let me see", "3, Let me see.", "50, Let me see."})
  void thinkingEndsWhereItsBudgetIsSpent(int budget, String want) {
    for (String start : new String[] {"[think]", "<think>"}) {
      JsonNode message = message(start, "\"thinking_budget_tokens\": " + budget);
      assertThat(message.path("reasoning_content").asString("")).isEqualTo(want);
      assertThat(message.path("content").asString()).isEqualTo("The answer is café now");
    }
  }

  @Test
  void thinkingWithoutEndIsEndedByItsBudget() {
    JsonNode free = message("[ponder]", "\"max_tokens\": 40");
    assertThat(free.path("content").asString()).isEmpty();
    JsonNode held = message("[ponder]", "\"max_tokens\": 40, \"reasoning_effort\": \"medium\"");
    assertThat(held.path("content").asString()).isEqualTo("The answer is café now");
    int thought =
        server
            .chat("[ponder]", "\"max_tokens\": 40, \"reasoning_effort\": \"low\"")
            .json()
            .path("usage")
            .path("completion_tokens_details")
            .path("reasoning_tokens")
            .asInt();
    assertThat(thought).isEqualTo(1 + 8 + 1); // a fifth of forty, and the tags
  }

  /// Who could stop a hidden thinking at a word would know that it is there.
  @ParameterizedTest
  @CsvSource({
    "hidden,see,The answer is café now",
    "hidden,</think>,The answer is café now",
    "hidden,answer,'The '",
    "hidden,now!,The answer is café now",
    "summary,see,The answer is café now",
    "summary,is caf,'The answer '",
    "deepseek,see,''",
    "none,answer,'<think>\nLet me see.\n</think>\n\nThe '"
  })
  void aStopStringIsLookedForWhereItsTextIsSeen(String format, String stop, String want) {
    String fields =
        "\"logprobs\": true, \"return_token_ids\": true, \"reasoning_format\": \""
            + format
            + "\", \"stop\": \""
            + stop
            + "\"";
    TestServer.Got whole = server.chat("[think]", fields);
    JsonNode choice = whole.json().path("choices").path(0);
    String content = choice.path("message").path("content").asString("");
    assertThat(content).isEqualTo(want.replace("\\n", "\n"));
    assertThat(choice.path("finish_reason").asString()).isEqualTo("stop");
    String streamed = "";
    for (JsonNode event : server.chat("[think]", fields + ", \"stream\": true").events()) {
      streamed += event.path("choices").path(0).path("delta").path("content").asString("");
    }
    assertThat(streamed).isEqualTo(content);
    if (format.equals("hidden")) {
      assertThat(whole.body()).doesNotContain("Let me", "see");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "hidden,' see',The answer is café now",
    "hidden,' is',The answer",
    "deepseek,' see',''"
  })
  void aTokenStopsWhereItIsSeen(String format, String stop, String want) {
    int id =
        server
            .post("/tokenize", "{\"content\": \"" + stop + "\"}")
            .json()
            .path("tokens")
            .path(0)
            .asInt();
    String fields = "\"reasoning_format\": \"" + format + "\", \"stop_token_ids\": [" + id + "]";
    assertThat(message("[think]", fields).path("content").asString("")).isEqualTo(want);
  }

  @Test
  void whatDoesNotThinkIsNotHeld() {
    assertThat(message("", "\"thinking_budget_tokens\": 0").path("content").asString())
        .isEqualTo("Hello world!");
  }
}
