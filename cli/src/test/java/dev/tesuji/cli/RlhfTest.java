package dev.tesuji.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import dev.tesuji.studio.StudioServer;
import dev.tesuji.studio.StudioSettings;
import dev.tesuji.world.Ranking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From answers over labels to a policy, by the command line.
class RlhfTest {
  @TempDir Path folder;

  /// Writes two answers to each of some requests: a good one, and one that says nothing.
  private Path answers() throws IOException {
    String lines =
        LongStream.range(0, 12)
            .mapToObj(Ranking.Criterion.HELPFULNESS.questions()::posed)
            .map(p ->
                Json.MAPPER
                    .createObjectNode()
                    .put("prompt", p.text() + "\n")
                    .put("chosen", "<answer>" + p.answer() + "</answer>")
                    .put("rejected", "<answer>no.</answer>"))
            .map(n -> Json.line(n) + "\n")
            .collect(Collectors.joining());
    return Files.writeString(folder.resolve("answers.jsonl"), lines);
  }

  @Test
  void simulatedAnnotatorsPreferWhatIsRightAndAreMarked() throws IOException {
    Path labels = folder.resolve("labels");
    Files.createDirectories(folder.resolve("runs"));
    Cli made = Cli.run("labels", "create", "--project", labels.resolve("p"), "--in", answers());
    assertThat(made.status()).as(made.err()).isZero();
    try (StudioServer studio =
        new StudioServer(new StudioSettings(folder.resolve("runs"), labels, "127.0.0.1", 0))) {
      String url = "http://127.0.0.1:" + studio.port();
      Cli simulated =
          Cli.run(
              "labels",
              "simulate",
              "--url",
              url,
              "--project",
              "p",
              "--annotators",
              "2",
              "--noise",
              "0");
      assertThat(simulated.status()).as(simulated.err()).isZero();
      assertThat(simulated.out()).contains("judgements by 2 simulated annotators");
    }
    Path out = folder.resolve("rankings.jsonl");
    Cli.run(
        "labels", "export", "--project", labels.resolve("p"), "--shape", "rankings", "--out", out);
    assertThat(Files.readAllLines(out))
        .hasSizeGreaterThanOrEqualTo(12)
        .allMatch(l -> l.contains("\"ranks\":[1,2]") && l.contains("\"simulated\":true"));
  }

  @Test
  void theRecipeRunsUnattended() throws IOException {
    Path recipe = Fixtures.checkout().resolve("recipes/rlhf.yaml");
    Path out = folder.resolve("out");
    Cli run =
        Cli.run(
            "run",
            recipe,
            "evaluation.problems=6",
            "evaluation.samples=1",
            "rewardModel.steps=2",
            "rl.steps=2",
            "rl.promptsPerStep=2",
            "rl.groupSize=2",
            "rl.guardian.heldOutEvery=1",
            "rl.guardian.heldOutProblems=4",
            "--out",
            out);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).contains("Stage 'helpful': held-out accuracy ");
    assertThat(Files.readString(out.resolve("metrics.jsonl"))).contains("eval/gold");
    assertThat(Json.readObject(out.resolve("report.json")).path("after").path("world").isObject())
        .isTrue();
  }

  @Test
  void aStudioThatIsNotThereIsSaid() {
    Cli none = Cli.run("labels", "simulate", "--url", "ftp://127.0.0.1", "--project", "p");
    assertThat(none.status()).isEqualTo(2);
    assertThat(none.err()).contains("option --url must be an address such as");
  }

  @Test
  void aRunWithoutATrackerIsNotTracked() throws IOException {
    Path run = Files.createDirectories(folder.resolve("run"));
    Cli none = Cli.run("track", run);
    assertThat(none.status()).isEqualTo(2);
    assertThat(none.err()).contains("holds no run");
  }
}
