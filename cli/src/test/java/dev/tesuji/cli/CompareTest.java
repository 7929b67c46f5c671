package dev.tesuji.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.json.Json;
import dev.tesuji.weights.NewModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A comparison with runs in processes of their own.
class CompareTest {
  @TempDir private Path folder = Path.of("");

  private Path comparison() throws IOException {
    new NewModel(1, 16, 24, 2, 1, 128).create(folder.resolve("model"), 3);
    return Files.writeString(
        folder.resolve("two.yaml"),
        """
        name: two
        model: model
        task: chainSums
        seeds: [4]
        threadsPerRun: 1
        evaluation: {problems: 4, samples: 2, maxNewTokens: 8}
        stages:
          - rl: {steps: 2, promptsPerStep: 2, groupSize: 2, maxNewTokens: 16,
                 guardian: {heldOutEvery: 1, heldOutProblems: 4}}
        variants:
          grpo: {}
          rloo: {rl: {rloo: {}}}
        """);
  }

  @Test
  void variantsAreRunLikeAnyRecipeAndSetBesideEachOther() throws IOException {
    Path file = comparison();
    Path out = folder.resolve("out");
    Cli cli = Cli.run("run", file, "--out", out);
    assertThat(cli.status()).as(cli.err()).isZero();
    assertThat(cli.out()).contains("2 runs").contains("95 % over seeds").contains("compare.html");
    for (String run : new String[] {"grpo-4", "rloo-4"}) {
      assertThat(out.resolve("runs").resolve(run).resolve("report.html")).exists();
      assertThat(out.resolve("runs").resolve(run).resolve("models/rl/tokenizer.json")).exists();
    }
    JsonNode variants = Json.readObject(out.resolve("compare.json")).path("variants");
    assertThat(variants.get(1).path("name").asString()).isEqualTo("rloo");
    assertThat(variants.get(1).path("completions").asDouble()).isEqualTo(8);
    assertThat(variants.get(1).path("curve").size()).isEqualTo(3);
    Cli again = Cli.run("run", file, "--out", out, "--resume");
    assertThat(again.status()).as(again.err()).isZero();
    assertThat(again.out()).contains("2 runs, 2 of them made before");
    Cli taken = Cli.run("run", file, "--out", out);
    assertThat(taken.status()).isEqualTo(2);
    assertThat(taken.err()).contains("already holds a run; add --resume");
  }

  @Test
  void aRecipeWithSeedsIsRunOncePerSeedAndReportedAsOne() throws IOException {
    Path file = comparison();
    String recipe = Files.readString(file).replaceFirst("(?s)variants:.*", "");
    Files.writeString(file, recipe.replace("seeds: [4]\nthreadsPerRun: 1", "seed: 9"));
    Path out = folder.resolve("out");
    Cli cli = Cli.run("run", file, "seeds=[4,5]", "rl.steps=1", "--out", out);
    assertThat(cli.status()).as(cli.err()).isZero();
    assertThat(cli.out())
        .contains("Running two with seeds [4, 5]: 2 runs")
        .contains("means over 2 seeds")
        .contains("report.html");
    JsonNode report = Json.readObject(out.resolve("report.json"));
    assertThat(report.path("stages").path("effects").toString())
        .isEqualTo("[{\"from\":\"base\",\"to\":\"rl\"}]");
    assertThat(report.path("cost").path(0).path("completions").asDouble()).isEqualTo(4);
    assertThat(report.path("sharpening").path(0).path("points").size()).isEqualTo(2);
    assertThat(out.resolve(report.path("runs").path(1).path("report").asString())).exists();
    Cli again = Cli.run("run", out.resolve("recipe.yaml"), "--out", out, "--resume");
    assertThat(again.status()).as(again.err()).isZero();
    assertThat(again.out()).contains("2 runs, 2 of them made before");
    Cli alone = Cli.run("run", file, "--out", out, "--resume");
    assertThat(alone.status()).isEqualTo(2);
    assertThat(alone.err()).contains("holds runs with several seeds or of several variants");
  }

  @Test
  void auditTriesARecipeWithSeedsOnce() throws IOException {
    Path file = comparison();
    Files.writeString(file, Files.readString(file).replaceFirst("(?s)variants:.*", ""));
    Cli cli = Cli.run("audit", file);
    assertThat(cli.status()).as(cli.err()).isZero();
    assertThat(cli.out()).contains("One run with each of the seeds [4]; this is the first");
  }

  @Test
  void auditTriesTheRewardsOfEveryVariant() throws IOException {
    Cli cli = Cli.run("audit", comparison());
    assertThat(cli.status()).as(cli.err()).isZero();
    assertThat(cli.out()).contains("Variant grpo").contains("Variant rloo");
  }
}
