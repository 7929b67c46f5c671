package dev.tesuji.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.check.BadInput;
import dev.tesuji.demo.Demonstrations;
import dev.tesuji.json.JsonLines;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.recipe.RecipeReader;
import dev.tesuji.run.StopSignal;
import dev.tesuji.run.Stopped;
import dev.tesuji.tensor.LeakCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A recipe without a language model, with the stages of games.
@ExtendWith(LeakCheck.class)
class GoRecipeTest {
  private static final String RECIPE =
      """
      name: test
      stages:
        - alphaZero:
            game: {go: {size: 3, komi: 0.5}}
            network: {channels: 8, blocks: 1}
            games: 4
            positions: 30
            simulations: 4
            fastSimulations: 2
            considered: 4
            window: 60
            batchSize: 16
            snapshotEvery: 2
            steps: 4
            checkpoint: {everySteps: 1}
        - selfPlay: {game: {go: {size: 3, komi: 0.5}}, games: 4, steps: 2}
        - match:
            game: {go: {size: 3, komi: 0.5}}
            player: {stage: selfPlay}
            opponent: {stage: alphaZero, visits: 4}
            games: 6
            parallel: 4
      """;

  private static final String WITH_PROGRESS =
      RECIPE
          + """
            - match:
                name: progress
                game: {go: {size: 3, komi: 0.5}}
                player: {stage: alphaZero}
                opponent: {stage: alphaZero, step: 2}
                games: 2
                parallel: 2
          """;

  @TempDir private Path folder = Path.of("");

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private Recipe read(String text, String... overrides) throws IOException {
    Path file = Files.writeString(folder.resolve("recipe.yaml"), text);
    return new RecipeReader(Demonstrations.REGISTRY.kinds()).read(file, List.of(overrides));
  }

  private PrintStream console() {
    return new PrintStream(said, true, StandardCharsets.UTF_8);
  }

  private JsonNode run(Path out, boolean resume, StopSignal stop, OutputStream to)
      throws IOException {
    PrintStream console = new PrintStream(to, true, StandardCharsets.UTF_8);
    return new RecipeRunner(Demonstrations.REGISTRY, read(WITH_PROGRESS), out, resume, console)
        .run(stop);
  }

  /// Asks for a stop as soon as a stage is announced.
  private static OutputStream stoppingAt(String word, StopSignal stop) {
    return new ByteArrayOutputStream() {
      @Override
      public synchronized void write(byte[] bytes, int from, int length) {
        super.write(bytes, from, length);
        if (toString(StandardCharsets.UTF_8).contains(word)) {
          stop.request();
        }
      }
    };
  }

  @Test
  void itRunsToItsEndAndReportsTheMatch() throws IOException {
    JsonNode report;
    try (StopSignal stop = new StopSignal()) {
      report = run(folder.resolve("run"), false, stop, said);
    }
    assertThat(folder.resolve("run/models/alphaZero/model.safetensors")).exists();
    assertThat(folder.resolve("run/models/selfPlay/config.json")).exists();
    assertThat(folder.resolve("run/data/match/game-0005.sgf")).exists();
    assertThat(folder.resolve("run/report.html")).exists();
    JsonNode match = report.at("/matches/0");
    assertThat(match.at("/players/0").asString()).isEqualTo("selfPlay");
    assertThat(match.at("/players/1").asString()).isEqualTo("alphaZero, 4 visits");
    assertThat(match.path("n").asInt()).isEqualTo(6);
    assertThat(match.at("/as_first/n").asInt()).isEqualTo(3);
    assertThat(match.at("/as_second/n").asInt()).isEqualTo(3);
    assertThat(match.path("score").asDouble()).isBetween(0.0, 1.0);
    assertThat(report.path("model").asString()).endsWith("models/selfPlay");
    assertThat(folder.resolve("run/models/alphaZero-step-2/model.safetensors")).exists();
    assertThat(folder.resolve("run/models/alphaZero-step-4")).as("is alphaZero").doesNotExist();
    JsonNode progress = report.at("/matches/1");
    assertThat(progress.at("/players/1").asString()).isEqualTo("alphaZero after step 2");
    assertThat(progress.at("/opponent/step").asInt()).isEqualTo(2);
    assertThat(progress.at("/player/stage").asString()).isEqualTo("alphaZero");
    assertThat(Files.readString(folder.resolve("run/report.html")))
        .as("the page has games, the file does not")
        .contains("\"sgf\":[\"(;");
    assertThat(match.has("sgf")).isFalse();
  }

