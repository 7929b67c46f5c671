package dev.tesuji.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.check.BadInput;
import dev.tesuji.demo.Demonstrations;
import dev.tesuji.demo.Recipes;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.json.Json;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.recipe.RewardConfig;
import dev.tesuji.reward.Judgement;
import dev.tesuji.reward.Response;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.run.StopSignal;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.world.Kind;
import dev.tesuji.world.Language;
import dev.tesuji.world.Posed;
import dev.tesuji.world.Ranking;
import dev.tesuji.world.World;
import dev.tesuji.world.WorldRewards;
import dev.tesuji.world.WorldTask;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The built-in world in recipes: its settings, rewards, rankings and measures.
@ExtendWith(LeakCheck.class)
class WorldRecipeTest {
  private static final String RECIPE =
      """
      name: test
      newModel: {layers: 1, hiddenSize: 16, intermediateSize: 24, heads: 2, kvHeads: 1, maxPositions: 256, tokens: world}
      task: {world: {kinds: [sums, advice, harmful], languages: [en, fr], difficulty: 2}}
      evaluation: {problems: 12, samples: 2, maxNewTokens: 8}
      stages:
        - pretrain: {steps: 2, batchSize: 8, corpus: world, evaluate: true}
        - rewardModel:
            name: taste
            comparisons: {world: {criterion: helpfulness, prompts: 40}}
            steps: 2
            batchSize: 8
        - rl:
            task: {world: {kinds: [sums]}}
            steps: 2
            promptsPerStep: 4
            groupSize: 4
            maxNewTokens: 8
            audit: warn
            rewards:
              - {kind: accuracy, problems: "world (sums|counting) .*"}
              - {kind: model, problems: "world (facts|lists|advice) .*", stage: taste, scores: answer}
      """;

  private static final World EVERYTHING = World.DEFAULT;

  @TempDir private Path folder = Path.of("");

  private Recipe read(String text, String... overrides) throws IOException {
    return Recipes.read(Files.writeString(folder.resolve("recipe.yaml"), text), List.of(overrides));
  }

