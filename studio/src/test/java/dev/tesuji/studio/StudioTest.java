package dev.tesuji.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.dataset.RolloutLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class StudioTest {
  @TempDir Path folder;
  private StudioServer server;
  private Browser browser;

  @BeforeEach
  void begin() throws IOException {
    RunFolder.make(folder, "one");
    RunFolder.make(folder.resolve("compare"), "seed-1");
    server = new StudioServer(new StudioSettings(folder, folder.resolve("labels"), "127.0.0.1", 0));
    browser = new Browser(server.port());
  }

  @AfterEach
  void end() {
    server.close();
  }

  @Test
  void itIsHealthyAndShowsItsPageAtEveryView() throws IOException {
    assertThat(browser.get("/health").body()).isEqualTo("{\"status\":\"ok\"}");
    for (String view : List.of("/", "/runs", "/run?run=one", "/rollouts?run=one", "/compare")) {
      Browser.Page page = browser.get(view);
      assertThat(page.status()).as(view).isEqualTo(200);
      assertThat(page.headers().get("content-security-policy"))
          .contains("default-src 'none'")
          .contains("script-src 'self'")
          .doesNotContain("unsafe");
    }
  }

  @Test
  void runsAreFoundAtAnyDepthWithTheirLastStep() throws IOException {
    JsonNode runs = browser.get("/api/runs").json();
    assertThat(runs.valueStream().map(r -> r.path("run").asString()))
        .containsExactly("compare/seed-1", "one");
    assertThat(runs.path(1).path("step").intValue()).isEqualTo(2);
    assertThat(runs.path(1).path("value").doubleValue()).isEqualTo(0.75);
    assertThat(runs.path(1).path("spark").toString()).isEqualTo("[0.25,0.75]");
  }

  @Test
  void aRunTellsItsStagesAndWhatTheGuardianSaw() throws IOException {
    Files.writeString(
        folder.resolve("one/halted.json"), "{\"stage\":\"rl\",\"step\":2,\"why\":\"it fell\"}");
    JsonNode run = browser.get("/api/run?run=one").json();
    assertThat(run.path("state").asString()).isEqualTo("halted");
    assertThat(run.path("halted").path("why").asString()).isEqualTo("it fell");
    assertThat(run.path("stages").path(0).path("seconds").doubleValue()).isEqualTo(5);
    assertThat(run.path("events").path(0).path("sign").asString()).isEqualTo("collapse");
    assertThat(run.path("evaluations").toString()).isEqualTo("[\"base\",\"rl\"]");
  }

  @Test
  void rolloutsAreFilteredSortedAndSearched() throws IOException {
    assertThat(lines("")).containsExactly("2/1", "2/2", "2/3", "2/4", "1/1", "1/2", "1/3", "1/4");
    assertThat(lines("&step=1&verdict=wrong")).containsExactly("1/2", "1/4");
    assertThat(lines("&truncated=yes")).containsExactly("2/2", "1/2");
    assertThat(lines("&part=format&part_from=0.2&part_to=0.25")).containsExactly("2/3", "1/3");
    assertThat(lines("&sort=part:format&descending=yes&step=2"))
        .containsExactly("2/4", "2/3", "2/2", "2/1");
    assertThat(lines("&q=STEP%201%20says%20answer%203")).containsExactly("1/4");
    assertThat(lines("&tokens_from=21&tokens_to=22&sort=tokens")).containsExactly("2/2", "2/3");
    assertThat(lines("&problem=1&step=2")).containsExactly("2/3", "2/4");
    assertThat(lines("&size=3&page=2")).containsExactly("1/3", "1/4");
    assertThat(lines("&part=%22%7D'%20OR%201%3D1&part_from=0")).isEmpty();
    assertThat(lines("&q=%25'%3B%20DROP%20TABLE%20rollouts%3B--")).isEmpty();
  }

  @Test
  void aPageBeyondTheLastSaysHowManyThereAre() throws IOException {
    JsonNode page = browser.get("/api/rollouts?run=one&size=5&page=7").json();
    assertThat(page.path("total").intValue()).isEqualTo(8);
    assertThat(page.path("rows").isEmpty()).isTrue();
  }

  @Test
  void parquetIsReadInThePlaceOfLinesThatAreOlder() throws IOException {
    Path stage = folder.resolve("one/rollouts/rl");
    List<Path> files =
        List.of(stage.resolve("step-000001.jsonl"), stage.resolve("step-000002.jsonl"));
    RolloutLines.toParquet(files, stage.resolveSibling("rl.parquet"));
    List<String> fromLines = rows("compare/seed-1");
    assertThat(rows("one")).isEqualTo(fromLines);
    // not a line is left to read, and yet it was written before
    RunFolder.make(folder, "emptied");
    Path emptied = folder.resolve("emptied/rollouts/rl");
    RolloutLines.toParquet(files, emptied.resolveSibling("rl.parquet"));
    FileTime before = FileTime.fromMillis(1_000_000);
    for (Path file : files) {
      Path line = emptied.resolve(file.getFileName());
      Files.writeString(line, "");
      Files.setLastModifiedTime(line, before);
    }
    assertThat(rows("emptied")).isEqualTo(fromLines);
    // a line that was written after it is the truth
    RunFolder.make(folder, "resumed");
    Path resumed = folder.resolve("resumed/rollouts/rl");
    Path parquet = resumed.resolveSibling("rl.parquet");
    RolloutLines.toParquet(files, parquet);
    Files.setLastModifiedTime(parquet, before);
    Files.writeString(
        resumed.resolve("step-000002.jsonl"), "{\"step\":2,\"completion\":\"made again\"}\n");
    assertThat(rows("resumed")).hasSize(5).anyMatch(r -> r.contains("made again"));
  }

  private List<String> rows(String run) throws IOException {
    return browser
        .get("/api/rollouts?run=" + run)
        .json()
        .path("rows")
        .valueStream()
        .map(JsonNode::toString)
        .toList();
  }

  private List<String> lines(String query) throws IOException {
    List<String> found = new ArrayList<>();
    for (JsonNode row : browser.get("/api/rollouts?run=one" + query).json().path("rows")) {
      found.add(row.path("step").asString() + "/" + row.path("line").asString());
    }
    return found;
  }

  @Test
  void tokensOfARolloutAreShownWithWhatSamplerAndTrainerMadeOfThem() throws IOException {
    String second = "/api/tokens?run=one&stage=rl&step=1&line=2";
    assertThat(browser.get(second).json().toString())
        .as("a run of before")
        .isEqualTo("{\"total\":0}");
    RunFolder.tokens(folder.resolve("one"));
    assertThat(browser.get(second).json().toString())
        .isEqualTo(
            "{\"total\":3,\"tokens\":[{\"id\":7,\"text\":\"<b>7\",\"sampled\":false},"
                + "{\"id\":8,\"text\":\"<b>8\",\"sampled\":true,\"sampler\":-0.5,\"trainer\":-0.25,"
                + "\"advantage\":1.5},"
                + "{\"id\":9,\"text\":\"<b>9\",\"sampled\":true,\"sampler\":-2.0,\"advantage\":1.5}]}");
    assertThat(browser.get(second.replace("line=2", "line=1")).json().path("total").asInt(9))
        .isZero();
    assertThat(browser.get(second.replace("line=2", "line=3")).json().path("total").asInt(9))
        .as("more lines than tokens: it is being written")
        .isZero();
    assertThat(browser.get(second.replace("line=2", "line=99")).status()).isEqualTo(404);
    Path file = folder.resolve("one/rollouts/rl/step-000001.bin");
    byte[] whole = Files.readAllBytes(file);
    for (int cut = 0; cut < whole.length; cut += 7) {
      Files.write(file, java.util.Arrays.copyOf(whole, cut));
      assertThat(browser.get(second).json().path("total").asInt(9)).as("cut at " + cut).isZero();
    }
  }

  @Test
  void facetsCountValuesAndPartsOfRewards() throws IOException {
    JsonNode facets = browser.get("/api/facets?run=one").json();
    assertThat(facets.path("verdict").toString())
        .isEqualTo("[{\"value\":\"correct\",\"count\":4},{\"value\":\"wrong\",\"count\":4}]");
    assertThat(facets.path("parts").valueStream().map(p -> p.path("part").asString()))
        .containsExactly("accuracy", "format");
    assertThat(facets.path("parts").path(1).path("most").doubleValue()).isEqualTo(0.3);
  }

  @Test
  void aRolloutComesWithItsGroup() throws IOException {
    JsonNode one = browser.get("/api/rollout?run=one&stage=rl&step=2&line=4").json();
    assertThat(one.path("rollout").path("completion").asString()).isEqualTo("Step 2 says answer 3");
    assertThat(one.path("rollout").has("advantage")).isFalse();
    assertThat(one.path("group").valueStream().map(g -> g.path("line").intValue()))
        .containsExactly(3, 4);
    assertThat(browser.get("/api/rollout?run=one&stage=rl&step=2&line=9").status()).isEqualTo(404);
  }

  @Test
  void aStepThatIsWrittenIsSeenByTheNextQuestion() throws IOException {
    assertThat(lines("")).hasSize(8);
    Path file = folder.resolve("one/rollouts/rl/step-000003.jsonl");
    Files.writeString(file, "{\"step\":3,\"completion\":\"new\"}\n");
    assertThat(lines("&step=3")).containsExactly("3/1");
    Files.writeString(
        file, "{\"step\":3,\"completion\":\"a\"}\n{\"step\":3,\"completion\":\"b\"}\n");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
    assertThat(lines("&step=3")).containsExactly("3/1", "3/2");
    Files.delete(file);
    assertThat(lines("")).hasSize(8);
  }

  @Test
  void curvesFollowWhatIsWritten() throws IOException {
    try (Browser.Stream stream = browser.stream("/api/stream?run=one")) {
      assertThat(stream.await("data: [")).contains("\"step\":2");
      Path metrics = folder.resolve("one/metrics.jsonl");
      Files.writeString(
          metrics,
          "{\"stage\":\"rl\",\"step\":3,\"reward\":1}\n{\"stage\":\"rl\",\"st",
          StandardOpenOption.APPEND);
      assertThat(stream.await("data: ["))
          .isEqualTo("data: [{\"stage\":\"rl\",\"step\":3,\"reward\":1}]");
      Path beside = folder.resolve("beside.jsonl");
      Files.writeString(beside, "{\"stage\":\"rl\",\"step\":1,\"reward\":0}\n".repeat(50));
      Files.move(beside, metrics, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      stream.await("event: anew"); // the run was resumed from an earlier step
      assertThat(stream.await("data: [")).contains("\"reward\":0");
    }
  }

  @Test
  void comparisonsCountFlipsBothWays() throws IOException {
    JsonNode json = comparison();
    assertThat(json.path("both").intValue()).isEqualTo(1);
    assertThat(json.path("only_first")).isEmpty();
    assertThat(json.path("only_second").valueStream().map(f -> f.path("problem").asString()))
        .containsExactly("1", "2");
    assertThat(json.path("mcnemar_p").doubleValue()).isEqualTo(0.5); // 2 * (1/2)^2
    assertThat(json.path("second").path("reflections_per_response").doubleValue()).isEqualTo(1);
  }

  private JsonNode comparison() throws IOException {
    return browser
        .get("/api/compare?first=one&first_evaluation=base&second=one&second_evaluation=rl")
        .json();
  }

  @Test
  void recipesAreComparedLineByLine() throws IOException {
    JsonNode json = browser.get("/api/recipe-diff?run=one&with=compare/seed-1").json();
    assertThat(json.path("lines").toString())
        .isEqualTo(
            "[{\"kind\":\"first\",\"text\":\"name: one\"},{\"kind\":\"second\",\"text\":\"name:"
                + " seed-1\"},{\"kind\":\"same\",\"text\":\"seed: 1\"}]");
  }

  @Test
  void tablesAreFilesToo() throws IOException {
    Browser.Page csv = browser.get("/api/rollouts?run=one&step=1&sort=tokens&format=csv");
    assertThat(csv.headers().get("content-type")).startsWith("text/csv");
    assertThat(csv.body().lines().toList())
        .hasSize(5)
        .first()
        .asString()
        .startsWith("stage,step,line,problem,verdict,reward");
    assertThat(csv.body()).contains("\"{\"\"accuracy\"\":1,\"\"format\"\":0.0}\"");
    assertThat(browser.get("/api/metrics?run=one&format=json").json()).hasSize(2);
    assertThat(browser.get("/api/runs?format=csv").body()).startsWith("run,state,stage,step");
  }

  @Test
  void runsAreOnlyRead() throws IOException {
    Map<String, String> before = state();
    browser.get("/api/runs");
    browser.get("/api/run?run=one");
    lines("&q=x");
    comparison();
    assertThat(state()).isEqualTo(before);
  }

  private Map<String, String> state() throws IOException {
    Map<String, String> state = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.toList()) {
        state.put(path.toString(), Files.getLastModifiedTime(path) + " " + Files.size(path));
      }
    }
    return state;
  }

  @Test
  void hostileCompletionsAreTextAndHangNothing() throws IOException {
    RunFolder.hostile(folder);
    JsonNode page = browser.get("/api/rollouts?run=hostile&stage=rl&sort=length&size=100").json();
    List<String> texts =
        page.path("rows").valueStream().map(r -> r.path("completion").asString()).toList();
    assertThat(page.path("total").intValue()).isEqualTo(15); // eight lines and seven hostile ones
    assertThat(texts)
        .contains("<script>alert(1)</script><img src=x onerror=alert(2)>")
        .contains("\u001b[31mred \u202e desrever")
        .contains("broken \uFFFD byte")
        .contains("this is no JSON <b>at all</b>")
        .contains("half \uFFFD pair")
        .anyMatch(t -> t.endsWith("cut o"));
    assertThat(texts.getLast()).startsWith("long long").hasSizeLessThan(1_000);
    Browser.Page whole = browser.get("/api/completion?run=hostile&stage=rl&step=3&line=6");
    assertThat(whole.headers().get("content-type")).startsWith("text/plain");
    assertThat(whole.headers()).containsEntry("x-content-type-options", "nosniff");
    assertThat(whole.body()).hasSizeGreaterThan(3_999_999);
  }
}
