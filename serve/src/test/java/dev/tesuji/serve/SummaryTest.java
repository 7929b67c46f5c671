package dev.tesuji.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Thinking that is served as a summary. Asked for one, the scripted model says "Hello world!".
@Timeout(60)
class SummaryTest {
  private static final String ANSWER = "The answer is café now";
  private static final String SUMMARY = "Hello world!";
  private static final String FORMAT = "\"reasoning_format\": \"summary\"";
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

  private static void requireNoThoughts(TestServer.Got got) {
    assertThat(got.status()).as(got.body()).isEqualTo(200);
    assertThat(got.body()).doesNotContain("Let me", " see", "think>");
    assertThat(String.join("\n", server.log)).doesNotContain("Let me", " see", "think>");
  }

  private static String joined(TestServer.Got got, String field) {
    StringBuilder all = new StringBuilder();
    for (JsonNode event : got.events()) {
      all.append(event.path("choices").path(0).path("delta").path(field).asString(""));
    }
    return all.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[think]", "<think>"})
  void aSummaryStandsWhereTheThinkingWould(String start) {
    String fields =
        FORMAT + ", \"logprobs\": true, \"top_logprobs\": 2, \"return_token_ids\": true";
    TestServer.Got got = server.chat(start, fields);
    requireNoThoughts(got);
    JsonNode message = got.json().path("choices").path(0).path("message");
    assertThat(message.path("reasoning_content").asString()).isEqualTo(SUMMARY);
    assertThat(message.path("reasoning").asString()).isEqualTo(SUMMARY);
    assertThat(message.path("content").asString()).isEqualTo(ANSWER);
  }

  @Test
  void aStreamBringsTheSummaryBeforeTheAnswer() {
    TestServer.Got got = server.chat("[think]", FORMAT + ", \"stream\": true, \"logprobs\": true");
    requireNoThoughts(got);
    assertThat(joined(got, "reasoning_content")).isEqualTo(SUMMARY);
    assertThat(joined(got, "content")).isEqualTo(ANSWER);
    List<String> order = new ArrayList<>();
    for (JsonNode event : got.events()) {
      JsonNode delta = event.path("choices").path(0).path("delta");
      String kind = delta.has("reasoning_content") ? "summary" : delta.has("content") ? "text" : "";
      if (!kind.isEmpty()
          && !delta.has("role")
          && !kind.equals(order.isEmpty() ? "" : order.getLast())) {
        order.add(kind);
      }
    }
    assertThat(order).containsExactly("summary", "text");
  }

  @Test
  void eachChoiceHasItsOwn() {
    JsonNode choices = server.chat("[think]", FORMAT + ", \"n\": 3").json().path("choices");
    assertThat(choices.size()).isEqualTo(3);
    for (JsonNode choice : choices) {
      assertThat(choice.path("message").path("reasoning_content").asString()).isEqualTo(SUMMARY);
      assertThat(choice.path("message").path("content").asString()).isEqualTo(ANSWER);
    }
  }

  @Test
  void thinkingThatIsCutOffIsSummedUpToo() {
    TestServer.Got got = server.chat("[ponder]", FORMAT + ", \"max_tokens\": 20");
    JsonNode choice = got.json().path("choices").path(0);
    assertThat(choice.path("message").path("reasoning_content").asString()).isEqualTo(SUMMARY);
    assertThat(choice.path("message").path("content").asString("")).isEmpty();
    assertThat(choice.path("finish_reason").asString()).isEqualTo("length");
    assertThat(got.body()).doesNotContain(" hm");
  }

  @Test
  void anAnswerWithoutThinkingHasNone() {
    JsonNode json = server.chat("", FORMAT).json();
    assertThat(json.path("choices").path(0).path("message").has("reasoning_content")).isFalse();
  }

  @Test
  void usageCountsTheAnswerAloneAndMetricsCountTheSummaryToo() {
    JsonNode plain = server.chat("[think]", "").json().path("usage");
    JsonNode usage = server.chat("[think]", FORMAT).json().path("usage");
    assertThat(usage).isEqualTo(plain);
    try (TestServer fresh = new TestServer()) {
      fresh.chat("[think]", FORMAT);
      int written = usage.path("completion_tokens").asInt() + 5;
      String line = "tesuji_completion_tokens_total{model=\"scripted\"} " + written;
      // The line of the log, after which the metrics count, is written behind the answer.
      for (int i = 0; i < 2_000 && fresh.log.isEmpty(); i++) {
        Thread.onSpinWait();
      }
      assertThat(fresh.get("/metrics").body()).contains(line);
    }
  }

  private static TestServer.Got respond(String fields) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("input", "Say it.");
    body.putObject("chat_template_kwargs").put("start", "[think]");
    Json.MAPPER
        .readTree("{" + fields + "}")
        .properties()
        .forEach(e -> body.set(e.getKey(), e.getValue()));
    return server.post("/v1/responses", Json.line(body));
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "concise", "detailed"})
  void responsesHaveASummaryOfEachLength(String detail) {
    TestServer.Got got = respond("\"reasoning\": {\"summary\": \"" + detail + "\"}");
    requireNoThoughts(got);
    JsonNode thinking = got.json().path("output").path(0);
    assertThat(thinking.path("type").asString()).isEqualTo("reasoning");
    assertThat(thinking.has("content")).isFalse();
    JsonNode part = thinking.path("summary").path(0);
    assertThat(part.path("type").asString()).isEqualTo("summary_text");
    assertThat(part.path("text").asString()).isEqualTo(SUMMARY);
  }

  @Test
  void summaryEventsComeInOpenAisOrder() {
    TestServer.Got got = respond("\"reasoning\": {\"summary\": \"auto\"}, \"stream\": true");
    requireNoThoughts(got);
    List<String> types = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (String line : got.body().lines().filter(l -> l.startsWith("data: ")).toList()) {
      JsonNode event = Json.MAPPER.readTree(line.substring("data: ".length()));
      String type = event.path("type").asString();
      if (type.equals("response.reasoning_summary_text.delta")) {
        text.append(event.path("delta").asString());
        assertThat(event.path("summary_index").asInt(-1)).isZero();
      }
      if (types.isEmpty() || !types.getLast().equals(type)) {
        types.add(type);
      }
    }
    assertThat(text).hasToString(SUMMARY);
    assertThat(types)
        .containsExactly(
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.reasoning_summary_part.added",
            "response.reasoning_summary_text.delta",
            "response.reasoning_summary_text.done",
            "response.reasoning_summary_part.done",
            "response.output_item.done",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed");
  }

  @Test
  void anUnknownLengthIsRefused() {
    TestServer.Got got = respond("\"reasoning\": {\"summary\": \"epic\"}");
    assertThat(got.status()).isEqualTo(400);
    assertThat(got.json().path("error").path("param").asString()).isEqualTo("reasoning.summary");
  }

  /// The summary of each piece is "Hello world!", so that their number shows in the text.
  @Test
  void thinkingLongerThanTheContextIsSummedUpInPieces() {
    String fields = "\"max_tokens\": 8000, " + FORMAT;
    JsonNode message =
        server.chat("[ponder]", fields).json().path("choices").path(0).path("message");
    assertThat(message.path("reasoning_content").asString()).isEqualTo(SUMMARY + "\n\n" + SUMMARY);
  }

  @ParameterizedTest
  @CsvSource({"scriptd,scripted", "other,''"})
  void aModelForSummariesThatIsNotServedIsRefused(String name, String meant) {
    assertThatThrownBy(() -> new Models(List.of(server.served), name))
        .isInstanceOf(BadInput.class)
        .hasMessageStartingWith(
            "option --summary-model must be a model that is served, got '" + name + "'")
        .hasMessageContaining(meant);
    assertThat(new Models(List.of(server.served), "scripted").summarizer(server.served))
        .isSameAs(server.served);
  }
}