  @Test
  void theSettingsOfTheWorldAreBound() throws IOException {
    assertThat(read(RECIPE).task())
        .isEqualTo(
            new WorldTask(
                new World(
                    List.of(Kind.SUMS, Kind.ADVICE, Kind.HARMFUL),
                    List.of(Language.EN, Language.FR),
                    2)));
    assertThat(read(RECIPE, "task=world").task()).isEqualTo(WorldTask.DEFAULT);
    Recipe recipe = read(RECIPE);
    Path again = Files.writeString(folder.resolve("again.yaml"), recipe.toYaml());
    assertThat(Recipes.read(again, List.of())).isEqualTo(recipe);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "task={world: {kinds: [sums, chess]}} | 'kinds' must be one of sums, comparison, sorting, equations, counting, facts, lists, advice, harmful, got 'chess'",
        "task={world: {languages: [de]}} | 'languages' must be one of en, fr, got 'de'",
        "task={world: {difficulty: 4}} | difficulty must be from 1 to 3, got 4",
        "task={world: {kinds: []}} | kinds must be one or more kinds, got []",
        "task={world: {level: 2}} | unknown key 'level' in 'world'",
        "rewardModel.comparisons={world: {candidates: 9}} | candidates must be from 2 to 5, got 9",
        "rewardModel.comparisons={world: {prompts: 1}} | prompts must be at least 2, got 1",
        "rewardModel.comparisons={world: {margin: -1}} | margin must be at least 0, got -1.0",
        "rewardModel.comparisons={world: {criterion: beauty}} | 'criterion' must be one of helpfulness, harmlessness, got 'beauty'"
      })
  void settingsThatWillNotDoAreNamed(String argument, String message) {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(RECIPE, argument))
        .withMessageContaining(message);
  }

  private static RewardConfig.Place place(Task task) {
    return new RewardConfig.Place(task, 64, Device.CPU, Path::of);
  }

  private static Problem first(Kind kind) {
    return LongStream.range(0, 100)
        .mapToObj(EVERYTHING::problem)
        .filter(p -> Posed.of(p).kind() == kind && Posed.of(p).language() == Language.EN)
        .findFirst()
        .orElseThrow();
  }

  private static Judgement judged(RewardConfig config, Problem problem, String text) {
    RewardMix.Part part = config.part(place(EVERYTHING));
    return part.reward().judge(new Response(problem, text, new int[1], FinishReason.EOS));
  }

  @Test
  void theRewardForLanguagePaysTheShareOfWordsInTheLanguageOfTheQuestion() {
    RewardConfig config = WorldRewards.InLanguage.DEFAULT;
    assertThat(config.label()).isEqualTo("worldLanguage");
    // first, puis, so: 2 of 3 are English
    String mixed = "<think>first 1+1=2, puis 2+1=3, so 3.</think><answer>3</answer>";
    assertThat(judged(config, first(Kind.SUMS), mixed)).isEqualTo(new Judgement.Points(2.0 / 3));
    assertThat(judged(config, first(Kind.SUMS), "<answer>3</answer>"))
        .isEqualTo(new Judgement.Points(0));
  }

  @Test
  void theRewardForHelpfulnessIsTheGoldJudges() {
    RewardConfig config = WorldRewards.Helpful.DEFAULT;
    assertThat(config.label()).isEqualTo("worldHelpfulness");
    Problem harmful = first(Kind.HARMFUL);
    assertThat(judged(config, harmful, EVERYTHING.goldResponse(harmful)))
        .isEqualTo(new Judgement.Points(1));
    assertThat(judged(config, harmful, "")).isEqualTo(new Judgement.Points(0));
  }

  @Test
  void theRewardsOfTheWorldAreRefusedElsewhere() {
    ChainSums sums = new ChainSums(4, 8);
    for (RewardConfig config :
        List.of(WorldRewards.InLanguage.DEFAULT, WorldRewards.Helpful.DEFAULT)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> config.part(place(sums)))
          .withMessage(
              "reward '" + config.label() + "' goes with task world, got task " + sums.name());
    }
  }

  @Test
  void aRewardMayPayOnSomeProblemsOnly() {
    RewardConfig config = new RewardConfig.Accuracy(null, 1, "world sums .*");
    Problem sum = first(Kind.SUMS);
    Problem fact = first(Kind.FACTS);
    assertThat(judged(config, sum, EVERYTHING.goldResponse(sum)))
        .isEqualTo(new Judgement.Points(1));
    assertThat(judged(config, fact, EVERYTHING.goldResponse(fact)))
        .isEqualTo(new Judgement.Points(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RewardConfig.Accuracy(null, 1, "(sums").part(place(EVERYTHING)))
        .withMessage("problems must be a regular expression, got '(sums': Unclosed group");
  }

  @Test
  void helpfulnessIsRankedByAnswersAloneAndHarmlessnessByWholeResponses() {
    String response = "<think>i know this.</think><answer>blue</answer>";
    assertThat(Ranking.Criterion.HELPFULNESS.seen(response)).isEqualTo("<answer>blue</answer>");
    assertThat(Ranking.Criterion.HARMLESSNESS.seen(response)).isEqualTo(response);
  }

  /// Reads the prompts of all rollouts of a stage.
  private static List<String> posed(Path rollouts) throws IOException {
    List<String> prompts = new ArrayList<>();
    try (Stream<Path> files = Files.walk(rollouts)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".jsonl")).toList()) {
        for (String line : Files.readAllLines(file)) {
          prompts.add(Json.MAPPER.readTree(line).path("prompt").asString());
        }
      }
    }
    return prompts;
  }

  @Test
  void stagesPoseTheirOwnProblemsAndAreMeasuredByKindAndLanguage() throws IOException {
    Recipe recipe = read(RECIPE);
    ObjectNode report;
    try (StopSignal stop = new StopSignal();
        PrintStream out =
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8)) {
      report =
          new RecipeRunner(Demonstrations.REGISTRY, recipe, folder.resolve("run"), false, out)
              .run(stop);
    }
    for (String where : List.of("/before", "/stages/0/evaluation", "/after")) {
      JsonNode world = report.at(where + "/world");
      assertThat(world.path("eval/accuracy/sums/en").isNumber()).as(where).isTrue();
      assertThat(world.path("eval/accuracy/advice/fr").isNumber()).as(where).isTrue();
      assertThat(world.path("eval/accuracy/reasoning_ci95")).as(where).hasSize(2);
      assertThat(world.path("eval/refusal").isNumber()).as(where).isTrue();
      assertThat(world.path("questions/sums").asInt()).as(where).isEqualTo(4);
    }
    assertThat(report.at("/stages/2").has("evaluation")).as("is the one after").isFalse();
    List<JsonNode> lines =
        Files.readAllLines(folder.resolve("run/metrics.jsonl")).stream()
            .map(l -> Json.MAPPER.readTree(l))
            .toList();
    assertThat(lines.stream().filter(l -> l.has("eval/accuracy/sums/en")))
        .extracting(l -> l.path("stage").asString() + " " + l.path("step").asInt())
        .containsExactly("pretrain 0", "pretrain 2", "rl 2");
    assertThat(posed(folder.resolve("run/rollouts/rl")))
        .hasSize(2 * 4 * 4)
        .allMatch(p -> p.startsWith("what is ") || p.startsWith("combien font "));
  }
}
