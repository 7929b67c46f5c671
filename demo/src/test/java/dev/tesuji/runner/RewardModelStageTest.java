package dev.tesuji.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.check.BadInput;
import dev.tesuji.demo.Demonstrations;
import dev.tesuji.demo.Recipes;
import dev.tesuji.json.Json;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.run.Halted;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reward models among the stages of a recipe.
@ExtendWith(LeakCheck.class)
class RewardModelStageTest {
  private static final String RECIPE =
      """
      name: test
      newModel: {layers: 1, hiddenSize: 16, intermediateSize: 24, heads: 2, kvHeads: 1, maxPositions: 128}
      task: chainSums
      evaluation: {problems: 2, samples: 2, maxNewTokens: 8}
      stages:
        - rewardModel:
            name: taste
            comparisons: {chainSums: {prompts: 40}}
            steps: 2
            batchSize: 8
        - rl:
            steps: 2
            promptsPerStep: 4
            groupSize: 4
            maxNewTokens: 8
            audit: warn
            rewards: [{kind: model, stage: taste, scores: answer, normalize: true}]
      """;

  @TempDir private Path folder = Path.of("");

  private final ByteArrayOutputStream console = new ByteArrayOutputStream();

  private Recipe read(String text, String... overrides) throws IOException {
    return Recipes.read(Files.writeString(folder.resolve("recipe.yaml"), text), List.of(overrides));
  }

  private ObjectNode run(Recipe recipe) {
    return run(recipe, false);
  }

  private ObjectNode run(Recipe recipe, boolean resume) {
    try (StopSignal stop = new StopSignal();
        PrintStream out = new PrintStream(console, true, StandardCharsets.UTF_8)) {
      return new RecipeRunner(Demonstrations.REGISTRY, recipe, folder.resolve("run"), resume, out)
          .run(stop);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rl.grpo={}",
        "rl.rloo={}",
        "rl.reinforcePlusPlus={}",
        "rl.reMax={}",
        "rl.ppo={}",
        "rl.prime={}"
      })
  void everyAlgorithmIsPaidByAModelThatAnEarlierStageMade(String algorithm) throws IOException {
    ObjectNode report = run(read(RECIPE, algorithm));
    JsonNode heldOut = report.at("/stages/0/held_out");
    assertThat(heldOut.path("eval_accuracy").isNumber()).isTrue();
    assertThat(heldOut.path("eval_accuracy_ci95").size()).isEqualTo(2);
    assertThat(folder.resolve("run/models/taste/reward_model.json")).exists();
    List<String> lines = Files.readAllLines(folder.resolve("run/metrics.jsonl"));
    JsonNode first = Json.MAPPER.readTree(lines.getFirst());
    assertThat(first.has("accuracy") && first.has("margin") && first.has("mean_reward")).isTrue();
    assertThat(lines.getLast()).contains("rewards/model/mean");
    assertThat(console.toString(StandardCharsets.UTF_8))
        .contains("Stage 'taste': held-out accuracy ")
        .contains("reward models");
  }

  @Test
  void adaptersAreAddedIntoTheRewardModel() throws IOException {
    run(read(RECIPE, "lora={rank: 2}"));
    assertThat(folder.resolve("run/models/taste/model.safetensors")).exists();
    assertThat(folder.resolve("run/models/rl/adapter_model.safetensors")).exists();
  }

  @Test
  void aModelWhoseScoresAreNoNumbersIsNotWrittenAndMadeAgain() throws IOException {
    Recipe wild = read(RECIPE, "rewardModel.steps=1", "rewardModel.optimizer.weightDecay=1e60");
    assertThatExceptionOfType(Halted.class)
        .isThrownBy(() -> run(wild))
        .withMessageMatching(
            "Stage 'taste' halted: "
                + folder.resolve("run/models/taste")
                + " was not written, because of held-out comparison 1 of \\d+: the answer .+ is"
                + " scored NaN; lower optimizer.learningRate of the stage, and begin the stage again"
                + " with");
    assertThat(folder.resolve("run/models/taste")).doesNotExist();
    assertThat(run(read(RECIPE), true).at("/stages/0/held_out/eval_mean_reward").isNumber())
        .isTrue();
  }

  @Test
  void aModelThatAKillLeftHalfWrittenIsMadeAgain() throws IOException {
    Recipe recipe = read(RECIPE);
    Path made = folder.resolve("run/models/taste");
    run(recipe);
    Files.delete(folder.resolve("run/state.json"));
    Files.delete(made.resolve("reward_model.json")); // it is written last, after the tokenizer
    Files.delete(made.resolve("tokenizer.json"));
    run(recipe, true);
    assertThat(made.resolve("reward_model.json")).exists();
  }

