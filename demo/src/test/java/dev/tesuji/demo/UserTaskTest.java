package dev.tesuji.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.answer.Verdict;
import dev.tesuji.check.BadInput;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.run.StopSignal;
import dev.tesuji.runner.RecipeRunner;
import dev.tesuji.tensor.LeakCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/// Tasks that users write in Java.
@ExtendWith(LeakCheck.class)
class UserTaskTest {
  /// Asks for the number after a number.
  interface Successor extends Task {
    int largest();

    @Override
    default String name() {
      return "successor";
    }

    @Override
    default long size() {
      return largest();
    }

    @Override
    default Problem problem(long index) {
      return new Problem(index, index + "+1=", "" + (index + 1), "successor " + index);
    }

    @Override
    default List<Problem> heldOut(int count) {
      return List.of(problem(largest()));
    }

    @Override
    default String prompt(Problem problem) {
      return problem.text();
    }

    @Override
    default String extract(String response) {
      return response.replaceAll("<.*>", "");
    }

    @Override
    default Verdict grade(Problem problem, String response) {
      return response.contains(problem.answer()) ? Verdict.CORRECT : Verdict.WRONG;
    }
  }

  /// A record, whose components are settings.
  public record AsRecord(int largest) implements Successor {
    public static final AsRecord DEFAULT = new AsRecord(10);

    public AsRecord {
      if (largest < 2) {
        throw new IllegalArgumentException("largest must be at least 2, got " + largest);
      }
    }
  }

  /// A class that is given its settings by name.
  public static final class ByName implements Successor {
    private final int largest;

    public ByName(Map<String, String> settings) {
      largest = Integer.parseInt(settings.getOrDefault("largest", "10"));
    }

    @Override
    public int largest() {
      return largest;
    }
  }

  /// A class without settings.
  public static class Plain implements Successor {
    @Override
    public int largest() {
      return 10;
    }
  }

  static final class Hidden extends Plain {}

  public static final class Demanding extends Plain {
    public Demanding(int a, int b) {}
  }

  public static final class Broken extends Plain {
    public Broken() {
      throw new IllegalStateException("no riddles today");
    }
  }

  public static final class ThrowsAlways extends Plain {
    @Override
    public Verdict grade(Problem problem, String response) {
      throw new UnsupportedOperationException("not yet");
    }
  }

  public static final class ThrowsLater extends Plain {
    @Override
    public Problem problem(long index) {
      if (index > 2) {
        throw new IndexOutOfBoundsException("only three");
      }
      return super.problem(index);
    }

    @Override
    public List<Problem> heldOut(int count) {
      return List.of(problem(0));
    }
  }

  public static final class Empty extends Plain {
    @Override
    public long size() {
      return 0;
    }
  }

  public static final class NullPrompt extends Plain {
    @Override
    @SuppressWarnings("NullAway") // on purpose
    public String prompt(Problem problem) {
      return null;
    }
  }

  public static final class NullProblems extends Plain {
    @Override
    @SuppressWarnings("NullAway") // on purpose
    public List<Problem> heldOut(int count) {
      return java.util.Collections.singletonList(null);
    }
  }

  @TempDir private Path folder = Path.of("");

  private Recipe read(String task, String... overrides) throws IOException {
    String text =
        """
        name: test
        newModel: {layers: 1, hiddenSize: 16, intermediateSize: 24, heads: 2, kvHeads: 1, maxPositions: 64}
        task: %s
        evaluation: {problems: 2, samples: 2, maxNewTokens: 4}
        stages:
          - rl: {steps: 1, promptsPerStep: 2, groupSize: 2, maxNewTokens: 4, prompts: {maxTokens: 32}, audit: off}
        """
            .formatted(task);
    return Recipes.read(Files.writeString(folder.resolve("recipe.yaml"), text), List.of(overrides));
  }

  private static String task(Class<?> type, String settings) {
    return "{kind: java, class: " + type.getName() + settings + "}";
  }

  private Task open(String task) throws IOException {
    return read(task).requireTask().open(null);
  }

  @Test
  void aRecordIsMadeOfItsSettingsAndItsDefaults() throws IOException {
    assertThat(open(task(AsRecord.class, ", largest: 7")).size()).isEqualTo(7);
    assertThat(open(task(AsRecord.class, "")).size()).isEqualTo(10);
  }

