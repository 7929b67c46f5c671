package dev.tesuji.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.hub.StubHub.Fault;
import dev.tesuji.hub.StubHub.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Everything that a hub can do wrong, or refuse: it is tried again, or said in one sentence.
class FaultsTest {
  private static final byte[] NOTHING = new byte[0];

  @TempDir Path folder;
  private StubHub stub;
  private Fetched hub;

  @BeforeEach
  void start() throws IOException {
    stub = new StubHub();
    stub.with("config.json", "{}").with("tokenizer.json", "{\"a\":1}");
    stub.with("model.safetensors", 700_000);
    hub = new Fetched(stub, folder.resolve("cache"));
  }

  @AfterEach
  void stop() {
    stub.close();
  }

  private static boolean lists(Request r) {
    return r.path().contains("/tree/");
  }

  private static boolean asks(Request r) {
    return r.method().equals("HEAD");
  }

  private static boolean reads(Request r) {
    return r.store() && r.method().equals("GET");
  }

  /// Makes the first requests of a kind fail.
  private AtomicInteger first(int times, Predicate<Request> which, Fault fault) {
    AtomicInteger left = new AtomicInteger(times);
    stub.faults.add((r, c) -> which.test(r) && left.getAndDecrement() > 0 && fault.answers(r, c));
    return left;
  }

  private void always(Predicate<Request> which, int status, Map<String, String> headers) {
    stub.faults.add((r, c) -> {
      if (!which.test(r)) {
        return false;
      }
      c.reply(status, headers, NOTHING);
      return true;
    });
  }