  @Test
  void aNetworkThatWasNotKeptIsRefused() {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(WITH_PROGRESS.replace("step: 2}", "step: 3}")))
        .withMessageContaining(
            "'step' of a player of stage 'progress' must be one after which stage 'alphaZero'"
                + " keeps its network (its 'snapshotEvery'), got 3");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(RECIPE, "match.player.step=2"))
        .withMessageContaining("keeps its network (its 'snapshotEvery'), got 2");
  }

  @Test
  void aRunThatWasStoppedGoesOnAsIfItHadNotBeen() throws IOException {
    try (StopSignal stop = new StopSignal()) {
      run(folder.resolve("straight"), false, stop, said);
    }
    for (String stage : List.of("'alphaZero'", "'selfPlay'", "'match'")) {
      boolean first = stage.contains("alphaZero");
      try (StopSignal stop = new StopSignal()) {
        assertThatExceptionOfType(Stopped.class)
            .isThrownBy(() -> run(folder.resolve("broken"), !first, stop, stoppingAt(stage, stop)));
      }
    }
    try (StopSignal stop = new StopSignal()) {
      run(folder.resolve("broken"), true, stop, said);
    }
    for (String file : List.of("models/alphaZero", "models/selfPlay")) {
      assertThat(folder.resolve("broken").resolve(file).resolve("model.safetensors"))
          .hasSameBinaryContentAs(
              folder.resolve("straight").resolve(file).resolve("model.safetensors"));
    }
    assertThat(losses(folder.resolve("broken"))).isEqualTo(losses(folder.resolve("straight")));
  }

  private static List<String> losses(Path run) {
    return JsonLines.readAll(run.resolve("metrics.jsonl")).stream()
        .map(r ->
            r.fields().path("stage")
                + " "
                + r.fields().path("step")
                + " "
                + r.fields().path("loss")
                + " "
                + r.fields().path("match/score"))
        .toList();
  }

  @Test
  void aDryRunNeedsNoModelAndNoTask() throws IOException {
    assertThat(new DryRun(Demonstrations.REGISTRY, read(RECIPE), console()).run()).isTrue();
    assertThat(said.toString(StandardCharsets.UTF_8))
        .containsPattern("alphaZero +alphaZero +base +4 +self-play of go-3x3 +120 positions")
        .containsPattern(
            "match +match +selfPlay +2 +selfPlay against alphaZero, 4 visits +6 games");
  }

  @Test
  void aProgramThatIsMissingIsNamedBeforeAnythingIsTrained() throws IOException {
    Recipe recipe = read(RECIPE, "match.opponent={program: no-such-program --mode gtp}");
    assertThat(new DryRun(Demonstrations.REGISTRY, recipe, console()).run()).isFalse();
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains(
            "NO: the program 'no-such-program' was not found on the PATH or in /usr/games; install"
                + " it (GNU Go on Debian and Ubuntu: apt-get install gnugo) or name another program"
                + " that speaks GTP");
  }

  @Test
  void aTaskIsRefusedWhereNothingTrainsALanguageModel() {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(RECIPE, "task=chainSums"))
        .withMessageContaining(
            "'model', 'newModel' and 'task' must be left out where no stage trains a language"
                + " model");
  }

  @Test
  void stagesThatNobodyMadeAreRefused() {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(RECIPE, "match.player.stage=nobody"))
        .withMessageContaining(
            "'stage' of a player of stage 'match' must be the name of a stage before it that makes"
                + " a network that plays, got 'nobody'");
  }

  @Test
  void aLanguageModelsStageStillNeedsATask() {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read("name: t\nnewModel: {layers: 1}\nstages: [{sft: {}}]\n"))
        .withMessageContaining("'task' of 'recipe' must be given");
  }
}
