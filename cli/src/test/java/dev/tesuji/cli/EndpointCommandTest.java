package dev.tesuji.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.endpoint.StubServer;
import dev.tesuji.endpoint.StubServer.Answer;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import dev.tesuji.serve.Server;
import dev.tesuji.serve.ServerSettings;
import dev.tesuji.serve.http.HttpSettings;
import dev.tesuji.serve.model.ServedModel;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Evaluations of models behind endpoints: our own server's, and one that is worse.
class EndpointCommandTest {
  private static final Path MODEL = Fixtures.checkout().resolve("models/base");

  @TempDir private Path folder = Path.of("");

  private static Cli evaluate(Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of("evaluate", "--task", "chainSums", "--problems", 6, "--samples", 1));
    arguments.addAll(List.of("--temperature", 0, "--max-new-tokens", 80));
    arguments.addAll(List.of(more));
    return Cli.run(arguments.toArray());
  }

  private static JsonNode found(Cli cli) {
    assertThat(cli.status()).as(cli.err()).isZero();
    return Json.MAPPER.readTree(cli.lastLine());
  }

  @Test
  void ourOwnServerIsEvaluatedAsTheModelInIt() {
    JsonNode local = found(evaluate("--model", MODEL, "--dtype", "float32"));
    ServerSettings open =
        new ServerSettings(new HttpSettings("127.0.0.1", 0), List.of(), Duration.ZERO, "", _ -> {});
    ServedModel model =
        new ServedModel("base", LoadedModel.load(MODEL, Dtype.FLOAT32, Device.CPU), 8, 1000, 512);
    try (Server server = new Server(open, () -> List.of(model))) {
      String url = "http://127.0.0.1:" + server.port() + "/v1";
      Path answers = folder.resolve("answers.jsonl");
      String completions = "{url: '" + url + "', api: completions, concurrency: 4}";
      JsonNode served = found(evaluate("--endpoint", completions, "--answers", answers));
      assertThat(served.path("accuracy")).isEqualTo(local.path("accuracy"));
      assertThat(served.path("format")).isEqualTo(local.path("format"));
      assertThat(served.at("/endpoint/answers").asInt()).isEqualTo(6);
      JsonNode again =
          found(evaluate("--model", MODEL, "--endpoint", completions, "--answers", answers));
      assertThat(again.at("/endpoint/remembered").asInt()).isEqualTo(6);
      assertThat(again.path("accuracy")).isEqualTo(local.path("accuracy"));
      assertThat(found(evaluate("--endpoint", url)).at("/endpoint/answers").asInt()).isEqualTo(6);
      Cli other = evaluate("--endpoint", url, "--model", "bass");
      assertThat(other.status()).isEqualTo(1);
      assertThat(other.err()).contains("has no model 'bass'; it has base");
    }
  }

  @Test
  void anEvaluationNeedsAModelOrAnEndpoint() {
    Cli neither = evaluate();
    assertThat(neither.status()).isEqualTo(2);
    assertThat(neither.err())
        .contains("Missing required option: '--model=DIR' or '--endpoint=URL'");
    Cli answers = evaluate("--model", MODEL, "--answers", folder.resolve("a"));
    assertThat(answers.status()).isEqualTo(2);
    assertThat(answers.err()).contains("option --answers goes with --endpoint");
    Cli none = evaluate("--endpoint", "localhost");
    assertThat(none.status()).isEqualTo(2);
    assertThat(none.err())
        .contains("url must be http://HOST... or https://HOST..., got 'localhost'");
  }

  @Test
  void aChatTemplateIsTheServersAffair() throws Exception {
    Path problems =
        Files.writeString(
            folder.resolve("p.jsonl"), "{\"question\": \"2+2?\", \"answer\": \"#### 4\"}\n");
    try (StubServer server = new StubServer()) {
      server.answers(_ -> Answer.of("It is \\boxed{4}."));
      Cli cli =
          Cli.run(
              "evaluate",
              "--endpoint",
              server.url(),
              "--task",
              "gsm8k",
              "--data",
              problems,
              "--template",
              "chat",
              "--system",
              "Be brief.");
      assertThat(found(cli).path("accuracy").asDouble()).isEqualTo(1);
      assertThat(cli.out())
          .contains("endpoint     8 answers (0 had already, 0 retries), 40 tokens");
      JsonNode messages = server.asked().getFirst().path("messages");
      assertThat(Json.line(messages))
          .isEqualTo(
              "[{\"role\":\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\",\"content\":"
                  + "\"2+2?\"}]");
    }
  }
}