  private static Fault status(int status, String... header) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (int i = 0; i < header.length; i += 2) {
      headers.put(header[i], header[i + 1]);
    }
    return (_, c) -> {
      c.reply(status, headers, NOTHING);
      return true;
    };
  }

  private static final Fault RESET =
      (_, c) -> {
        c.reset();
        return true;
      };

  private void requireWhole() throws IOException {
    Path snapshot = hub.model("org/name");
    assertThat(Files.readAllBytes(snapshot.resolve("model.safetensors")))
        .isEqualTo(stub.content("model.safetensors"));
    assertThat(snapshot.resolve("config.json")).hasContent("{}");
  }

  @Test
  void anIllHubIsAskedAgainForListingsHeadsAndBodies() throws IOException {
    for (Predicate<Request> which :
        List.<Predicate<Request>>of(FaultsTest::lists, FaultsTest::asks, FaultsTest::reads)) {
      first(2, which, status(500));
      first(1, which, status(503));
    }
    first(2, r -> r.path().contains("/revision/"), status(502));
    requireWhole();
  }

  @Test
  void resetsAreTriedAgainForListingsHeadsAndBodies() throws IOException {
    for (Predicate<Request> which :
        List.<Predicate<Request>>of(FaultsTest::lists, FaultsTest::asks, FaultsTest::reads)) {
      first(2, which, RESET);
    }
    requireWhole();
  }

  @Test
  void theHubsPauseIsKept() throws IOException {
    for (Predicate<Request> which :
        List.<Predicate<Request>>of(FaultsTest::lists, FaultsTest::asks, FaultsTest::reads)) {
      long[] refused = {0};
      long[] again = {0};
      String[] target = {""};
      stub.faults.clear();
      stub.faults.add((r, c) -> {
        String here = r.target() + r.header("range");
        if (!which.test(r) || !(target[0].isEmpty() || target[0].equals(here))) {
          return false;
        }
        if (refused[0] == 0) {
          target[0] = here;
          refused[0] = System.nanoTime();
          c.reply(429, Map.of("Retry-After", "1"), NOTHING);
          return true;
        }
        again[0] = again[0] == 0 ? System.nanoTime() : again[0];
        return false;
      });
      hub = new Fetched(stub, folder.resolve("cache" + stub.requests.size()));
      hub.model("org/name", "model.safetensors");
      assertThat(Duration.ofNanos(again[0] - refused[0])).isGreaterThan(Duration.ofMillis(990));
    }
  }

  @Test
  void aPauseMayBeADateOrARateLimit() throws IOException {
    ZonedDateTime until =
        ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(2).truncatedTo(ChronoUnit.SECONDS);
    String soon = DateTimeFormatter.RFC_1123_DATE_TIME.format(until);
    first(1, FaultsTest::lists, status(429, "Retry-After", soon));
    first(1, FaultsTest::asks, status(429, "RateLimit", "\"resolvers\";r=0;t=1"));
    requireWhole();
    assertThat(ZonedDateTime.now(ZoneOffset.UTC)).isAfterOrEqualTo(until.plusSeconds(1));
  }

  @Test
  void aPauseOfAnHourIsSaidAndNotKept() {
    always(r -> r.path().contains("/revision/"), 429, Map.of("Retry-After", "3600"));
    assertThat(hub.failure("org/name"))
        .isEqualTo("hf://org/name@main: the hub limits the rate of requests; try again in 3600 s");
  }

  @Test
  void aHubThatStaysIllIsGivenUp() {
    always(FaultsTest::asks, 500, Map.of());
    assertThat(hub.failure("org/name"))
        .isEqualTo(
            "hf://org/name@main: the hub could not be reached (status 500); try again later");
    assertThat(stub.paths("HEAD").size()).isLessThanOrEqualTo(4 * Lanes.WIDTH);
  }

  @Test
  void aHubThatIsNotThereIsGivenUp() {
    stub.close();
    assertThat(hub.failure("org/name"))
        .isEqualTo(
            "hf://org/name@main: the hub could not be reached (connection refused); try again"
                + " later");
  }

  @Test
  void silenceIsBounded() throws IOException {
    Fault silence =
        (_, c) -> {
          c.silence();
          return true;
        };
    first(1, FaultsTest::lists, silence);
    first(1, FaultsTest::asks, silence);
    first(
        1,
        FaultsTest::reads,
        (r, c) -> { // in the middle of a body
          c.head(
              206,
              Map.of("Content-Range", "bytes " + r.from() + "-" + (r.from() + 999) + "/700000"),
              1000);
          c.silence();
          return true;
        });
    long start = System.nanoTime();
    requireWhole();
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(2900), Duration.ofSeconds(9));
  }

  @Test
  void aWrongChecksumIsReadAgainOnceAndThenRefused() throws IOException {
    byte[] wrong = stub.content("model.safetensors").clone();
    wrong[5]++;
    Fault lie =
        (r, c) -> {
          int from = (int) r.from();
          int to = Math.min(wrong.length, from + Partial.SEGMENT);
          c.head(
              206,
              Map.of("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + wrong.length),
              to - from);
          c.write(wrong, from, to);
          return true;
        };
    int segments = (700_000 + Partial.SEGMENT - 1) / Partial.SEGMENT;
    first(segments, FaultsTest::reads, lie);
    requireWhole();
    hub = new Fetched(stub, folder.resolve("other"));
    stub.faults.clear();
    first(2 * segments, FaultsTest::reads, lie);
    assertThat(hub.failure("org/name"))
        .isEqualTo(
            "hf://org/name@main: the SHA-256 of 'model.safetensors' must be "
                + StubHub.sha256(stub.content("model.safetensors"))
                + ", and twice was not; the file was thrown away, try again later");
    try (var files = Files.list(folder.resolve("other/models--org--name/blobs"))) {
      assertThat(files).noneMatch(f -> f.toString().contains("incomplete"));
    }
  }

  @Test
  void aSmallFilesChecksumIsGits() {
    first(
        8,
        r -> r.method().equals("GET") && r.path().endsWith("config.json"),
        (_, c) -> {
          c.reply(200, Map.of(), "[]".getBytes(StandardCharsets.UTF_8));
          return true;
        });
    assertThat(hub.failure("org/name"))
        .startsWith("hf://org/name@main: the SHA-1 of 'config.json' must be ");
  }

  @Test
  void aServerWithoutRangesSendsTheWhole() throws IOException {
    byte[] all = stub.content("model.safetensors");
    first(
        100,
        FaultsTest::reads,
        (_, c) -> {
          c.reply(200, Map.of(), all);
          return true;
        });
    requireWhole();
  }

  @Test
  void oneWholeAnswerToARangeIsNotTaken() throws IOException {
    byte[] all = stub.content("model.safetensors");
    first(
        1,
        FaultsTest::reads,
        (_, c) -> {
          c.reply(200, Map.of(), all);
          return true;
        });
    requireWhole();
  }

  @Test
  void anotherRangeThanAskedForIsNotTaken() throws IOException {
    first(
        1,
        FaultsTest::reads,
        (_, c) -> {
          c.reply(206, Map.of("Content-Range", "bytes 7-9/700000"), new byte[3]);
          return true;
        });
    requireWhole();
  }

  @Test
  void aStoresAddressThatExpiredIsAskedForAgain() throws IOException {
    first(2, FaultsTest::reads, status(403));
    requireWhole();
    assertThat(stub.paths("HEAD").size()).isGreaterThan(3);
  }

  @Test
  void theTokenGoesToTheHubAndNowhereElse() throws IOException {
    hub.with("HF_TOKEN", "hf_secret");
    requireWhole();
    assertThat(stub.requests)
        .allSatisfy(r ->
            assertThat(r.header("authorization")).isEqualTo(r.store() ? null : "Bearer hf_secret"));
    assertThat(stub.requests).anyMatch(Request::store);
    stub.requests.clear();
    new Fetched(stub, folder.resolve("b"))
        .with("HF_TOKEN", "hf_secret")
        .with("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")
        .model("org/name");
    assertThat(stub.requests).allSatisfy(r -> assertThat(r.header("authorization")).isNull());
  }

  @Test
  void theTokenDoesNotFollowARedirectOfTheListing() {
    hub.with("HF_TOKEN", "hf_secret");
    first(
        1,
        r -> r.path().contains("/revision/"),
        status(307, "Location", stub.storeUrl() + "/elsewhere"));
    hub.failure("org/name");
    assertThat(stub.requests).filteredOn(Request::store).hasSizeGreaterThan(0);
    assertThat(stub.requests)
        .filteredOn(Request::store)
        .allSatisfy(r -> assertThat(r.header("authorization")).isNull());
  }

  @Test
  void aRenamedRepositoryIsFollowed() throws IOException {
    stub.faults.add((r, c) -> {
      if (!r.path().contains("/name/")) {
        return false;
      }
      int status = r.path().contains("/tree/") ? 301 : 307;
      c.reply(
          status,
          Map.of("Location", r.target().replace("/name/", "/renamed/"), "ETag", "\"x\""),
          NOTHING);
      return true;
    });
    requireWhole();
    assertThat(folder.resolve("cache/models--org--name/refs/main")).exists();
  }

  @Test
  void redirectsInACircleAreGivenUp() {
    stub.faults.add((r, c) -> {
      c.reply(302, Map.of("Location", r.target()), NOTHING);
      return true;
    });
    assertThat(hub.failure("org/name"))
        .isEqualTo(
            "hf://org/name@main: the hub could not be reached (more than 10 redirects); try again"
                + " later");
  }

  @Test
  void aListingWithoutAnEndIsRefused() {
    first(
        99,
        FaultsTest::lists,
        (r, c) -> {
          c.reply(
              200,
              Map.of("Link", "<" + stub.url() + r.target() + ">; rel=\"next\""),
              "[]".getBytes(StandardCharsets.UTF_8));
          return true;
        });
    assertThat(hub.failure("org/name"))
        .isEqualTo("hf://org/name@main: the hub's listing has no end");
  }

  @Test
  void refusalsAreOneSentenceEach() {
    Predicate<Request> api = r -> r.path().contains("/revision/");
    always(api, 403, Map.of("X-Error-Code", "GatedRepo"));
    assertThat(hub.failure("org/name"))
        .isEqualTo(
            "hf://org/name@main: this model is gated; ask for access on "
                + stub.url()
                + "/org/name, then set HF_TOKEN to a token that may read it (none was sent)");
    stub.faults.clear();
    always(api, 401, Map.of());
    assertThat(hub.failure("org/name"))
        .isEqualTo(
            "hf://org/name@main: there is no such model on "
                + stub.url()
                + ", or it is private; check the name, or set HF_TOKEN to a token that may read it"
                + " (none was sent)");
    stub.faults.clear();
    always(api, 404, Map.of());
    assertThat(hub.with("HF_TOKEN", "x").failure("org/name"))
        .contains("there is no such model")
        .endsWith("(the one that was sent may not)");
    stub.faults.clear();
    assertThat(hub.failure("org/name@v2"))
        .isEqualTo("hf://org/name@v2: the model has no revision 'v2'");
    always(FaultsTest::asks, 403, Map.of("X-Error-Message", "Not for you."));
    assertThat(hub.failure("org/name"))
        .contains("hf://org/name@main: the hub refused file '")
        .contains("' (status 403: Not for you); set HF_TOKEN");
    stub.faults.clear();
    always(FaultsTest::asks, 401, Map.of("X-Error-Code", "GatedRepo"));
    assertThat(hub.failure("org/name")).contains("this model is gated");
  }

  @Test
  void aHubThatSpeaksOtherwiseIsRefused() {
    first(
        9,
        r -> r.path().contains("/revision/"),
        (_, c) -> {
          c.reply(200, Map.of(), "<html>".getBytes(StandardCharsets.UTF_8));
          return true;
        });
    assertThat(hub.failure("org/name"))
        .isEqualTo("hf://org/name@main: " + stub.url() + " does not speak the hub's API");
  }

  @Test
  void namesThatLeadOutOfTheCacheAreRefused() throws IOException {
    Fault outside =
        (_, c) -> {
          c.reply(
              200,
              Map.of(),
              "[{\"type\":\"file\",\"path\":\"a/../../x.json\",\"size\":1,\"oid\":\"1\"}]"
                  .getBytes(StandardCharsets.UTF_8));
          return true;
        };
    first(1, FaultsTest::lists, outside);
    assertThat(hub.failure("org/name"))
        .isEqualTo(
            "hf://org/name@main: the repository has a file whose name cannot be stored:"
                + " 'a/../../x.json'");
    stub.faults.clear();
    always(FaultsTest::asks, 200, Map.of("ETag", "\"../../x\"", "X-Repo-Commit", StubHub.COMMIT));
    assertThat(hub.failure("org/name"))
        .isEqualTo("hf://org/name@main: the hub's etag must be a hash, got '\"../../x\"'");
    stub.faults.clear();
    always(FaultsTest::asks, 200, Map.of("ETag", "\"a\"", "X-Repo-Commit", "../x"));
    assertThat(hub.failure("org/name")).contains("the hub's commit must be 40 hexadecimal digits");
    stub.faults.clear();
    first(
        1,
        r -> r.path().contains("/revision/"),
        (_, c) -> {
          c.reply(200, Map.of(), "{\"sha\":\"../x\"}".getBytes(StandardCharsets.UTF_8));
          return true;
        });
    assertThat(hub.failure("org/name"))
        .isEqualTo(
            "hf://org/name@main: the hub's commit must be 40 hexadecimal digits, got '../x'");
    try (var all = Files.walk(folder)) {
      assertThat(all).noneMatch(f -> f.endsWith("x") || f.endsWith("x.json"));
    }
  }

  @Test
  void aCacheThatCannotBeWrittenIsSaid() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    hub = new Fetched(stub, file.resolve("cache")).with("HF_HOME", folder.toString());
    assertThat(hub.failure("org/name"))
        .startsWith("hf://org/name@main: the cache " + file.resolve("cache") + " could not be");
  }
}
