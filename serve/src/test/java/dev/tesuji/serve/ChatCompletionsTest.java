package dev.tesuji.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@Timeout(60)
class ChatCompletionsTest {
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

  private static JsonNode message(TestServer.Got got) {
    assertThat(got.status()).as(got.body()).isEqualTo(200);
    return got.json().path("choices").path(0).path("message");
  }

  private static String content(TestServer.Got got) {
    return message(got).path("content").asString();
  }

  /// Joins a field of the deltas of one choice.
  private static String joined(TestServer.Got got, int choice, String field) {
    StringBuilder all = new StringBuilder();
    for (JsonNode event : got.events()) {
      JsonNode part = event.path("choices").path(0);
      if (part.path("index").asInt(-1) == choice) {
        all.append(part.path("delta").path(field).asString(""));
      }
    }
    return all.toString();
  }

  @Test
  void anAnswerHasOpenAisShape() {
    JsonNode json = server.chat("", "\"return_token_ids\": true").json();
    assertThat(json.path("object").asString()).isEqualTo("chat.completion");
    assertThat(json.path("model").asString()).isEqualTo("scripted");
    JsonNode choice = json.path("choices").path(0);
    assertThat(choice.path("message").path("role").asString()).isEqualTo("assistant");
    assertThat(choice.path("message").path("content").asString()).isEqualTo("Hello world!");
    assertThat(choice.path("message").has("reasoning_content")).isFalse();
    assertThat(choice.path("finish_reason").asString()).isEqualTo("stop");
    assertThat(choice.path("logprobs").isNull()).isTrue();
    assertThat(choice.path("token_ids").size()).isEqualTo(5);
    int prompt = json.path("prompt_token_ids").size();
    JsonNode usage = json.path("usage");
    assertThat(usage.path("prompt_tokens").asInt()).isEqualTo(prompt);
    assertThat(usage.path("completion_tokens").asInt()).isEqualTo(5);
    assertThat(usage.path("total_tokens").asInt()).isEqualTo(prompt + 5);
  }

  @Test
  void aStreamHasOpenAisOrder() {
    List<JsonNode> events =
        server.chat("", "\"stream\": true, \"stream_options\": {\"include_usage\": true}").events();
    JsonNode first = events.getFirst().path("choices").path(0);
    assertThat(first.path("delta").path("role").asString()).isEqualTo("assistant");
    JsonNode last = events.getLast();
    assertThat(last.path("choices").isEmpty()).isTrue();
    assertThat(last.path("usage").path("completion_tokens").asInt()).isEqualTo(5);
    JsonNode end = events.get(events.size() - 2).path("choices").path(0);
    assertThat(end.path("finish_reason").asString()).isEqualTo("stop");
    assertThat(events.getFirst().path("usage").isNull()).isTrue();
    assertThat(events.stream().map(e -> e.path("id").asString()).distinct()).hasSize(1);
  }

  @Test
  void thinkingIsServedApart() {
    JsonNode message = message(server.chat("[think]", ""));
    assertThat(message.path("reasoning_content").asString()).isEqualTo("Let me see.");
    assertThat(message.path("reasoning").asString()).isEqualTo("Let me see.");
    assertThat(message.path("content").asString()).isEqualTo("The answer is café now");
    JsonNode usage = server.chat("[think]", "").json().path("usage");
    assertThat(usage.path("completion_tokens_details").path("reasoning_tokens").asInt())
        .isEqualTo(5);
  }

  @Test
  void thinkingThatThePromptOpenedIsThinking() {
    JsonNode message = message(server.chat("<think>", ""));
    assertThat(message.path("reasoning_content").asString()).isEqualTo("Let me see.");
    assertThat(content(server.chat("<think>", "\"reasoning_format\": \"none\"")))
        .isEqualTo("<think>\nLet me see.\n</think>\n\nThe answer is café now");
  }

  @Test
  void thinkingStaysInTheTextWhereAskedFor() {
    assertThat(content(server.chat("[think]", "\"reasoning_format\": \"none\"")))
        .isEqualTo("<think>\nLet me see.\n</think>\n\nThe answer is café now");
  }

