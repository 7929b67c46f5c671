package dev.tesuji.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.json.Json;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Thinking that is ended from outside, and what `/metrics` tells of.
@Timeout(60)
class ReasoningEndTest {
  private static final String CONTROL = "/v1/chat/completions/control";
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

  /// Begins a streamed answer, and returns its lines.
  private static BufferedReader stream(String start, String fields) throws Exception {
    HttpRequest request =
        server
            .request("/v1/chat/completions")
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    TestServer.chatBody(start, "\"stream\": true" + fields)))
            .build();
    HttpResponse<InputStream> response =
        server.client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  private static JsonNode next(BufferedReader lines) throws Exception {
    String line = lines.readLine();
    while (line != null && line.isEmpty()) {
      line = lines.readLine();
    }
    return line == null || line.equals("data: [DONE]")
        ? Json.MAPPER.createObjectNode()
        : Json.MAPPER.readTree(line.substring("data: ".length()));
  }

  private static TestServer.Got end(String id) {
    return server.post(CONTROL, "{\"id\": \"" + id + "\", \"action\": \"reasoning_end\"}");
  }

  /// The model would think on without end; told to stop, it goes on behind the closing tag.
  @ParameterizedTest
  @ValueSource(strings = {"", ", \"n\": 2", ", \"thinking_budget_tokens\": 7000"})
  void endsTheThinkingOfARunningAnswer(String fields) throws Exception {
    try (BufferedReader lines = stream("[ponder]", ", \"reasoning_control\": true" + fields)) {
      String id = next(lines).path("id").asString();
      TestServer.Got got = end(id);
      assertThat(got.status()).as(got.body()).isEqualTo(200);
      assertThat(got.json().path("success").asBoolean()).isTrue();
      StringBuilder content = new StringBuilder();
      String reason = "";
      for (JsonNode event = next(lines); event.has("id"); event = next(lines)) {
        JsonNode choice = event.path("choices").path(0);
        if (choice.path("index").asInt() > 0) {
          continue; // choices are alike
        }
        content.append(choice.path("delta").path("content").asString(""));
        reason = choice.path("finish_reason").asString(reason);
      }
      assertThat(content.toString()).contains("The answer is café now");
      assertThat(content.toString()).doesNotContain(" hm", "think>");
      assertThat(reason).isEqualTo("stop");
    }
  }

  @Test
  void anAnswerThatIsNotRunningIsNotFound() {
    TestServer.Got got = end("chatcmpl-none");
    assertThat(got.status()).isEqualTo(404);
    String done = server.chat("", "\"reasoning_control\": true").json().path("id").asString();
    assertThat(end(done).status()).isEqualTo(404);
  }

  @Test
  void anAnswerThatWasNotAskedForWithControlSaysSo() throws Exception {
    try (BufferedReader lines = stream("[ponder]", "")) {
      TestServer.Got got = end(next(lines).path("id").asString());
      assertThat(got.status()).isEqualTo(400);
      assertThat(got.json().path("error").path("message").asString()).contains("reasoning_control");
    }
  }

  @Test
  void whatIsWrongIsRefusedByName() {
    TestServer.Got noId = server.post(CONTROL, "{}");
    assertThat(noId.status()).isEqualTo(400);
    assertThat(noId.json().path("error").path("param").asString()).isEqualTo("id");
    TestServer.Got action = server.post(CONTROL, "{\"id\": \"x\", \"action\": \"dance\"}");
    assertThat(action.json().path("error").path("param").asString()).isEqualTo("action");
  }

  /// An answer that asks for control and is left alone is the same as one that does not.
  @Test
  void controlThatIsNotUsedChangesNothing() {
    String plain = server.chat("[think]", "").json().path("choices").toString();
    assertThat(server.chat("[think]", "\"reasoning_control\": true").json().path("choices"))
        .hasToString(plain);
  }

  @Test
  void metricsTellOfGapsBetweenTokensAndOfMemory() {
    try (TestServer fresh = new TestServer()) {
      fresh.chat("", "\"n\": 2"); // two answers of five tokens: four gaps each
      String text = fresh.get("/metrics").body();
      assertThat(text).contains("tesuji_token_gap_seconds_count 8\n");
      assertThat(text).contains("tesuji_token_gap_seconds_bucket{le=\"5.0E-4\"}");
      assertThat(text).containsPattern("process_resident_memory_bytes [1-9][0-9]{6,}\n");
      assertThat(text).containsPattern("tesuji_native_objects [0-9]+\n");
    }
  }
}
