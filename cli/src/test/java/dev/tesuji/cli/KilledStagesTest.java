package dev.tesuji.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A recipe with every kind of stage that R1 has, killed in each of them.
class KilledStagesTest {
  private static final long SEED = 20;
  private static final int STEPS = 16; // of every stage
  private static final List<String> STAGES = List.of("zero", "traces", "dev", "taste", "r1");

  private static final String RECIPE =
      """
      name: killed
      seed: 3
      newModel: {layers: 1, hiddenSize: 16, intermediateSize: 24, heads: 2, kvHeads: 1, maxPositions: 256, tokens: world}
      task: {world: {kinds: [sums, facts, harmful], languages: [en, fr], difficulty: 2}}
      evaluation: {problems: 6, samples: 2, maxNewTokens: 8}
      stages:
        - rl:
            name: zero
            evaluate: true
            task: {world: {kinds: [sums]}}
            steps: 16
            promptsPerStep: 4
            groupSize: 4
            maxNewTokens: 12
            rewards: [{kind: overlong, buffer: 8}]
            audit: warn
            checkpoint: {everySteps: 1}
            guardian: {heldOutEvery: 4, heldOutProblems: 4}
        - rejection:
            name: traces
            from: zero
            prompts: {count: 64, maxTokens: 64, task: {world: {kinds: [sums]}}}
            promptsPerStep: 4
            samplesPerPrompt: 3
            maxNewTokens: 8
            keep: []
            finished: false
            maxPerPrompt: 2
            refused: true
            checkpoint: {everySteps: 1}
        - sft:
            name: dev
            from: base
            evaluate: true
            data: [{stage: traces, share: 3}, {world: 40, share: 1}]
            maxTokens: 128
            steps: 16
            batchSize: 4
            checkpoint: {everySteps: 1}
        - rewardModel:
            name: taste
            comparisons: {world: {criterion: helpfulness, prompts: 60}}
            maxTokens: 256
            steps: 16
            batchSize: 4
            checkpoint: {everySteps: 1}
        - rl:
            name: r1
            from: dev
            steps: 16
            promptsPerStep: 4
            groupSize: 4
            maxNewTokens: 12
            rewards:
              - {kind: overlong, buffer: 8}
              - {kind: model, stage: taste, scores: answer, normalize: true}
            audit: warn
            grpo: {klCoefficient: 0.01}
            checkpoint: {everySteps: 1}
      """;

  /// Most of the time of its stage goes into trajectories of several turns.
  private static final String EPISODES =
      """
      name: episodes
      seed: 5
      newModel: {layers: 1, hiddenSize: 16, intermediateSize: 24, heads: 2, kvHeads: 1, maxPositions: 1024, tokens: calculator}
      task: cellar
      evaluation: {problems: 4, samples: 2, maxNewTokens: 32}
      stages:
        - rl:
            name: walk
            steps: 16
            promptsPerStep: 4
            groupSize: 4
            maxNewTokens: 240
            prompts: {maxTokens: 512}
            rewards: [{kind: overlong, buffer: 200}]
            audit: warn
            grpo: {credit: turn}
            checkpoint: {everySteps: 1}
      """;

  /// The policy joins its opponents twice before a kill in the middle and twice after it.
  private static final String SELVES =
      """
      name: selves
      seed: 7
      newModel: {layers: 1, hiddenSize: 16, intermediateSize: 24, heads: 2, kvHeads: 1, maxPositions: 512, tokens: calculator}
      task: {ticTacToe: {strengths: [50], selves: 3}}
      evaluation: {problems: 4, samples: 2, maxNewTokens: 32}
      stages:
        - rl:
            name: play
            steps: 16
            promptsPerStep: 4
            groupSize: 4
            maxNewTokens: 48
            prompts: {maxTokens: 256}
            rewards: [{kind: overlong, buffer: 40}]
            audit: warn
            checkpoint: {everySteps: 1}
      """;

  @TempDir private Path folder = Path.of("");

  private String recipe = RECIPE;
  private int started;

  private Process start(Path out, boolean resume) throws IOException {
    Path file = Files.writeString(folder.resolve("killed.yaml"), recipe);
    List<String> words = new ArrayList<>(List.of("run", file.toString(), "--out", out.toString()));
    if (resume) {
      words.add("--resume");
    }
    return Child.start(folder.resolve("log-" + started++), words);
  }

