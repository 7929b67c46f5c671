package dev.tesuji.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.check.BadInput;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.demo.Demonstrations;
import dev.tesuji.json.Json;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.recipe.CommonSettings;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.recipe.RecipeReader;
import dev.tesuji.recipe.StageSettings;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.run.StopSignal;
import dev.tesuji.run.Stopped;
import dev.tesuji.stage.Registry;
import dev.tesuji.stage.RunContext;
import dev.tesuji.stage.Stage;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.train.MemoryPlan;
import dev.tesuji.train.Metrics;
import dev.tesuji.train.Trainer;
import dev.tesuji.yaml.Named;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A kind of stage that Tesuji does not have: these settings, this class, one line of registration.
@ExtendWith(LeakCheck.class)
class OwnStageTest {
  /// Counts up, and trains nothing.
  ///
  /// @param stride by how much
  @Named("counting")
  public record CountingSettings(int stride, @Unwrapped CommonSettings common)
      implements StageSettings {
    public static final CountingSettings DEFAULT =
        new CountingSettings(1, CommonSettings.of("counting", 4, OptimizerConfig.DEFAULT));
  }

  private record Counting(CountingSettings settings, RunContext context) implements Stage {
    @Override
    public void check() {
      if (settings.stride() < 1) {
        throw new IllegalArgumentException("stride must be at least 1, got " + settings.stride());
      }
    }

    @Override
    public MemoryPlan.Load pass() {
      return MemoryPlan.Load.plain(8, 8, null);
    }

    @Override
    public void read() {}

    @Override
    public Description describe() {
      return new Description("" + settings.steps(), "numbers", "nothing");
    }

    @Override
    public OpenTrainer open(RunDirectory run, Path from) {
      return OpenTrainer.of(new Counter(settings.stride()), () -> saveModel(run));
    }
  }

  private static final class Counter implements Trainer, AutoCloseable {
    private final int stride;
    private int count;

    Counter(int stride) {
      this.stride = stride;
    }

    @Override
    public Metrics step(int step) {
      count += stride;
      if (count == 6 && stopAtSix != null) {
        stopAtSix.request();
      }
      return new Metrics().put("count", count);
    }

    @Override
    public String note(Metrics metrics) {
      return "" + count;
    }

    @Override
    public ObjectNode state() {
      return Json.MAPPER.createObjectNode().put("count", count);
    }

    @Override
    public void save(Path folder) {}

    @Override
    public void restore(Path folder, JsonNode state) {
      count = state.path("count").asInt();
    }

    @Override
    public ObjectNode summary() {
      return Json.MAPPER.createObjectNode().put("count", count);
    }

    @Override
    public void close() {}
  }

  private static @Nullable StopSignal stopAtSix;

  private static final Registry REGISTRY =
      Demonstrations.REGISTRY.withStage(CountingSettings.class, Counting::new);

  private static final String RECIPE =
      """
      name: test
      newModel: {layers: 1, hiddenSize: 16, intermediateSize: 24, heads: 2, kvHeads: 1, maxPositions: 64}
      task: chainSums
      evaluation: {problems: 2, samples: 2, maxNewTokens: 8}
      stages:
        - counting: {stride: 3, checkpoint: {everySteps: 1}}
        - counting: {name: again, from: base}
      """;

  @TempDir private Path folder = Path.of("");

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private Recipe read(String... overrides) throws IOException {
    Path file = Files.writeString(folder.resolve("recipe.yaml"), RECIPE);
    return new RecipeReader(REGISTRY.kinds()).read(file, List.of(overrides));
  }

  private PrintStream console() {
    return new PrintStream(said, true, StandardCharsets.UTF_8);
  }

  private ObjectNode run(boolean resume, boolean stops) throws IOException {
    try (StopSignal stop = new StopSignal()) {
      stopAtSix = stops ? stop : null;
      return new RecipeRunner(REGISTRY, read(), folder.resolve("run"), resume, console()).run(stop);
    }
  }

  @Test
  void itIsBoundFromYamlAndWrittenBack() throws IOException {
    Recipe recipe = read("stages.2.counting.steps=7");
    assertThat(recipe.stages().getFirst())
        .isInstanceOfSatisfying(CountingSettings.class, s -> assertThat(s.stride()).isEqualTo(3));
    assertThat(recipe.stages().getLast().steps()).isEqualTo(7);
    Path again = Files.writeString(folder.resolve("again.yaml"), recipe.toYaml());
    assertThat(new RecipeReader(REGISTRY.kinds()).read(again, List.of())).isEqualTo(recipe);
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read("stages.1.counting.strid=2"))
        .withMessage(
            "stages.1.counting.strid=2: unknown key 'strid' in 'counting' (did you mean"
                + " 'stride'?)");
  }

  @Test
  void aDryRunChecksDescribesAndPlansIt() throws IOException {
    assertThat(new DryRun(REGISTRY, read(), console()).run()).isTrue();
    assertThat(said.toString(StandardCharsets.UTF_8))
        .containsPattern("counting +counting +base +4 +numbers +nothing\n")
        .containsPattern("again +counting +base +4 +numbers +nothing\n")
        .contains("Stage 'counting' takes the most, ");
    assertThat(new DryRun(REGISTRY, read("stages.1.counting.stride=0"), console()).run()).isFalse();
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("NO: stage 'counting': stride must be at least 1, got 0");
  }

  @Test
  void aRunRefusesWhatItRefuses() throws IOException {
    try (StopSignal stop = new StopSignal()) {
      RecipeRunner runner =
          new RecipeRunner(
              REGISTRY,
              read("stages.1.counting.stride=0"),
              folder.resolve("run"),
              false,
              console());
      assertThatExceptionOfType(BadInput.class)
          .isThrownBy(() -> runner.run(stop))
          .withMessage("stage 'counting': stride must be at least 1, got 0");
    }
  }

  @Test
  void itRunsIsResumedAndReported() throws IOException {
    assertThatExceptionOfType(Stopped.class).isThrownBy(() -> run(false, true));
    ObjectNode report = run(true, false);
    assertThat(report.at("/stages/0/kind").asString()).isEqualTo("counting");
    assertThat(report.at("/stages/0/count").asInt()).as("4 steps of 3").isEqualTo(12);
    assertThat(report.at("/stages/1/count").asInt()).as("4 steps of 1").isEqualTo(4);
    List<JsonNode> lines =
        Files.readAllLines(folder.resolve("run/metrics.jsonl")).stream()
            .map(l -> Json.MAPPER.readTree(l))
            .toList();
    assertThat(lines)
        .extracting(l -> l.path("count").asInt())
        .containsExactly(3, 6, 9, 12, 1, 2, 3, 4);
    assertThat(folder.resolve("run/models/again/config.json")).exists();
    assertThat(folder.resolve("run/report.html")).content().contains("counting");
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("Stage 'counting': about ");
  }
}
