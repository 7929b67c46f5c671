package dev.tesuji.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.json.Json;
import dev.tesuji.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ReportTest {
  @TempDir private Path folder = Path.of("");

  private static final String REPORT =
      """
      {"name": "r", "after_stage": "rl",
       "before": {"problems": 4, "samples": 2, "accuracy": 0.25, "accuracy_ci95": [0.1, 0.5],
                  "maj_at_1": 0.25, "maj_at_2": 0.375, "pass_at_2": 0.5, "examples": []},
       "stages": [
         {"name": "cold", "kind": "sft", "from": "base", "seconds": 3, "evaluation": {"problems": 4, "samples": 2, "seconds": 2,
            "accuracy": 0.5, "world": {"eval/helpfulness": 0.75, "eval/accuracy/sums/en": 0.125,
            "eval/accuracy/sums/en_ci95": [0, 0.5]}}},
         {"name": "judge", "from": "cold", "seconds": 1},
         {"name": "rl", "kind": "rl", "from": "cold", "seconds": 5}],
       "after": {"problems": 4, "samples": 2, "accuracy": 0.875, "pass_at_2": 1}}
      """;

  @Test
  void theTableHasARowPerModelAndAColumnPerMeasure() {
    StageTable table = StageTable.of(Json.MAPPER.readTree(REPORT));
    assertThat(table.rows()).extracting(StageTable.Row::name).containsExactly("base", "cold", "rl");
    assertThat(table.columns())
        .extracting(StageTable.Column::title)
        .containsExactly("pass@1", "cons@2", "pass@2", "helpfulness");
    assertThat(table.parts()).containsExactly(new StageTable.Column("accuracy/sums/en", "sums en"));
    JsonNode rows = table.toJson().path("rows");
    assertThat(rows.path(0).path("values").path("cons@n").asDouble()).isEqualTo(0.375);
    assertThat(rows.path(0).path("values").path("accuracy_ci95").path(1).asDouble()).isEqualTo(0.5);
    assertThat(rows.path(1).path("values").path("accuracy/sums/en").asDouble()).isEqualTo(0.125);
    assertThat(rows.path(2).path("values").has("helpfulness")).isFalse();
    assertThat(rows.path(2).path("values").path("accuracy").asDouble()).isEqualTo(0.875);
  }

  @Test
  void reflectiveWordsCountWhereTheyStandByThemselves() {
    Reflection reflection = new Reflection(List.of("wait", "vérifions", "let me check"));
    assertThat(reflection.count("Wait, await. wait:waits 9wait; Vérifions? Let me check. check"))
        .isEqualTo(Map.of("wait", 3, "vérifions", 1, "let me check", 1));
    assertThat(new Reflection(List.of()).count("wait")).isEmpty();
  }

  @Test
  void aStageCostsWhatItsStepsTook() {
    JsonNode stage = Json.MAPPER.readTree("{\"seconds\": 7.5, \"evaluation\": {\"seconds\": 2.5}}");
    List<JsonNode> lines =
        List.of(
            Json.MAPPER.readTree(
                "{\"generated\": 4, \"completions/mean_length\": 10, \"num_tokens\": 60}"),
            Json.MAPPER.readTree(
                "{\"generated\": 6, \"completions/mean_length\": 20, \"num_tokens\": 260}"));
    assertThat(StageCost.of(stage, stage.path("evaluation"), lines))
        .isEqualTo(new StageCost(7.5, 2.5, 10, 160, 260));
  }

  private void lines(Path file, String... lines) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, String.join("\n", lines) + "\n");
  }

  private static String line(int problem, String completion, double reward) {
    return "{\"problem_id\": "
        + problem
        + ", \"completion\": \""
        + completion
        + "\", \"verdict\": \"wrong\", \"reward\": "
        + reward
        + "}";
  }

  @Test
  void bestAndWorstAreByRewardAndOfDifferentProblems() throws IOException {
    Path file = folder.resolve("x.jsonl");
    lines(file, line(1, "a", 0.5), line(1, "b", 0.9), line(2, "c", 0.7), line(3, "d", -1));
    ObjectNode picked = Transcripts.pick(file, 5);
    assertThat(completions(picked, "best")).containsExactly("b", "c", "d");
    assertThat(completions(picked, "worst")).containsExactly("d", "a", "c");
    assertThat(completions(picked, "random")).hasSize(3);
    assertThat(Transcripts.pick(file, 5)).isEqualTo(picked);
  }

  private static List<String> completions(ObjectNode picked, String which) {
    List<String> all = new ArrayList<>();
    picked.path(which).forEach(l -> all.add(l.path("completion").asString("")));
    return all;
  }

  @Test
  void withoutRewardsRightIsBetterThanWrong() throws IOException {
    Path file = folder.resolve("x.jsonl");
    lines(
        file,
        "{\"problem_id\": 1, \"completion\": \"a\", \"verdict\": \"wrong\"}",
        "{\"problem_id\": 2, \"completion\": \"b\", \"verdict\": \"correct\"}");
    ObjectNode picked = Transcripts.pick(file, 1);
    assertThat(completions(picked, "best")).containsExactly("b", "a");
    assertThat(completions(picked, "worst")).containsExactly("a", "b");
  }

  @Test
  void aFleetHasAPlaceInBothFiles() throws IOException {
    ObjectNode report = (ObjectNode) Json.MAPPER.readTree(REPORT);
    report.set(
        "fleet",
        Json.MAPPER.readTree(
            """
            {"master": "spark://h:1", "chunks": 3, "retried_chunks": 1, "lost_chunks": 1,
             "failed_chunks": 0, "versions": 2, "published_bytes": 2500000, "executors": [
               {"id": "0", "host": "a", "lost": true, "chunks": 1, "lost_chunks": 1, "samples": 2,
                "tokens": 10, "seconds": 2, "tokens_per_second": 5}]}
            """));
    try (RunDirectory run = RunDirectory.create(folder.resolve("fleet"))) {
      new Report(run, List.of(), 1).write(report, "seed: 1");
      JsonNode written = Json.readObject(run.root().resolve("report.json"));
      assertThat(written.path("fleet").path("executors").path(0).path("tokens").asInt())
          .isEqualTo(10);
      String page = Files.readString(run.root().resolve("report.html"));
      assertThat(page)
          .contains("<h2>The fleet</h2>")
          .contains("tokens_per_second\":5")
          .contains("attempts lost with their executors");
    }
  }

  @Test
  void theReportGathersWhatTheFilesOfARunTell() throws IOException {
    try (RunDirectory run = RunDirectory.create(folder.resolve("run"))) {
      lines(
          run.metrics(),
          "{\"stage\": \"rl\", \"step\": 1, \"generated\": 2, \"completions/mean_length\": 3, \"num_tokens\": 9}");
      lines(run.rollouts("rl").resolve("step-000001.jsonl"), line(1, "wait, 3 wait", 1));
      lines(
          run.rollouts("rl").resolve("step-000002.jsonl"),
          line(1, "3", 1),
          line(1, "Wait </script>", 0));
      lines(run.evaluation("base"), line(8, "hmm", 0));
      ObjectNode report = (ObjectNode) Json.MAPPER.readTree(REPORT);
      new Report(run, List.of("wait", "hmm"), 1).write(report, "name: r");
      ObjectNode written = Json.readObject(run.root().resolve("report.json"));
      JsonNode rl = written.path("stages").path(2);
      assertThat(rl.path("cost").path("tokens_generated").asDouble()).isEqualTo(6);
      assertThat(rl.path("reflection").path(0).path("wait").asDouble()).isEqualTo(2);
      assertThat(rl.path("reflection").path(1).path("wait").asDouble())
          .isCloseTo(0.5, within(1e-12));
      assertThat(rl.path("reflection").path(1).path("step").asInt()).isEqualTo(2);
      assertThat(rl.path("transcripts").path("worst").path(0).path("completion").asString())
          .isEqualTo("Wait </script>");
      assertThat(written.path("before").path("reflective_words").asDouble()).isEqualTo(1);
      assertThat(written.path("table").path("columns").toString()).contains("reflective words");
      assertThat(written.path("table").path("rows").path(2).path("from").asString())
          .isEqualTo("cold");
      assertThat(written.path("table").path("rows").path(0).has("from")).isFalse();
      assertThat(written.path("sharpening").isArray()).isTrue();
      assertThat(Files.readString(run.root().resolve("report.html")))
          .doesNotContain("Wait </script>")
          .contains("Wait <\\/script>", "drawSharpening = ", "--accent: ")
          .doesNotContain("/*INCLUDE");
    }
  }
}
