package dev.tesuji.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.json.Json;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.nn.Lora;
import dev.tesuji.nn.LoraConfig;
import dev.tesuji.nn.Parameter;
import dev.tesuji.random.Rng;
import dev.tesuji.serve.http.HttpSettings;
import dev.tesuji.serve.model.ServedModel;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.weights.AdapterDirectory;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.SharedAdapter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Adapters as models of their own, over one copy of the weights.
@Timeout(120)
class AdaptersTest {
  @TempDir Path folder;

  @BeforeEach
  void requireKernels() {
    Assumptions.assumeTrue(Kernels.available(), "SKIPPED: this machine has no kernels");
  }

  /// Writes an adapter that changes what the scripted model says.
  private Path adapter(Path base) {
    Path directory = folder.resolve("adapter");
    try (LoadedModel loaded = LoadedModel.load(base, Dtype.FLOAT32, Device.CPU);
        Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      LoraConfig config = new LoraConfig(4, 8, 0, List.of("v_proj", "o_proj"), false);
      Lora lora = loaded.decoder().adapt(config, 1);
      int number = 0;
      for (Parameter p : lora.parameters()) {
        float[] values = new float[Math.toIntExact(p.tensor().elements())];
        Rng.fillNormal(values, 2, 5, number++);
        p.tensor().detach().copy_(Tensor.of(values, p.tensor().shape().sizes()));
      }
      AdapterDirectory.save(lora, base, directory);
    }
    return directory;
  }

  private static Server serve(Path base, Path adapter) {
    LoadedModel loaded = LoadedModel.load(base, Dtype.FLOAT32, Device.CPU);
    SharedAdapter shared = loaded.share(adapter).orElseThrow();
    ServerSettings settings =
        new ServerSettings(
            new HttpSettings("127.0.0.1", 0), List.of(), Duration.ofMillis(500), "", _ -> {});
    return new Server(
        settings,
        () ->
            ServedModel.withAdapters(
                "plain",
                loaded,
                Map.of("adapted", shared),
                new ServedModel.Room(8, 16, 512, 1 << 20)));
  }

  private static JsonNode send(HttpClient client, Server server, String path, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .header("Content-Type", "application/json");
    HttpRequest whole =
        body.isEmpty()
            ? request.GET().build()
            : request.POST(HttpRequest.BodyPublishers.ofString(body)).build();
    HttpResponse<String> response =
        client.sendAsync(whole, HttpResponse.BodyHandlers.ofString()).join();
    return Json.MAPPER.readTree(response.body());
  }

  private static String complete(String model, String more) {
    return "{\"model\": \""
        + model
        + "\", \"prompt\": [256, 65, 10, 66, 67], \"temperature\": 0, \"max_tokens\": 6, "
        + "\"ignore_eos\": true, \"return_token_ids\": true"
        + more
        + "}";
  }

  private static String ids(JsonNode answer) {
    return answer.path("choices").path(0).path("token_ids").toString();
  }

  @Test
  void eachNameAnswersPastItsOwnAdapterInOneBatch() {
    Path base = TestServer.model();
    Path adapter = adapter(base);
    try (HttpClient client = HttpClient.newHttpClient();
        Server server = serve(base, adapter)) {
      List<String> names =
          send(client, server, "/v1/models", "")
              .path("data")
              .valueStream()
              .map(m -> m.path("id").asString())
              .toList();
      assertThat(names).containsExactly("plain", "adapted");
      String plain = ids(send(client, server, "/v1/completions", complete("plain", "")));
      String adapted = ids(send(client, server, "/v1/completions", complete("adapted", "")));
      assertThat(plain).isNotEqualTo(adapted);
      List<CompletableFuture<String>> together =
          Stream.of("plain", "adapted", "plain", "adapted", "adapted", "plain")
              .map(name ->
                  CompletableFuture.supplyAsync(
                      () -> ids(send(client, server, "/v1/completions", complete(name, "")))))
              .toList();
      assertThat(together.stream().map(CompletableFuture::join))
          .containsExactly(plain, adapted, plain, adapted, adapted, plain);
      JsonNode unknown = send(client, server, "/v1/completions", complete("adaptad", ""));
      assertThat(unknown.path("error").path("message").asString())
          .contains("model must be one that is served, got 'adaptad'");
    }
  }

  @Test
  void whatAnAdapterWroteHasTheLogProbabilitiesThatItGivesTheSameText() {
    Path base = TestServer.model();
    Path adapter = adapter(base);
    try (HttpClient client = HttpClient.newHttpClient();
        Server server = serve(base, adapter)) {
      for (String name : List.of("plain", "adapted")) {
        JsonNode written =
            send(client, server, "/v1/completions", complete(name, ", \"logprobs\": 0"))
                .path("choices")
                .path(0);
        String ids = "[256, 65, 10, 66, 67, " + written.path("token_ids").toString().substring(1);
        JsonNode scored =
            send(
                    client,
                    server,
                    "/v1/completions",
                    "{\"model\": \""
                        + name
                        + "\", \"prompt\": "
                        + ids
                        + ", \"max_tokens\": 0, \"echo\": true, \"logprobs\": 0}")
                .path("choices")
                .path(0)
                .path("logprobs")
                .path("token_logprobs");
        JsonNode told = written.path("logprobs").path("token_logprobs");
        assertThat(told.size()).isEqualTo(6);
        for (int i = 0; i < 6; i++) {
          assertThat(told.get(i).doubleValue())
              .isCloseTo(
                  scored.get(5 + i).doubleValue(), org.assertj.core.api.Assertions.within(1e-4));
        }
      }
    }
  }
}
