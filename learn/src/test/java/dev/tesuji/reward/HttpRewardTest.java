package dev.tesuji.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpServer;
import dev.tesuji.answer.Verdict;
import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.env.Problem;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class HttpRewardTest {
  private record Answer(int status, String body) {}

  private final List<JsonNode> asked = Collections.synchronizedList(new ArrayList<>());
  private Function<JsonNode, Answer> behaviour = HttpRewardTest::lengths;
  private HttpServer server = unstarted();

  private static HttpServer unstarted() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void start() {
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          JsonNode body = Json.MAPPER.readTree(exchange.getRequestBody().readAllBytes());
          asked.add(body);
          Answer answer = behaviour.apply(body);
          byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer.status(), bytes.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /// Pays the length of each completion.
  private static Answer lengths(JsonNode body) {
    ObjectNode answer = Json.MAPPER.createObjectNode();
    ArrayNode rewards = answer.putArray("rewards");
    for (JsonNode c : body.path("completions")) {
      rewards.add(c.path("completion").stringValue().length());
    }
    return new Answer(200, Json.line(answer));
  }

  private URI url() {
    return URI.create("http://localhost:" + server.getAddress().getPort() + "/score");
  }

  private HttpReward reward(int batch, int attempts) {
    return new HttpReward(
        "taste",
        new HttpReward.Settings(
            url(), batch, Duration.ofSeconds(5), attempts, Duration.ofMillis(20)));
  }

  private static Response response(int length) {
    return new Response(
        new Problem(7, "1+2=?", "3", "here:1"),
        "x".repeat(length),
        new int[length],
        FinishReason.EOS);
  }

  private List<Graded> grade(HttpReward reward, int count) {
    RewardMix mix =
        new RewardMix(ChainSums.DEFAULT, List.of(new RewardMix.Part("taste", 2, reward)));
    try (Grader grader = new Grader(mix, Duration.ofSeconds(5))) {
      List<Grader.Job> pending =
          IntStream.range(0, count).mapToObj(i -> grader.submit(response(i))).toList();
      return pending.stream().map(Grader.Job::await).toList();
    }
  }

  @Test
  void completionsAreAskedForInBatchesAndKeepTheirRewards() {
    List<Graded> graded = grade(reward(8, 1), 20);
    assertThat(graded).extracting(g -> g.parts().get("taste")).containsExactly(expected(20));
    assertThat(graded.get(3).total()).isEqualTo(6);
    assertThat(graded.get(3).verdict()).isEqualTo(Verdict.WRONG);
    assertThat(asked).hasSizeBetween(3, 10);
    JsonNode first = asked.getFirst().path("completions").get(0);
    assertThat(first.path("prompt").stringValue()).isEqualTo("1+2=?");
    assertThat(first.path("gold").stringValue()).isEqualTo("3");
    assertThat(first.path("finish_reason").stringValue()).isEqualTo("eos");
    assertThat(first.path("problem_id").intValue()).isEqualTo(7);
  }

  private static Double[] expected(int count) {
    return IntStream.range(0, count).mapToObj(Double::valueOf).toArray(Double[]::new);
  }

  @Test
  void whatMayPassIsTriedAgain() {
    behaviour = body -> asked.size() < 3 ? new Answer(503, "busy") : lengths(body);
    assertThat(reward(1, 3).judge(response(4))).isEqualTo(new Judgement.Points(4));
    assertThat(asked).hasSize(3);
  }

  @Test
  void whatStaysIsAFailure() {
    behaviour = _ -> new Answer(500, "no model\nloaded");
    failure(
        "gave no answer in 2 attempts (the last: status 500: no model?loaded); see that it is up"
            + " and quick enough");
    assertThat(asked).hasSize(2);
    behaviour = _ -> new Answer(404, "not here");
    failure("must answer with status 200, got status 404: not here");
    assertThat(asked).hasSize(3);
    server.stop(0);
    assertThatExceptionOfType(RewardFailure.class)
        .isThrownBy(() -> grade(reward(4, 2), 3))
        .withMessageContaining("gave no answer in 2 attempts (the last: no connection)");
  }

  @Test
  void answersThatAreNoRewardsAreNamed() {
    behaviour = _ -> new Answer(200, "{\"rewards\": [1, 2]}");
    failure(
        "must answer with one reward for each of 1 completions, got 2; the first was the completion"
            + " 'xx' of the problem here:1");
    behaviour = _ -> new Answer(200, "{\"rewards\": [\"NaN\"]}");
    failure(
        "must answer with finite numbers or null, got \"NaN\" for the completion 'xx' of the problem"
            + " here:1");
    behaviour = _ -> new Answer(200, "{\"reward\": [1]}");
    failure("must answer {\"rewards\": [...]}, got {\"reward\": [1]}");
    behaviour = _ -> new Answer(200, "[NaN");
    failure("must answer with JSON, got [NaN");
  }

  private void failure(String problem) {
    assertThatExceptionOfType(RewardFailure.class)
        .isThrownBy(() -> reward(4, 2).judge(response(2)))
        .withMessage("reward 'taste' at " + url() + " " + problem);
  }

  @ParameterizedTest
  @CsvSource({"1e999, Infinity", "Infinity, Infinity", "NaN, NaN"})
  void whatIsNoFiniteNumberIsNamedWithItsCompletion(String written, String read) {
    refusesAsInfinite(written, read);
  }

  @Test
  void aWholeNumberBeyondAllFloatsIsInfinite() {
    refusesAsInfinite("-1" + "0".repeat(400), "-Infinity");
  }

  private void refusesAsInfinite(String written, String read) {
    behaviour = _ -> new Answer(200, "{\"rewards\": [" + written + "]}");
    assertThatExceptionOfType(RewardFailure.class)
        .isThrownBy(() -> grade(reward(4, 2), 1))
        .withMessage(
            "reward 'taste' must pay a finite number, got "
                + read
                + " for the completion '' of the problem here:1");
  }

  @Test
  void nullWithholdsJudgement() {
    behaviour = _ -> new Answer(200, "{\"rewards\": [null]}");
    Graded graded = grade(reward(4, 1), 1).getFirst();
    assertThat(graded.trainable()).isFalse();
    assertThat(graded.verdict()).isEqualTo(Verdict.VERIFIER_ERROR);
  }

  @Test
  void anAddressThatIsNoneIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new HttpReward.Settings(
                URI.create("localhost:80"), 1, Duration.ofSeconds(1), 1, Duration.ZERO))
        .withMessage("url must be http://HOST... or https://HOST..., got 'localhost:80'");
  }
}