  @Test
  void aClassIsGivenItsSettingsByName() throws IOException {
    assertThat(open(task(ByName.class, ", largest: 5")).size()).isEqualTo(5);
    assertThat(open(task(Plain.class, "")).size()).isEqualTo(10);
  }

  @Test
  void theEffectiveRecipeReadsBackTheSame() throws IOException {
    Recipe recipe = read(task(AsRecord.class, ", largest: 7"));
    Path again = Files.writeString(folder.resolve("again.yaml"), recipe.toYaml());
    assertThat(Recipes.read(again, List.of())).isEqualTo(recipe);
    assertThat(
            read(task(AsRecord.class, ""), "task.java.largest=4").requireTask().open(null).size())
        .isEqualTo(4);
  }

  @Test
  void aRunPosesItsProblems() throws IOException {
    Recipe recipe = read(task(AsRecord.class, ", largest: 7"));
    ObjectNode report;
    try (StopSignal stop = new StopSignal();
        PrintStream out =
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8)) {
      report =
          new RecipeRunner(Demonstrations.REGISTRY, recipe, folder.resolve("run"), false, out)
              .run(stop);
    }
    assertThat(report.path("task").asString()).isEqualTo("successor");
    assertThat(report.at("/after/problems").asInt()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "Missing | was not found; give the jar or folder that it is in as 'classPath'",
        "Hidden | must be public",
        "Demanding | must be a record, or have a public constructor without parameters or one that takes a Map<String, String>",
        "Broken | could not be made: java.lang.IllegalStateException: no riddles today",
        "Plain, largest: 3 | must have a public constructor that takes a Map<String, String>, or be a record, to be given settings, got largest",
        "ByName, largest: many | could not be made: java.lang.NumberFormatException: For input string: ?many?"
      })
  void aClassThatCannotBeMadeIsNamedInASentence(String which, String problem) {
    String name = which.replaceFirst(",.*", "");
    String settings = which.substring(name.length());
    String task =
        "{kind: java, class: " + UserTaskTest.class.getName() + "$" + name + settings + "}";
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> open(task))
        .withMessageMatching(
            java.util.regex.Pattern.quote(
                    "task class '" + UserTaskTest.class.getName() + "$" + name + "' " + problem)
                .replace("?", "\\E.\\Q"));
  }

  @Test
  void aClassThatIsNoTaskIsNamed() {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> open("{kind: java, class: java.lang.String}"))
        .withMessage("task class 'java.lang.String' must implement dev.tesuji.env.Task");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> open("java"))
        .withMessage("a task of kind 'java' needs 'class', the name of a class");
  }

  @Test
  void settingsThatARecordDoesNotHaveOrRefusesAreNamed() {
    String name = AsRecord.class.getName();
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> open(task(AsRecord.class, ", larget: 3")))
        .withMessage(
            "task class '%s': unknown key 'larget' in '%s' (did you mean 'largest'?)"
                .formatted(name, name));
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> open(task(AsRecord.class, ", largest: 1")))
        .withMessage(
            "task class '%s': in '%s': largest must be at least 2, got 1".formatted(name, name));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ThrowsAlways | grade of problem 0 threw java.lang.UnsupportedOperationException: not yet",
        "Empty | size() must be at least 1, got 0",
        "NullPrompt | prompt of problem 0 must return a value, got null",
        "NullProblems | heldOut(1) must return a value, got null"
      })
  void aTaskThatFailsOnItsFirstProblemIsRefused(String which, String problem) {
    String name = UserTaskTest.class.getName() + "$" + which;
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> open("{kind: java, class: " + name + "}"))
        .withMessage("task class '" + name + "': " + problem);
  }

  @Test
  void aTaskThatFailsLaterEndsTheRunInASentence() throws IOException {
    Recipe recipe = read(task(ThrowsLater.class, ""));
    try (StopSignal stop = new StopSignal();
        PrintStream out =
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8)) {
      RecipeRunner runner =
          new RecipeRunner(Demonstrations.REGISTRY, recipe, folder.resolve("run"), false, out);
      assertThatExceptionOfType(BadInput.class)
          .isThrownBy(() -> runner.run(stop))
          .withMessage(
              "task class '"
                  + ThrowsLater.class.getName()
                  + "': problem(3) threw java.lang.IndexOutOfBoundsException: only three");
    }
  }
}
