package dev.tesuji.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.check.BadInput;
import dev.tesuji.demo.Demonstrations;
import dev.tesuji.demo.Recipes;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.run.StopSignal;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.weights.NewModel;
import dev.tesuji.world.WorldTokenSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Stages that start from another model than the recipe's: students.
@ExtendWith(LeakCheck.class)
class StudentStageTest {
  private static final NewModel SMALL = new NewModel(1, 8, 12, 2, 1, 48);

  @TempDir private Path folder = Path.of("");

  private final ByteArrayOutputStream console = new ByteArrayOutputStream();

  @BeforeEach
  void makeStudent() {
    SMALL.create(folder.resolve("small"), 1);
  }

  private String recipe() {
    return """
    name: test
    newModel: {layers: 1, hiddenSize: 16, intermediateSize: 24, heads: 2, kvHeads: 1, maxPositions: 64}
    task: chainSums
    evaluation: {problems: 2, samples: 2, maxNewTokens: 8}
    stages:
      - rejection:
          name: traces
          prompts: {count: 6, maxTokens: 32}
          samplesPerPrompt: 2
          maxNewTokens: 4
          keep: []
          finished: false
      - sft:
          name: student
          model: STUDENT
          evaluate: true
          data: {stage: traces}
          maxTokens: 60
          steps: 1
      - rl:
          name: studentRl
          model: STUDENT
          evaluate: true
          steps: 1
          promptsPerStep: 2
          groupSize: 2
          maxNewTokens: 4
          prompts: {maxTokens: 32}
          audit: off
          guardian: {action: off}
      - sft:
          name: more
          data: {stage: traces}
          maxTokens: 60
          steps: 1
      - sft:
          name: teacher
          from: base
          data: {stage: traces}
          maxTokens: 60
          steps: 1
    """
        .replace("STUDENT", folder.resolve("small").toString());
  }

  private String tooLong() {
    return recipe()
        .replace("groupSize: 2\n      maxNewTokens: 4", "groupSize: 2\n      maxNewTokens: 48");
  }

  private Recipe read(String text) throws IOException {
    return Recipes.read(Files.writeString(folder.resolve("recipe.yaml"), text), List.of());
  }

  private ObjectNode run(Recipe recipe) {
    try (StopSignal stop = new StopSignal();
        PrintStream out = new PrintStream(console, true, StandardCharsets.UTF_8)) {
      return new RecipeRunner(Demonstrations.REGISTRY, recipe, folder.resolve("run"), false, out)
          .run(stop);
    }
  }

  private int width(String stage) {
    return ConfigReader.read(folder.resolve("run/models").resolve(stage)).hiddenSize();
  }

  @Test
  void aStageStartsFromAnotherModelAndTheNextGoesOnFromWhatItMade() throws IOException {
    run(read(recipe()));
    assertThat(width("student")).isEqualTo(8);
    assertThat(width("studentRl")).isEqualTo(8);
    assertThat(width("more")).isEqualTo(8);
    assertThat(width("teacher")).isEqualTo(16);
  }

  @Test
  void theTableHasTheOtherModelOnceBeforeItsStudents() throws IOException {
    ObjectNode report = run(read(recipe()));
    List<String> rows = new ArrayList<>();
    for (JsonNode row : report.at("/table/rows")) {
      rows.add(row.path("name").asString());
    }
    assertThat(rows).containsExactly("base", "small", "student", "studentRl", "teacher");
  }

  @Test
  void completionsThatTheOtherModelHasNoRoomForAreRefusedBeforeTheRunBegins() throws IOException {
    Recipe recipe = read(tooLong());
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> run(recipe))
        .withMessage(
            "stage 'studentRl': maxNewTokens must be below the 48 positions of the model"
                + " (max_position_embeddings), got 48");
    assertThat(folder.resolve("run/metrics.jsonl")).doesNotExist();
  }

  @Test
  void aModelOfOtherTokensIsRefused() throws IOException {
    new NewModel(1, 8, 12, 2, 1, 48, new WorldTokenSet()).create(folder.resolve("other"), 1);
    Recipe recipe = read(recipe().replace("/small", "/other"));
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> run(recipe))
        .withMessageContaining("other: must have the vocabulary of the recipe's model")
        .withMessageContaining("take a model of the same family");
  }

  @Test
  void aStageHasOneStart() throws IOException {
    String both = recipe().replaceFirst("model: (/.*)", "model: $1\n      from: base");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(both))
        .withMessageContaining(
            "stage 'student' starts either 'from' an earlier stage or from the 'model' of a"
                + " directory, not both");
  }

  @Test
  void aDryRunReckonsWithTheOtherModel() throws IOException {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    DryRun dry =
        new DryRun(
            Demonstrations.REGISTRY,
            read(tooLong()),
            new PrintStream(said, true, StandardCharsets.UTF_8));
    assertThat(dry.run()).isFalse();
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("NO: stage 'studentRl': maxNewTokens must be below the 48 positions")
        .containsPattern("student +sft +small");
  }
}
