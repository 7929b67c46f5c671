package dev.tesuji.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tesuji.check.BadInput;
import dev.tesuji.endpoint.StubServer.Answer;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class ChatClientTest {
  private static final Prices PRICES = new Prices(2, 0.5, 10);

  @TempDir Path folder = Path.of("");
  private final StubServer server = new StubServer();

  @AfterEach
  void stop() {
    server.close();
  }

  private Endpoint endpoint(@Nullable String key, Endpoint.@Nullable Budget budget, String extra) {
    return new Endpoint(
        Endpoint.address(server.url()),
        null,
        Endpoint.Api.CHAT,
        key == null ? null : new Endpoint.Key(key),
        4,
        Duration.ofSeconds(20),
        new Attempts(3, Duration.ofMillis(2)),
        budget,
        (ObjectNode) Json.MAPPER.readTree(extra));
  }

  private Endpoint endpoint() {
    return endpoint(null, null, "{}");
  }

  private static ChatQuestion question(String id) {
    ObjectNode options = Json.MAPPER.createObjectNode().put("max_tokens", 9);
    ObjectNode message = Json.MAPPER.createObjectNode().put("role", "user").put("content", "2+2=");
    return ChatQuestion.chat(id, List.of(message), options, "sums.jsonl:3");
  }

  private ChatReply ask(Endpoint endpoint) {
    try (ChatClient client = new ChatClient(endpoint, null)) {
      return client.ask(question("a"));
    }
  }

  private void failure(String problem) {
    failure(endpoint(), problem);
  }

  private void failure(Endpoint endpoint, String problem) {
    assertThatExceptionOfType(EndpointFailure.class)
        .isThrownBy(() -> ask(endpoint))
        .withMessage("endpoint " + server.url() + " " + problem);
  }

  @Test
  void aQuestionIsAskedOfTheOnlyModelAndItsAnswerCounted() {
    try (ChatClient client = new ChatClient(endpoint(), null)) {
      ChatReply reply = client.ask(question("a"));
      assertThat(reply).isEqualTo(new ChatReply("", "4", "stop", new TokenUsage(5, 0, 7, 0)));
      assertThat(client.spent().usage()).isEqualTo(new TokenUsage(5, 0, 7, 0));
      assertThat(client.spent().cost()).isNaN();
    }
    assertThat(Json.line(server.asked().getFirst()))
        .isEqualTo(
            "{\"model\":\"teacher\",\"messages\":[{\"role\":\"user\",\"content\":\"2+2=\"}],"
                + "\"max_tokens\":9}");
    assertThat(server.headers().getFirst()).doesNotContainKey("Authorization");
  }

  @ParameterizedTest
  @ValueSource(strings = {"reasoning", "reasoning_content"})
  void thinkingThatIsGivenApartGoesBackBetweenItsTags(String field) {
    server.answers(_ ->
        new Answer(
            200,
            Answer.of("4")
                .body()
                .replace("\"content\"", "\"" + field + "\": \"hm\", \"content\"")));
    assertThat(ask(endpoint()).whole()).isEqualTo("<think>hm</think>4");
  }

  @Test
  void thinkingThatWasCutOffStaysOpen() {
    server.answers(_ ->
        new Answer(
            200,
            "{\"choices\": [{\"message\": {\"reasoning\": \"hm\", \"content\": null},"
                + " \"finish_reason\": \"length\"}], \"usage\": {\"prompt_tokens\": 1,"
                + " \"completion_tokens\": 9, \"completion_tokens_details\":"
                + " {\"reasoning_tokens\": 9}}}"));
    ChatReply reply = ask(endpoint());
    assertThat(reply.whole()).isEqualTo("<think>hm");
    assertThat(reply.isCut()).isTrue();
    assertThat(reply.usage().reasoning()).isEqualTo(9);
  }

  @Test
  void whatMayPassIsAskedAgain() {
    List<Answer> bad =
        List.of(
            new Answer(503, "busy"),
            new Answer(429, "{\"error\": {\"message\": \"slow down\"}}").with("Retry-After", "0"));
    server.answers(
        _ -> server.asked().size() <= 2 ? bad.get(server.asked().size() - 1) : Answer.of("4"));
    try (ChatClient client = new ChatClient(endpoint(), null)) {
      assertThat(client.ask(question("a")).text()).isEqualTo("4");
      assertThat(client.spent().retries()).isEqualTo(2);
      assertThat(client.spent().answers()).isEqualTo(1);
    }
  }

  @Test
  void aPauseThatIsAskedForIsKept() {
    server.answers(_ ->
        server.asked().size() == 1
            ? new Answer(429, "{}").with("Retry-After", "0.3")
            : Answer.of("4"));
    long start = System.nanoTime();
    assertThat(ask(endpoint()).text()).isEqualTo("4");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(290));
  }

  @Test
  void aPauseThatIsTooLongIsSaid() {
    server.answers(_ ->
        new Answer(429, "{\"error\": {\"message\": \"quota of the day\"}}")
            .with("Retry-After", "7200"));
    failure(
        "asks to be left alone for 7200 s (status 429: quota of the day); go on after that time");
    assertThat(server.asked()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401 | {\"error\": {\"message\": \"Bad key sk-12\"}} | refuses the key (status 401: Bad key"
            + " ***); see the environment variable that 'keyVariable' names",
        "402 | {\"detail\": \"pay\"} | has no credit left for this key (status 402: pay)",
        "429 | {\"error\": {\"message\": \"pay\", \"code\": \"insufficient_quota\"}} | has no credit"
            + " left for this key (status 429: pay)",
        "404 | {\"error\": {\"message\": \"The model does not exist\"}} | has no model 'teacher'"
            + " (status 404: The model does not exist)",
        "404 | <h1>nginx</h1> | has no /chat/completions (status 404: <h1>nginx</h1>); its url must"
            + " end where that begins, mostly in /v1",
        "400 | {\"error\": {\"message\": \"maximum context length is 10\"}} | has no room in its"
            + " context for a prompt and its answer about sums.jsonl:3 (status 400: maximum context"
            + " length is 10); lower maxNewTokens, or leave long prompts out",
        "422 | {\"message\": \"what?\"} | refuses a question about sums.jsonl:3 (status 422: what?)"
      })
  void whatStaysIsOneSentence(int status, String body, String problem) {
    server.answers(_ -> new Answer(status, body));
    failure(endpoint("sk-12", null, "{}"), problem);
    assertThat(server.asked()).hasSize(1);
  }

  @Test
  void anEndpointThatWantsAKeySaysWhereToPutIt() {
    server.lists(new Answer(401, "{}"));
    failure(
        "wants a key (status 401: {}); put one into an environment variable and name that under"
            + " 'keyVariable'");
    server.lists(new Answer(302, "").with("Location", "https://elsewhere/"));
    failure("leads elsewhere, to https://elsewhere/ (status 302); give that address");
  }

  @Test
  void theKeyIsSentAndShownNowhere() {
    Endpoint endpoint = endpoint("sk-12", null, "{}");
    ask(endpoint);
    assertThat(server.headers().getFirst().get("Authorization")).containsExactly("Bearer sk-12");
    assertThat(endpoint.toString()).doesNotContain("sk-12");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Endpoint.Key("two\nlines"))
        .withMessage("an endpoint's key must be letters, digits and signs without white space");
  }

  @Test
  void aModelThatIsNotListedIsRefusedBeforeAnythingIsAsked() {
    server.lists(new Answer(200, "{\"data\": [{\"id\": \"a\"}, {\"id\": \"b\"}]}"));
    failure("needs 'model', the name of one of its models: a, b");
    Endpoint other = endpoint();
    Endpoint named =
        new Endpoint(
            other.url(),
            "c",
            other.api(),
            null,
            1,
            other.timeout(),
            other.attempts(),
            null,
            other.extra());
    try (ChatClient client = new ChatClient(named, null)) {
      assertThatExceptionOfType(EndpointFailure.class)
          .isThrownBy(client::connect)
          .withMessage("endpoint " + server.url() + " has no model 'c'; it has a, b");
      server.lists(new Answer(404, "no list"));
      client.connect();
      assertThat(client.ask(question("a")).text()).isEqualTo("4");
    }
  }

  @Test
  void aServerThatIsNotThereIsSaid() {
    server.close();
    failure(
        "gave no answer in 1 attempt (no connection); see that it is up, that the address is right,"
            + " and that it is quick enough");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "not json | an answer that is no JSON",
        "{\"choices\": []} | an answer without choices: {\"choices\":[]}",
        "[[[[[[ | an answer that is no JSON",
        "'' | an answer without choices: "
      })
  void nonsenseIsAskedAgainAndThenSaid(String body, String problem) {
    server.answers(_ -> new Answer(200, body));
    failure(
        "gave no answer in 3 attempts (the last: "
            + (problem.endsWith(":") ? problem + " " : problem)
            + "); see that it is up, that the address is right, and that it is quick enough");
    assertThat(server.asked()).hasSize(3);
  }

  @Test
  void anAnswerThatIsCutOffIsAskedForAgain() {
    server.answers(
        _ -> server.asked().size() == 1 ? Answer.of("half an answer").cut() : Answer.of("4"));
    assertThat(ask(endpoint()).text()).isEqualTo("4");
    assertThat(server.asked()).hasSize(2);
  }

  @Test
  void aServerThatFallsSilentIsGivenUp() {
    CountDownLatch end = new CountDownLatch(1);
    server.answers(_ -> {
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return Answer.of("late");
    });
    Endpoint patient = endpoint();
    Endpoint impatient =
        new Endpoint(
            patient.url(),
            "teacher",
            patient.api(),
            null,
            1,
            Duration.ofMillis(150),
            new Attempts(2, Duration.ofMillis(1)),
            null,
            patient.extra());
    failure(
        impatient,
        "gave no answer in 2 attempts (the last: no answer in time); see that it is up, that the"
            + " address is right, and that it is quick enough");
    end.countDown();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ", \"usage\": null",
        ", \"usage\": {\"prompt_tokens\": 5}",
        ", \"usage\": {\"prompt_tokens\": -5, \"completion_tokens\": 7}",
        ", \"usage\": {\"prompt_tokens\": 5.5, \"completion_tokens\": 7}"
      })
  void anAnswerWithoutUsageIsRefused(String usage) {
    server.answers(
        _ -> new Answer(200, "{\"choices\": [{\"message\": {\"content\": \"4\"}}]" + usage + "}"));
    assertThatExceptionOfType(EndpointFailure.class)
        .isThrownBy(() -> ask(endpoint()))
        .withMessageStartingWith(
            "endpoint " + server.url() + " must say in 'usage' how many tokens it has read and")
        .withMessageEndingWith("; take a server that counts them");
  }

  @Test
  void answersThatWereHadAreNotAskedForAgain() throws IOException {
    Path file = folder.resolve("answers.jsonl");
    AtomicInteger number = new AtomicInteger();
    server.answers(_ -> Answer.of("answer " + number.incrementAndGet()));
    try (ChatClient client = new ChatClient(endpoint(), ReplyFile.open(file))) {
      assertThat(client.ask(question("a")).text()).isEqualTo("answer 1");
      assertThat(client.ask(question("b")).text()).isEqualTo("answer 2");
      assertThat(client.ask(question("a")).text()).isEqualTo("answer 1");
    }
    Files.writeString(file, "{\"key\": \"ab", StandardOpenOption.APPEND); // a kill's half line
    Endpoint.Budget budget = new Endpoint.Budget(PRICES, null);
    try (ChatClient client = new ChatClient(endpoint(null, budget, "{}"), ReplyFile.open(file))) {
      assertThat(client.ask(question("b")).text()).isEqualTo("answer 2");
      assertThat(client.ask(question("c")).text()).isEqualTo("answer 3");
      assertThat(client.spent().remembered()).isEqualTo(1);
      assertThat(client.spent().usage()).isEqualTo(new TokenUsage(15, 0, 21, 0)); // all three
    }
    assertThat(server.asked()).hasSize(3);
    assertThat(Files.readAllLines(file, StandardCharsets.UTF_8)).hasSize(3);
  }

  @Test
  void aFileOfSomethingElseIsRefused() throws IOException {
    Path file = folder.resolve("answers.jsonl");
    Files.writeString(file, "hello\n");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> ReplyFile.open(file))
        .withMessage(
            file
                + ": must hold answers of an endpoint, a line of JSON each, and has something else at"
                + " byte 0; move it away to ask anew");
  }

  @Test
  void costIsCountedAndHeldToItsLimit() {
    server.answers(_ ->
        new Answer(
            200,
            Answer.of("4")
                .body()
                .replace(
                    "\"prompt_tokens\": 5,",
                    "\"prompt_tokens\": 1000000, \"prompt_tokens_details\": {\"cached_tokens\":"
                        + " 400000},")));
    Endpoint.Budget budget = new Endpoint.Budget(PRICES, 2.0);
    try (ChatClient client = new ChatClient(endpoint(null, budget, "{}"), null)) {
      client.ask(question("a"));
      // 0.6 M at 2, 0.4 M at 0.5, 7 tokens at 10
      assertThat(client.spent().cost()).isEqualTo(1.2 + 0.2 + 7e-5);
      client.ask(question("b"));
      assertThatExceptionOfType(EndpointFailure.class)
          .isThrownBy(() -> client.ask(question("c")))
          .withMessage(
              "endpoint "
                  + server.url()
                  + " the answers cost 2.8001, and maxCost is 2.0; raise it to go on");
    }
  }

  @Test
  void fieldsAreAddedTakenAwayAndRenamedWhereTheServerAsksForIt() {
    server.answers(body ->
        body.has("max_tokens")
            ? new Answer(
                400,
                "{\"error\": {\"message\": \"Unsupported parameter: 'max_tokens'. Use"
                    + " 'max_completion_tokens' instead.\"}}")
            : Answer.of("4"));
    Endpoint endpoint = endpoint(null, null, "{\"reasoning_effort\": \"high\", \"model\": null}");
    try (ChatClient client = new ChatClient(endpoint, null)) {
      client.ask(question("a"));
      client.ask(question("b"));
    }
    assertThat(server.asked()).hasSize(3); // the second question knows
    assertThat(server.asked().getLast().has("model")).isFalse();
    assertThat(server.asked().getLast().path("reasoning_effort").asString("")).isEqualTo("high");
    assertThat(server.asked().getLast().path("max_completion_tokens").asInt()).isEqualTo(9);
  }

  @Test
  void noMoreQuestionsAreUnderWayThanTheLimitSays() {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    server.answers(_ -> {
      most.accumulateAndGet(now.incrementAndGet(), Math::max);
      now.decrementAndGet();
      return Answer.of("4");
    });
    try (ChatClient client = new ChatClient(endpoint(), null)) {
      List<Thread> threads =
          IntStream.range(0, 40)
              .mapToObj(i -> Thread.startVirtualThread(() -> client.ask(question("q" + i))))
              .toList();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(client.spent().answers()).isEqualTo(40);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    assertThat(most.get()).isBetween(1, 4);
  }

  @ParameterizedTest
  @CsvSource({
    "http://a:8000, http://a:8000/v1",
    "http://a:8000/, http://a:8000/v1",
    "https://a/v1/, https://a/v1",
    "https://a/api/v3/chat/completions, https://a/api/v3",
    "https://a/v1/completions, https://a/v1"
  })
  void addressesAreReadAsTheyAreMeant(String given, String read) {
    assertThat(Endpoint.address(given)).isEqualTo(URI.create(read));
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:8000", "ftp://a/v1", "http://", "http://a/v1?key=1", "a b"})
  void addressesThatAreNoneAreRefused(String given) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Endpoint.address(given))
        .withMessage("url must be http://HOST... or https://HOST..., got '" + given + "'");
  }

  @Test
  void aKeyInAnAddressIsRefusedWithoutRepeatingIt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Endpoint.address("https://me:sk-12@a/v1"))
        .withMessage(
            "url must not hold a name or a password; put the key into an environment variable and"
                + " name that under 'keyVariable'");
  }
}
