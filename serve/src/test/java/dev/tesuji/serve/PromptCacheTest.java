package dev.tesuji.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.json.Json;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.serve.model.ServedModel;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What is read of prompts serves those that begin alike, and clients are told how much.
@Timeout(120)
class PromptCacheTest {
  @BeforeEach
  void requireKernels() {
    Assumptions.assumeTrue(Kernels.available(), "SKIPPED: this machine has no kernels");
  }

  private static String conversation(String... said) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ArrayNode messages = body.putArray("messages");
    for (int i = 0; i < said.length; i++) {
      messages.addObject().put("role", i % 2 == 0 ? "user" : "assistant").put("content", said[i]);
    }
    body.put("temperature", 0).put("max_tokens", 8);
    return Json.line(body);
  }

  private static int cached(JsonNode usage) {
    return usage.path("prompt_tokens_details").path("cached_tokens").asInt(-1);
  }

  @Test
  void aSecondTurnIsReadOnFromTheFirst() {
    String long1 = "words ".repeat(60);
    try (TestServer server = new TestServer()) {
      JsonNode first = server.post("/v1/chat/completions", conversation(long1)).json();
      assertThat(cached(first.path("usage"))).isZero();
      int asked = first.path("usage").path("prompt_tokens").asInt();
      String answer = first.path("choices").get(0).path("message").path("content").asString();
      assertThat(answer).isEqualTo("Hello world!");
      JsonNode second =
          server.post("/v1/chat/completions", conversation(long1, answer, "More?")).json();
      assertThat(second.path("choices").get(0).path("message").path("content").asString())
          .isEqualTo("Hello world!");
      // All of the first prompt: the second goes on with the answer.
      assertThat(cached(second.path("usage"))).isEqualTo(asked);
      JsonNode again = server.post("/v1/chat/completions", conversation(long1)).json();
      assertThat(cached(again.path("usage"))).isEqualTo(asked - 1);
      String metrics = server.get("/metrics").body();
      int questions = second.path("usage").path("prompt_tokens").asInt();
      assertThat(metrics)
          .contains("tesuji_prefix_cache_hits_total{model=\"scripted\"} " + (2 * asked - 1))
          .contains(
              "tesuji_prefix_cache_queries_total{model=\"scripted\"} " + (2 * asked + questions));
    }
  }

  private static ServedModel random(Path model, String name, long kept) {
    LoadedModel loaded = LoadedModel.load(model, Dtype.FLOAT32, Device.CPU);
    return new ServedModel(name, loaded, new ServedModel.Room(4, 8, 2048, kept));
  }

  /// Returns a request for the next turn, whose answer is told with log-probabilities.
  private static String turn(String model, List<String> said) {
    ObjectNode body = (ObjectNode) Json.MAPPER.readTree(conversation(said.toArray(String[]::new)));
    body.put("model", model).put("temperature", 1).put("seed", 3).put("max_tokens", 40);
    return Json.line(body.put("logprobs", true).put("top_logprobs", 5));
  }

  @Test
  void aConversationGoesTheSameWithoutTheCache(@TempDir Path folder) {
    Path model = RandomModel.write(folder, 64, 176, 2, 2);
    List<ServedModel> models = List.of(random(model, "kept", 64 << 20), random(model, "anew", 0));
    try (TestServer server = new TestServer(Duration.ofSeconds(20), models)) {
      List<String> said = new ArrayList<>(List.of("A first question. ".repeat(30)));
      for (int turn = 0; turn < 4; turn++) {
        JsonNode kept = server.post("/v1/chat/completions", turn("kept", said)).json();
        JsonNode anew = server.post("/v1/chat/completions", turn("anew", said)).json();
        assertThat(kept.path("choices")).isEqualTo(anew.path("choices")); // to the last bit
        assertThat(cached(kept.path("usage"))).matches(said.size() == 1 ? n -> n == 0 : n -> n > 0);
        assertThat(cached(anew.path("usage"))).isZero();
        said.add(kept.path("choices").get(0).path("message").path("content").asString());
        said.add("Question " + turn);
      }
    }
  }

  @Test
  void anotherSaltIsAnotherCache() {
    String body =
        conversation("words ".repeat(20)).replaceFirst("\\{", "{\"cache_salt\": \"mine\", ");
    try (TestServer server = new TestServer()) {
      server.post("/v1/chat/completions", conversation("words ".repeat(20)));
      JsonNode salted = server.post("/v1/chat/completions", body).json();
      assertThat(cached(salted.path("usage"))).isZero();
      JsonNode again = server.post("/v1/chat/completions", body).json();
      assertThat(cached(again.path("usage"))).isPositive();
    }
  }

  @Test
  void everyPromptOfARequestIsCountedOnce() {
    int[] ids = new int[100];
    Arrays.setAll(ids, i -> i);
    String prompt = Json.MAPPER.valueToTree(new int[][] {ids, Arrays.copyOf(ids, 50)}).toString();
    String body = "{\"prompt\": " + prompt + ", \"n\": 3, \"max_tokens\": 2, \"ignore_eos\": true}";
    try (TestServer server = new TestServer()) {
      server.post("/v1/completions", body);
      JsonNode usage = server.post("/v1/completions", body).json().path("usage");
      assertThat(usage.path("prompt_tokens").asInt()).isEqualTo(150);
      assertThat(usage.path("completion_tokens").asInt()).isEqualTo(12);
      assertThat(cached(usage)).isEqualTo(99 + 49);
    }
  }

  @Test
  void responsesTellOfItToo() {
    String body =
        "{\"input\": \""
            + "words ".repeat(30)
            + "\", \"max_output_tokens\": 8, \"temperature\": 0}";
    try (TestServer server = new TestServer()) {
      JsonNode first = server.post("/v1/responses", body).json().path("usage");
      JsonNode second = server.post("/v1/responses", body).json().path("usage");
      assertThat(first.path("input_tokens_details").path("cached_tokens").asInt()).isZero();
      assertThat(second.path("input_tokens_details").path("cached_tokens").asInt())
          .isEqualTo(second.path("input_tokens").asInt() - 1);
    }
  }
}