  private void refused(String text, String sentence) {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(text))
        .withMessageEndingWith(sentence);
  }

  @Test
  void noStageGoesOnFromARewardModel() {
    refused(
        RECIPE.replace("  - rl:\n", "  - rl:\n      from: taste\n"),
        "'from' of stage 'rl' must name a stage that makes a language model; 'taste' makes a reward"
            + " model, which writes no text (it pays in a later stage's rewards: {kind: model,"
            + " stage: taste})");
  }

  private static String testTime(String settings) {
    return RECIPE.replace("maxNewTokens: 8}\n", "maxNewTokens: 8, testTime: {" + settings + "}}\n");
  }

  @Test
  void theBestOfSamplesIsChosenByARewardModel() throws IOException {
    run(read(testTime("rewardStage: taste, budgets: [4], extensions: 1")));
    JsonNode models = Json.readObject(folder.resolve("run/testtime.json")).path("models");
    assertThat(models.path(1).path("methods").path(1).path("method").asString())
        .isEqualTo("best_of");
    assertThat(models.path(1).path("methods").path(1).path("points")).hasSize(2);
  }

  @Test
  void whatChoosesMustBeARewardModelAndOne() {
    refused(
        testTime("rewardStage: rl"),
        "'rewardStage' of 'testTime' must be the name of a rewardModel stage, got 'rl'");
    refused(
        testTime("rewardStage: taste, rewardModel: judge"),
        "only one of 'rewardModel' and 'rewardStage' can be given");
  }

  @Test
  void aRewardModelMustBeSomewhere() {
    refused(
        RECIPE.replace("stage: taste", "stage: tase"),
        "stage 'rl': 'stage' of a reward must be the name of a rewardModel stage before it, got"
            + " 'tase'");
    refused(
        RECIPE.replace("stage: taste, ", ""),
        "stage 'rl': a reward of kind 'model' needs either 'path', the directory of a reward model,"
            + " or 'stage', the stage that makes it");
  }

  private static final String GOLD =
      RECIPE
          .replace(
              "{chainSums: {prompts: 40}}",
              "{drawn: {pairs: 20, heldOut: 10, maxNewTokens: 8, gold: [LENGTH]}}")
          .replace(
              "audit: warn",
              "audit: off\n      gold: {rewards: [LENGTH], bestOf: 4}\n      guardian: {heldOutEvery: 1, heldOutProblems: 5}")
          .replace("LENGTH", "{kind: overlong, buffer: 8}");

  @Test
  void aProxyLearnsWhatGoldSaysOfTheModelsOwnResponsesAndIsHeldToIt() throws IOException {
    ObjectNode report = run(read(GOLD));
    assertThat(report.at("/stages/0/train_opinions").asInt()).isEqualTo(20);
    assertThat(report.at("/stages/0/held_out/opinions").asInt()).isEqualTo(10);
    JsonNode best = Json.readObject(folder.resolve("run/best_of_n/rl.json"));
    assertThat(best.path("best_of").findValuesAsString("n")).containsExactly("1", "2", "4");
    assertThat(best.at("/best_of/0/gold").asDouble())
        .isCloseTo(best.path("gold_mean").asDouble(), within(1e-9));
    double[] proxies =
        best.path("best_of").values().stream()
            .mapToDouble(b -> b.path("reward").asDouble())
            .toArray();
    assertThat(proxies).isSorted();
    JsonNode last =
        Json.MAPPER.readTree(Files.readAllLines(folder.resolve("run/metrics.jsonl")).getLast());
    assertThat(last.path("eval/gold").isNumber() && last.path("eval/reward").isNumber()).isTrue();
    assertThat(last.path("eval/kl").asDouble()).isBetween(-0.5, 0.5); // it has hardly moved
  }

  @Test
  void pairsAreDrawnForTheProblemsThatTheStageNames() throws IOException {
    String alone = GOLD.substring(0, GOLD.indexOf("  - rl:"));
    String longer =
        alone.replace("{drawn: {", "{drawn: {task: {chainSums: {minTerms: 10, maxTerms: 11}}, ");
    double tokens = run(read(alone)).at("/stages/0/cost/tokens").asDouble();
    Files.move(folder.resolve("run"), folder.resolve("before"));
    assertThat(run(read(longer)).at("/stages/0/cost/tokens").asDouble())
        .isGreaterThan(1.3 * tokens); // prompts of 10 terms and more, not of 4 to 8
  }

  @Test
  void goldMustTellResponsesApart() {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> run(read(GOLD, "rewardModel.comparisons.drawn.gold=[accuracy]")))
        .withMessage(
            "the gold reward pays both responses alike in 5120 of 5120 pairs; take one that tells"
                + " more responses apart");
  }

  @Test
  void goldThatIsAModelMustBeSomewhere() {
    refused(
        GOLD.replace("gold: {rewards: [", "gold: {rewards: [{kind: model, stage: none}, "),
        "stage 'rl': 'stage' of a reward must be the name of a rewardModel stage before it, got"
            + " 'none'");
  }
}