  private void finish(Process process) throws Exception {
    assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue())
        .as(Files.readString(folder.resolve("log-" + (started - 1))))
        .isZero();
  }

  @Test
  void aRunThatIsKilledInEveryStageEndsAsOneThatWasNot() throws Exception {
    endsTheSame(STAGES);
  }

  /// Kills a run while trajectories are under way: they are drawn again from their counters. Run by
  /// hand: it takes most of a minute.
  @Test
  @EnabledIfSystemProperty(named = "tesuji.slow", matches = "true")
  void aRunThatIsKilledWithinTrajectoriesEndsAsOneThatWasNot() throws Exception {
    recipe = EPISODES;
    endsTheSame(List.of("walk"));
    try (Stream<Path> rollouts = Files.walk(folder.resolve("killed/rollouts"))) {
      List<Path> files = rollouts.filter(f -> f.toString().endsWith(".jsonl")).toList();
      assertThat(files).isNotEmpty();
      assertThat(files)
          .anySatisfy(f -> assertThat(Files.readString(f)).containsPattern("\"turns\":[2-9]"));
    }
  }

  /// Kills a run in which the policy plays against what it was before: its opponents are part of
  /// its checkpoints.
  @Test
  @EnabledIfSystemProperty(named = "tesuji.slow", matches = "true")
  void aRunThatMeetsItsEarlierSelvesIsKilledAndEndsAsOneThatWasNot() throws Exception {
    recipe = SELVES;
    endsTheSame(List.of("play"));
  }

  private void endsTheSame(List<String> stages) throws Exception {
    Path whole = folder.resolve("whole");
    finish(start(whole, false));
    Map<String, Double> seconds = new TreeMap<>();
    for (JsonNode stage : report(whole).path("stages")) {
      assertThat(stage.path("steps").asInt()).isEqualTo(STEPS);
      seconds.put(stage.path("name").asString(""), stage.path("seconds").asDouble());
    }
    assertThat(seconds.keySet()).containsExactlyInAnyOrderElementsOf(stages);

    Path killed = folder.resolve("killed");
    Random random = new Random(SEED);
    for (int i = 0; i < stages.size(); i++) {
      double most = 0.5 * seconds.getOrDefault(stages.get(i), 0.0);
      Process process = start(killed, i > 0);
      killIn(
          process,
          killed,
          stages.get(i),
          Duration.ofNanos((long) (1e9 * most * random.nextDouble())));
      assertThat(done(killed)).as("stages done before the kill, seed " + SEED).isEqualTo(i);
    }
    finish(start(killed, true));

    assertThat(files(killed)).isEqualTo(files(whole));
    assertThat(metrics(killed)).isEqualTo(metrics(whole));
    assertThat(outcome(killed)).isEqualTo(outcome(whole));
    assertThat(files(killed.resolve("checkpoints"))).isEmpty();
    List<String> before = metrics(killed);
    finish(start(killed, true)); // there is nothing left to do
    assertThat(metrics(killed)).isEqualTo(before);
  }

  /// Kills a run some time after the first step of a stage, and at the latest in its middle.
  private void killIn(Process process, Path out, String stage, Duration delay) throws Exception {
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (steps(out, stage) < 1) {
      assertThat(process.isAlive())
          .as(Files.readString(folder.resolve("log-" + (started - 1))))
          .isTrue();
      assertThat(System.nanoTime()).as("a first step of stage " + stage).isLessThan(deadline);
      Thread.sleep(2);
    }
    long due = System.nanoTime() + delay.toNanos();
    while (System.nanoTime() < due && steps(out, stage) < STEPS / 2) {
      Thread.sleep(2);
    }
    process.destroyForcibly(); // SIGKILL
    process.waitFor();
  }

  /// Counts the steps of a stage that were logged, whole lines or not.
  private static int steps(Path out, String stage) throws IOException {
    Path metrics = out.resolve("metrics.jsonl");
    if (!Files.exists(metrics)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(metrics)) {
      return (int)
          lines
              .filter(l -> l.startsWith("{\"stage\":\"" + stage + "\"") && l.contains("step_time"))
              .count();
    }
  }

  private static int done(Path out) {
    return Json.readObject(out.resolve("state.json")).path("stages").size();
  }

  private static ObjectNode report(Path out) {
    return Json.readObject(out.resolve("report.json"));
  }

  /// Returns what was found at the end, without times.
  private static JsonNode outcome(Path out) {
    return ((ObjectNode) report(out).path("after")).without(List.of("seconds"));
  }

  /// Returns all that a run has made but metrics, reports, and what tells the time.
  private static Map<String, String> files(Path out) throws IOException {
    Map<String, String> files = new TreeMap<>();
    if (!Files.exists(out)) {
      return files;
    }
    try (Stream<Path> tree = Files.walk(out)) {
      for (Path file : tree.filter(Files::isRegularFile).toList()) {
        String name = out.relativize(file).toString();
        if (!name.matches("(metrics|state|report|tensorboard|testtime)[./].*")) {
          files.put(name, Integer.toHexString(Arrays.hashCode(Files.readAllBytes(file))));
        }
      }
    }
    return files;
  }

  /// Returns the metrics, without times, speeds and memory.
  private static List<String> metrics(Path out) throws IOException {
    List<String> all = new ArrayList<>();
    for (String line : Files.readAllLines(out.resolve("metrics.jsonl"))) {
      ObjectNode fields = (ObjectNode) Json.MAPPER.readTree(line);
      List.copyOf(fields.propertyNames()).stream()
          .filter(n -> n.equals("step_time") || n.startsWith("timing_s/") || n.startsWith("perf/"))
          .forEach(fields::remove);
      all.add(Json.line(fields));
    }
    return all;
  }
}
