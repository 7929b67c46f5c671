package dev.tesuji.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

@Timeout(60)
class CompletionsTest {
  private static TestServer server;

  @BeforeAll
  static void open() {
    server = new TestServer();
  }

  @AfterAll
  static void close() throws InterruptedException {
    server.awaitIdle();
    server.close();
  }

  private static JsonNode complete(String prompt, String fields) {
    TestServer.Got got = ask(prompt, fields);
    assertThat(got.status()).as(got.body()).isEqualTo(200);
    return got.json();
  }

  private static TestServer.Got ask(String prompt, String fields) {
    String comma = fields.isEmpty() ? "" : ", ";
    return server.post("/v1/completions", "{\"prompt\": " + prompt + comma + fields + "}");
  }

  private static List<String> texts(JsonNode json) {
    return json.path("choices").valueStream().map(c -> c.path("text").asString()).toList();
  }

  private static String ids(String text) {
    return server
        .post("/tokenize", "{\"content\": \"" + text + "\"}")
        .json()
        .path("tokens")
        .toString();
  }

  @Test
  void aPromptIsATextAListOfTextsIdsOrListsOfIds() {
    assertThat(texts(complete("\"Hello\"", ""))).containsExactly(" world!");
    assertThat(texts(complete("[\"Hello\", \" wor\"]", ""))).containsExactly(" world!", "ld!");
    assertThat(texts(complete(ids("Hello"), ""))).containsExactly(" world!");
    assertThat(texts(complete("[" + ids("Hello") + ", " + ids(" wor") + "]", "")))
        .containsExactly(" world!", "ld!");
    JsonNode two = complete("[\"Hello\", \" wor\"]", "\"n\": 2");
    assertThat(texts(two)).containsExactly(" world!", " world!", "ld!", "ld!");
    assertThat(two.path("usage").path("prompt_tokens").asInt()).isEqualTo(2);
    assertThat(two.path("usage").path("completion_tokens").asInt()).isEqualTo(4 + 4 + 3 + 3);
  }

  @Test
  void anEchoedPromptIsScored() {
    JsonNode json = complete("\"Hello wor\"", "\"echo\": true, \"max_tokens\": 0, \"logprobs\": 2");
    JsonNode choice = json.path("choices").path(0);
    assertThat(choice.path("text").asString()).isEqualTo("Hello wor");
    assertThat(choice.path("finish_reason").asString()).isEqualTo("length");
    JsonNode told = choice.path("logprobs");
    assertThat(told.path("tokens").toString()).isEqualTo("[\"Hello\",\" wor\"]");
    assertThat(told.path("text_offset").toString()).isEqualTo("[0,5]");
    assertThat(told.path("token_logprobs").path(0).isNull()).isTrue();
    assertThat(told.path("token_logprobs").path(1).asDouble()).isCloseTo(0, within(1e-4));
    assertThat(told.path("top_logprobs").path(0).isNull()).isTrue();
    assertThat(told.path("top_logprobs").path(1).path(" wor").asDouble())
        .isCloseTo(0, within(1e-4));
    assertThat(json.path("usage").path("completion_tokens").asInt()).isEqualTo(0);
  }

  @Test
  void anEchoMayBeGoneOnFrom() {
    JsonNode choice =
        complete("\"Hello wor\"", "\"echo\": true, \"logprobs\": 0").path("choices").path(0);
    assertThat(choice.path("text").asString()).isEqualTo("Hello world!");
    JsonNode told = choice.path("logprobs");
    assertThat(told.path("tokens").toString()).isEqualTo("[\"Hello\",\" wor\",\"ld\",\"!\",\"\"]");
    assertThat(told.path("text_offset").toString()).isEqualTo("[0,5,9,11,12]");
    assertThat(told.path("top_logprobs").path(2).size()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "2"})
  void aJoinedStreamIsTheWholeAnswer(int seed) {
    String fields =
        "\"echo\": true, \"logprobs\": 1, \"n\": 2, \"return_token_ids\": true, \"max_tokens\": 60,"
            + " \"stop\": \"q\", \"seed\": "
            + seed;
    JsonNode whole = complete("\"[free]\"", fields);
    List<JsonNode> events = ask("\"[free]\"", fields + ", \"stream\": true").events();
    for (int i = 0; i < 2; i++) {
      StringBuilder text = new StringBuilder();
      StringBuilder tokens = new StringBuilder();
      StringBuilder ids = new StringBuilder();
      for (JsonNode event : events) {
        JsonNode choice = event.path("choices").path(0);
        if (choice.path("index").asInt() == i) {
          text.append(choice.path("text").asString());
          choice.path("logprobs").path("text_offset").forEach(t -> tokens.append(t).append(' '));
          choice.path("token_ids").forEach(t -> ids.append(t).append(' '));
        }
      }
      JsonNode choice = whole.path("choices").path(i);
      assertThat(text.toString()).isEqualTo(choice.path("text").asString());
      StringBuilder wantTokens = new StringBuilder();
      choice.path("logprobs").path("text_offset").forEach(t -> wantTokens.append(t).append(' '));
      assertThat(tokens.toString()).isEqualTo(wantTokens.toString());
      StringBuilder wantIds = new StringBuilder();
      choice.path("token_ids").forEach(t -> wantIds.append(t).append(' '));
      assertThat(ids.toString()).isEqualTo(wantIds.toString());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]||prompt",
        "{}||prompt",
        "[99999]||prompt[0]",
        "[[-1]]||prompt[0][0]",
        "\"\"||prompt",
        "\"x\"|\"suffix\": \"y\"|suffix",
        "\"x\"|\"best_of\": 3|best_of",
        "\"x\"|\"logprobs\": 21|logprobs",
        "\"x\"|\"max_tokens\": -1|max_tokens",
      })
  void whatIsWrongIsRefusedByName(String prompt, String fields, String param) {
    TestServer.Got got = ask(prompt, fields == null ? "" : fields);
    assertThat(got.status()).as(got.body()).isEqualTo(400);
    assertThat(got.json().path("error").path("param").asString()).isEqualTo(param);
  }

  @Test
  void textsBecomeTokensAndTokensTexts() {
    String tokens = ids("Hello \u00e9");
    assertThat(server.post("/detokenize", "{\"tokens\": " + tokens + "}").json().path("content"))
        .hasToString("\"Hello \u00e9\"");
    assertThat(server.post("/tokenize", "{\"prompt\": \"Hello \u00e9\"}").json().path("tokens"))
        .hasToString(tokens);
    assertThat(server.post("/tokenize", "{}").status()).isEqualTo(400);
    assertThat(server.post("/detokenize", "{\"tokens\": [320]}").status()).isEqualTo(400);
    assertThat(server.post("/detokenize", "{\"tokens\": \"x\"}").status()).isEqualTo(400);
  }
}