  @Test
  void hiddenThinkingLeavesNothingButItsNumber() {
    String fields =
        "\"reasoning_format\": \"hidden\", \"logprobs\": true, \"top_logprobs\": 2,"
            + " \"return_token_ids\": true";
    TestServer.Got whole = server.chat("[think]", fields);
    TestServer.Got stream = server.chat("[think]", fields + ", \"stream\": true");
    assertThat(content(whole)).isEqualTo("The answer is café now");
    assertThat(joined(stream, 0, "content")).isEqualTo("The answer is café now");
    for (TestServer.Got got : List.of(whole, stream)) {
      assertThat(got.body()).doesNotContain("Let me", " see", "think>", "reasoning_content\"");
    }
    JsonNode choice = whole.json().path("choices").path(0);
    assertThat(choice.path("token_ids").size()).isEqualTo(8);
    assertThat(choice.path("logprobs").path("content").size()).isEqualTo(8);
    assertThat(
            whole
                .json()
                .path("usage")
                .path("completion_tokens_details")
                .path("reasoning_tokens")
                .asInt())
        .isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\"stop\": \"wo\"",
        "\"stop\": [\"lo w\", \"zzz\"]",
        "\"stop\": [\"o worlds\"]",
        "\"stop\": \"!?\"",
        "\"max_tokens\": 2",
        "\"max_tokens\": 2, \"stop\": \"world\"",
        "\"n\": 3, \"temperature\": 2",
      })
  void aJoinedStreamIsTheWholeAnswer(String fields) {
    String comma = fields.isEmpty() ? "" : ", ";
    for (String start : List.of("", "[think]", "[half]", "[free]")) {
      String same = fields + comma + "\"seed\": 5, \"top_k\": 300";
      same =
          start.equals("[free]") && !fields.contains("max") ? same + ", \"max_tokens\": 200" : same;
      TestServer.Got whole = server.chat(start, same);
      TestServer.Got stream = server.chat(start, same + ", \"stream\": true");
      assertThat(whole.status()).as(whole.body()).isEqualTo(200);
      for (JsonNode choice : whole.json().path("choices")) {
        int index = choice.path("index").asInt();
        for (String field : List.of("content", "reasoning_content", "reasoning")) {
          assertThat(joined(stream, index, field))
              .isEqualTo(choice.path("message").path(field).asString(""));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "wo, 'Hello ', 2",
    "Hello, '', 1",
    "lo w, 'Hel', 2",
    "!, 'Hello world', 4",
    "o worlds, 'Hello world!', 5",
    "orld!, 'Hello w', 4",
  })
  void aStopStringCutsAndWhatOnlyBeganAsOneDoesNot(String stop, String want, int tokens) {
    TestServer.Got got = server.chat("", "\"stop\": \"" + stop + "\", \"logprobs\": true");
    assertThat(content(got)).isEqualTo(want);
    assertThat(got.json().path("choices").path(0).path("finish_reason").asString())
        .isEqualTo("stop");
    assertThat(got.json().path("usage").path("completion_tokens").asInt()).isEqualTo(tokens);
  }

  @Test
  void bytesOfAnUnfinishedCharacterAreDropped() {
    assertThat(content(server.chat("[half]", ""))).isEqualTo("half");
    assertThat(content(server.chat("[think]", "\"max_tokens\": 9"))).isEqualTo("The answer is caf");
  }

  @Test
  void logProbabilitiesAreTheModelsOwn() {
    JsonNode cold =
        server
            .chat(
                "[free]",
                "\"logprobs\": true, \"top_logprobs\": 20, \"seed\": 3, \"max_tokens\": 20")
            .json();
    JsonNode steered =
        server
            .chat(
                "[free]",
                "\"logprobs\": true, \"top_logprobs\": 20, \"temperature\": 0, \"max_tokens\": 2,"
                    + " \"logit_bias\": {\"98\": 100}, \"presence_penalty\": 2")
            .json();
    JsonNode first = cold.path("choices").path(0).path("logprobs").path("content").path(0);
    assertThat(first.path("token").asString()).isEqualTo("a");
    assertThat(first.path("bytes").path(0).asInt()).isEqualTo(97);
    assertThat(first.path("logprob").asDouble()).isCloseTo(0, within(1e-4));
    assertThat(first.path("top_logprobs").size()).isEqualTo(20);
    JsonNode biased = steered.path("choices").path(0).path("logprobs").path("content").path(0);
    assertThat(biased.path("token").asString()).isEqualTo("b");
    assertThat(biased.path("logprob").asDouble()).isCloseTo(-70, within(1e-3));
    assertThat(biased.path("top_logprobs").path(0).path("token").asString()).isEqualTo("a");
  }

  @Test
  void theSameSeedGivesTheSameTextWhateverElseIsServed() {
    String fields = "\"seed\": 11, \"max_tokens\": 60, \"temperature\": 1";
    String alone = content(server.chat("[free]", fields));
    List<CompletableFuture<String>> others = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String other = i == 3 ? fields : "\"seed\": " + i + ", \"max_tokens\": 90, \"top_p\": 0.9";
      others.add(CompletableFuture.supplyAsync(() -> content(server.chat("[free]", other))));
    }
    assertThat(others.get(3).join()).isEqualTo(alone);
    assertThat(others.stream().map(CompletableFuture::join).distinct().count()).isGreaterThan(3);
    JsonNode three = server.chat("[free]", fields + ", \"n\": 3").json().path("choices");
    assertThat(three.path(0).path("message").path("content").asString()).isEqualTo(alone);
    assertThat(three.path(1).path("message").path("content").asString()).isNotEqualTo(alone);
  }

  @Test
  void tokensCanBeForbiddenForcedAndLimited() {
    TestServer.Got forced = server.chat("", "\"min_tokens\": 8, \"max_tokens\": 8, \"top_k\": 1");
    assertThat(content(forced)).startsWith("Hello world!");
    assertThat(forced.json().path("usage").path("completion_tokens").asInt()).isEqualTo(8);
    int end =
        server
            .post("/tokenize", "{\"content\": \"<|im_end|>\"}")
            .json()
            .path("tokens")
            .path(0)
            .asInt();
    JsonNode on = server.chat("", "\"ignore_eos\": true, \"max_tokens\": 9").json();
    assertThat(on.path("usage").path("completion_tokens").asInt()).isEqualTo(9);
    assertThat(on.path("choices").path(0).path("finish_reason").asString()).isEqualTo("length");
    int world =
        server.post("/tokenize", "{\"content\": \" wor\"}").json().path("tokens").path(0).asInt();
    assertThat(world).isNotEqualTo(end);
    assertThat(content(server.chat("", "\"stop_token_ids\": [" + world + "]"))).isEqualTo("Hello");
  }

  @Test
  void theLastMessageCanBeContinued() {
    String body =
        "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}, {\"role\": \"assistant\","
            + " \"content\": \"Hello wor\"}], \"continue_final_message\": true,"
            + " \"add_generation_prompt\": false}";
    assertThat(content(server.post("/v1/chat/completions", body))).isEqualTo("ld!");
    String thinking = body.replace("Hello wor", "<think>\\nLet me see");
    JsonNode message = message(server.post("/v1/chat/completions", thinking));
    assertThat(message.path("reasoning_content").asString()).isEqualTo(".");
    assertThat(message.path("content").asString()).isEqualTo("The answer is café now");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"messages\": []|messages",
        "\"messages\": \"x\"|messages",
        "\"messages\": [{\"role\": \"robot\", \"content\": \"x\"}]|messages[0].role",
        "\"messages\": [{\"role\": \"user\"}]|messages[0].content",
        "\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image_url\"}]}]|messages[0].content[0].type",
        "\"temperature\": 3|temperature",
        "\"temperature\": \"hot\"|temperature",
        "\"top_p\": -1|top_p",
        "\"n\": 0|n",
        "\"logprobs\": true, \"top_logprobs\": 21|top_logprobs",
        "\"top_logprobs\": 2|top_logprobs",
        "\"stop\": [\"\"]|stop",
        "\"stop_token_ids\": [99999]|stop_token_ids[0]",
        "\"logit_bias\": {\"99999\": 1}|logit_bias",
        "\"max_tokens\": 0|max_tokens",
        "\"reasoning_effort\": \"immense\"|reasoning_effort",
        "\"reasoning_format\": \"sung\"|reasoning_format",
        "\"stream_options\": {}|stream_options",
        "\"continue_final_message\": true|continue_final_message",
        "\"functions\": []|functions",
        "\"modalities\": [\"audio\"]|modalities",
        "\"seed\": 1.5|seed",
        "\"model\": 5|model",
      })
  void whatIsWrongIsRefusedByName(String fields, String param) {
    TestServer.Got got = server.chat("", fields);
    assertThat(got.status()).as(got.body()).isEqualTo(400);
    JsonNode error = got.json().path("error");
    assertThat(error.path("param").asString()).isEqualTo(param);
    assertThat(error.path("message").asString()).contains(param);
    assertThat(error.path("type").asString()).isEqualTo("invalid_request_error");
  }

  @Test
  void aModelThatIsNotServedIsNotFound() {
    TestServer.Got got = server.chat("", "\"model\": \"script\"");
    assertThat(got.status()).isEqualTo(404);
    assertThat(got.json().path("error").path("message").asString())
        .isEqualTo("model must be one that is served, got 'script' (did you mean 'scripted'?)");
  }

  @Test
  void aPromptThatIsTooLongIsRefused() {
    String long8k = "a".repeat(8192);
    TestServer.Got got =
        server.post(
            "/v1/chat/completions",
            "{\"messages\": [{\"role\": \"user\", \"content\": \"" + long8k + "\"}]}");
    assertThat(got.status()).isEqualTo(400);
    assertThat(got.json().path("error").path("code").asString())
        .isEqualTo("context_length_exceeded");
  }

  @Test
  void fieldsThatMeanNothingAndNullsAreAccepted() {
    String fields =
        "\"user\": \"u\", \"metadata\": {}, \"stop\": null, \"temperature\": null, \"tools\": [],"
            + " \"response_format\": {\"type\": \"text\"}, \"unheard_of\": {}, \"top_k\": -1,"
            + " \"top_p\": 0, \"max_completion_tokens\": 5";
    assertThat(content(server.chat("", fields))).isEqualTo("Hello world!");
  }
}
