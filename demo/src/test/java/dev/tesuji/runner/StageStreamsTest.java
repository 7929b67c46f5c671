package dev.tesuji.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.demo.Demonstrations;
import dev.tesuji.demo.Recipes;
import dev.tesuji.json.JsonLines;
import dev.tesuji.run.StopSignal;
import dev.tesuji.tensor.LeakCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What a stage draws follows from the run's seed and its own name.
@ExtendWith(LeakCheck.class)
class StageStreamsTest {
  private static final String HEAD =
      """
      name: test
      newModel: {layers: 1, hiddenSize: 16, intermediateSize: 24, heads: 2, kvHeads: 1, maxPositions: 64}
      task: chainSums
      evaluation: {problems: 0}
      stages:
      """;
  private static final String TRACES =
      """
        - rejection: {name: NAME, prompts: {count: 12}, promptsPerStep: 6, samplesPerPrompt: 2, maxNewTokens: 4, keep: [], finished: false, deduplicate: none}
      """;
  private static final String RL =
      """
        - rl: {name: NAME, steps: 1, promptsPerStep: 4, groupSize: 2, maxNewTokens: 4, grpo: {}, audit: off, guardian: {action: off}}
      """;

  @TempDir private Path folder = Path.of("");

  private Path run(String name, String... stages) throws IOException {
    Path file = Files.writeString(folder.resolve(name + ".yaml"), HEAD + String.join("", stages));
    Path out = folder.resolve(name);
    try (StopSignal stop = new StopSignal();
        PrintStream console =
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8)) {
      new RecipeRunner(Demonstrations.REGISTRY, Recipes.read(file, List.of()), out, false, console)
          .run(stop);
    }
    return out;
  }

  private static String named(String stage, String name) {
    return stage.replace("NAME", name);
  }

  /// Returns what a stage of rejection sampling kept, each with its problem.
  private static List<String> kept(Path run, String stage) {
    return lines(run.resolve("data").resolve(stage).resolve("kept.jsonl"), "completion");
  }

  private static List<String> drawn(Path run, String stage) {
    return lines(run.resolve("rollouts").resolve(stage).resolve("step-000001.jsonl"), "completion");
  }

  private static List<String> lines(Path file, String field) {
    return JsonLines.readAll(file).stream()
        .map(row -> row.fields().path("problem_id") + " " + row.fields().path(field))
        .toList();
  }

  private static List<String> problems(List<String> lines) {
    return lines.stream().map(l -> l.substring(0, l.indexOf(' '))).distinct().toList();
  }

  @Test
  void stagesPoseDifferentProblems() throws IOException {
    Path run = run("two", named(TRACES, "a"), named(TRACES, "b"), named(RL, "c"), named(RL, "d"));
    List<String> a = problems(kept(run, "a"));
    List<String> b = problems(kept(run, "b"));
    List<String> c = problems(drawn(run, "c"));
    List<String> d = problems(drawn(run, "d"));
    assertThat(a).hasSize(12).doesNotContainAnyElementsOf(b).doesNotContainAnyElementsOf(c);
    assertThat(b).hasSize(12).doesNotContainAnyElementsOf(c).doesNotContainAnyElementsOf(d);
    assertThat(c).hasSize(4).doesNotContainAnyElementsOf(d);
  }

  @Test
  void aStageThatIsPutBeforeOthersChangesNothingOfWhatTheyDraw() throws IOException {
    Path alone = run("alone", named(TRACES, "a"), named(RL, "c"));
    Path after = run("after", named(TRACES, "new"), named(TRACES, "a"), named(RL, "c"));
    assertThat(kept(after, "a")).isEqualTo(kept(alone, "a"));
    assertThat(drawn(after, "c")).isEqualTo(drawn(alone, "c"));
  }

  @Test
  void anotherSeedPosesOtherProblems() throws IOException {
    Path one = run("one", named(TRACES, "a"));
    Path other = run("other", named(TRACES, "a") + "seed: 2\n");
    assertThat(problems(kept(other, "a"))).doesNotContainAnyElementsOf(problems(kept(one, "a")));
  }
}
