package dev.tesuji.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.check.BadInput;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.recipe.RewardConfig;
import dev.tesuji.recipe.RewardSpec;
import dev.tesuji.recipe.RlSettings;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.rl.algorithm.ClippedSurrogate;
import dev.tesuji.rl.grpo.Grpo;
import dev.tesuji.rl.grpo.GrpoLoss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeTest {
  @TempDir private Path folder = Path.of("");

  private static final String RECIPE =
      """
      name: test
      model: some/model
      task: chainSums
      stages:
        - rl:
            steps: 5
            groupSize: 4
            grpo: {loss: dr_grpo, scaling: none}
      """;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("recipe.yaml"), text);
  }

  private Recipe read(String text, String... overrides) throws IOException {
    return Recipes.read(file(text), List.of(overrides));
  }

  private static RlSettings rl(Recipe recipe) {
    return (RlSettings) recipe.stages().getFirst();
  }

  private static Grpo grpo(Recipe recipe) {
    return (Grpo) rl(recipe).algorithm();
  }

  @Test
  void absentKeysTakeTheirDefaults() throws IOException {
    Recipe recipe = read(RECIPE);
    assertThat(recipe.seed()).isEqualTo(1);
    assertThat(recipe.modelDirectory()).isEqualTo(folder.resolve("some/model"));
    assertThat(recipe.task()).isEqualTo(ChainSumsTask.DEFAULT);
    assertThat(rl(recipe).groupSize()).isEqualTo(4);
    assertThat(grpo(recipe).loss()).isEqualTo(GrpoLoss.DrGrpo.DEFAULT);
    assertThat(GrpoLoss.DrGrpo.DEFAULT.surrogate().clipHigh()).isEqualTo(0.28);
    assertThat(rl(recipe).promptsPerStep()).isEqualTo(RlSettings.DEFAULT.promptsPerStep());
  }

  @Test
  void theCommandLineWins() throws IOException {
    Recipe recipe =
        read(
            RECIPE,
            "seed=7",
            "rl.groupSize=16",
            "rl.grpo.clipLow=0.1",
            "task.chainSums.maxTerms=6",
            "stages.1.rl.steps=9",
            "model=/elsewhere");
    assertThat(recipe.seed()).isEqualTo(7);
    assertThat(rl(recipe).groupSize()).isEqualTo(16);
    assertThat(grpo(recipe).loss()).isEqualTo(new GrpoLoss.DrGrpo(new ClippedSurrogate(0.1, 0.28)));
    assertThat(rl(recipe).steps()).isEqualTo(9);
    assertThat(recipe.task()).isEqualTo(new ChainSumsTask(4, 6));
    assertThat(recipe.modelDirectory()).isEqualTo(Path.of("/elsewhere"));
  }

  @Test
  void theEffectiveRecipeReadsBackTheSame() throws IOException {
    Recipe recipe = read(RECIPE, "rl.rewards=[{kind: overlong, weight: 0.5, buffer: 8}]");
    Path again = Files.writeString(folder.resolve("again.yaml"), recipe.toYaml());
    assertThat(Recipes.read(again, List.of())).isEqualTo(recipe);
  }

  @Test
  void rewardsAreWrittenWithOrWithoutTheirSettings() throws IOException {
    Recipe recipe =
        read(
            RECIPE,
            "rl.rewards=[accuracy, {kind: tagCount, weight: 0.5}, {cosine: {name: short, exceeded: -3}},"
                + " {kind: languageConsistency, language: de, among: [en, nl]}]",
            "rl.aggregation=normalize_then_sum");
    assertThat(rl(recipe).reward())
        .isEqualTo(
            new RewardSpec(
                List.of(
                    RewardConfig.Accuracy.DEFAULT,
                    new RewardConfig.TagCount(null, 0.5),
                    new RewardConfig.Cosine("short", 1, 1, 0.5, -1, -0.5, -3),
                    new RewardConfig.LanguageConsistency(null, 1, "de", List.of("en", "nl"))),
                RewardMix.Aggregation.NORMALIZE_THEN_SUM,
                RewardSpec.Audit.REFUSE,
                null));
    Path again = Files.writeString(folder.resolve("again.yaml"), recipe.toYaml());
    assertThat(Recipes.read(again, List.of())).isEqualTo(recipe);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "grpo: {loss: cispo, cap: 4, samplerCorrection: {rejection: token, rejectAbove: 3}, entropy: {topQuantile: 0.2}}",
        "grpo: {loss: sapo, negativeTemperature: 1.2}",
        "grpo: {loss: luspo, clipLow: 0.1, bound: 4, clipHigh: 0.3}",
        "grpo: {loss: vespo, positiveShape: 1}",
        "grpo: {loss: dr-grpo, clipLow: 0.1, cap: null}",
        "grpo: {klCoefficient: 0.05, klEstimator: k3+, klFinalCoefficient: 0, dualClip: 3}",
        "grpo: {keepGroups: mixed_correctness, entropy: {target: 0.2}}",
        "rloo: {klCoefficient: 0.05, klPlace: loss, klEstimator: k2, klTarget: 3}",
        "rloo: {klCoefficient: 0.05}",
        "reinforcePlusPlus: {baseline: true}",
        "reMax: {}",
        "reMax:",
        "ppo: {lambda: 0.95, critic: {trunk: shared}, kl: {coefficient: 0.01, target: 6}}",
        "ppo: {kl: {coefficient: 0.01, place: loss, finalCoefficient: 0.001}, dualClip: 3}",
        "prime: {order: after, leastAccuracy: 0.1, klCoefficient: 0.01}"
      })
  void everyAlgorithmIsWrittenUnderItsName(String algorithm) throws IOException {
    Recipe recipe = read(RECIPE.replace("grpo: {loss: dr_grpo, scaling: none}", algorithm));
    Path again = Files.writeString(folder.resolve("again.yaml"), recipe.toYaml());
    assertThat(Recipes.read(again, List.of())).isEqualTo(recipe);
    assertThat(recipe.toYaml()).contains(algorithm.substring(0, algorithm.indexOf(':') + 1));
  }

  @Test
  void allMistakesAreNamedAtOnce() {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(RECIPE, "rl.groupsize=4", "rl.steps=many", "sead=2", "rl.from=up"))
        .withMessage(
            """
            sead=2: unknown key 'sead' in 'recipe' (did you mean 'seed'?)
            rl.groupsize=4: unknown key 'groupsize' in 'rl' (did you mean 'groupSize'?)
            rl.steps=many: 'steps' must be a whole number, got 'many'\
            """);
  }

  @Test
  void allThatStagesGetWrongOfEachOtherIsNamed() {
    String stages =
        """
        name: test
        task: chainSums
        stages:
          - sft: {name: one, from: two}
          - rl: {name: one, rewards: [{kind: model, stage: none}]}
        """;
    String where = folder.resolve("recipe.yaml") + ":1: in 'recipe': ";
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(stages))
        .withMessage(
            where
                + "'model' must be given: the directory of the model to start from (on the command"
                + " line: model=DIR)\n"
                + where
                + "'from' of stage 'one' must be 'base' or the name of a stage before it, got 'two'\n"
                + where
                + "stages must have different names, got 'one' twice\n"
                + where
                + "stage 'one': 'stage' of a reward must be the name of a rewardModel stage before it,"
                + " got 'none'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "rl.groupsize=4 | rl.groupsize=4: unknown key 'groupsize' in 'rl' (did you mean 'groupSize'?)",
        "rl.groupSize=four | rl.groupSize=four: 'groupSize' must be a whole number, got 'four'",
        "rl.grpo.loss=ppo | rl.grpo.loss=ppo: 'loss' must be one of grpo, bnpo, dr_grpo, dapo, cispo, sapo, luspo, vespo, got 'ppo'",
        "rl.grpo.loss=[dapo] | rl.grpo.loss=[dapo]: 'loss' must be one of grpo, bnpo, dr_grpo, dapo, cispo, sapo, luspo, vespo, got a list or mapping",
        "rl.grpo.cap=5 | rl.grpo.cap=5: unknown key 'cap' in 'grpo' with loss dr_grpo (it is a key of cispo)",
        "rl.grpo={loss: cispo, clipHigh: 0.28} | rl.grpo={loss: cispo, clipHigh: 0.28}: unknown key 'clipHigh' in 'grpo' with loss cispo (it is a key of grpo, bnpo, dr_grpo, dapo, luspo)",
        "rl.grpo={loss: cispo, cap: 0.28} | rl.grpo={loss: cispo, cap: 0.28}: in 'grpo': cap must be above 1 (ratios on policy are 1): it is the most that one may weigh, got 0.28",
        "rl.grpo={loss: sapo, cap: 2, positiveShape: 3} | \"rl.grpo={loss: sapo, cap: 2, positiveShape: 3}: unknown key 'cap' in 'grpo' with loss sapo (it is a key of cispo)\nrl.grpo={loss: sapo, cap: 2, positiveShape: 3}: unknown key 'positiveShape' in 'grpo' with loss sapo (it is a key of vespo)\"",
        "rl.grpo={klCoefficient: 0.1, klEstimator: k1} | rl.grpo={klCoefficient: 0.1, klEstimator: k1}: in 'grpo': klEstimator must be k2, k3 or k3_plus in a loss: the gradient of k1 there does not hold the policy (its mean is 0), got k1",
        "rl.grpo.ratio={sampler: token_mask} | rl.grpo.ratio={sampler: token_mask}: unknown key 'sampler' in 'ratio' (known: level, offPolicyMask)",
        "rl.grpo={loss: vespo, samplerCorrection: {weights: sequence}} | rl.grpo={loss: vespo, samplerCorrection: {weights: sequence}}: in 'grpo': samplerCorrection.weights must be token with loss vespo, which multiplies them over the sequence by itself, got sequence",
        "rl.grpo={klFinalCoefficient: 0.1} | rl.grpo={klFinalCoefficient: 0.1}: in 'grpo': klFinalCoefficient must be absent without a KL term (klCoefficient 0): there is nothing to lower, got 0.1",
        "rl.grpo.maskTruncated=yes | rl.grpo.maskTruncated=yes: 'maskTruncated' must be true or false, got 'yes'",
        "rl.grpo.critic={} | rl.grpo.critic={}: unknown key 'critic' in 'grpo' (it is a key of ppo)",
        "rl.ppo={} | rl.ppo={}: only one of 'grpo' and 'ppo' can be given",
        "rl.prmie={} | rl.prmie={}: unknown key 'prmie' in 'rl' (did you mean 'prime'?)",
        "task=chess | task=chess: unknown kind 'chess' of 'task' (known: gsm8k, jsonl, math, code, humaneval, mbpp, livecodebench, mcp, openEnv, mixture, java, chainSums, calculator, pebble, countdown, wordProblems, constrainedTexts, world, wordle, 2048, cellar, ticTacToe, library, debugger)",
        "rl.rewards=[beauty] | rl.rewards=[beauty]: unknown kind 'beauty' of 'rewards' (known: accuracy, format, thinkFormat, tagCount, overlong, cosine, repetition, languageConsistency, java, code, http, judge, model, worldLanguage, worldHelpfulness)",
        "rl.rewards=[{kind: overlong, bufer: 3}] | rl.rewards=[{kind: overlong, bufer: 3}]: unknown key 'bufer' in 'overlong' (did you mean 'buffer'?)",
        "rl.agregation=sum | rl.agregation=sum: unknown key 'agregation' in 'rl' (did you mean 'aggregation'?)",
        "rl=3 | rl=3: 'rl' must be a mapping (name: value)",
        "groupSize | 'groupSize' must be KEY=VALUE, such as rl.groupSize=16 or seed=2",
        "stages.2.rl.steps=4 | stages.2.rl.steps=4: stage must be a number from 1 to 1"
      })
  void mistakesOnTheCommandLineAreNamed(String argument, String message) {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(RECIPE, argument))
        .withMessage(message);
  }

  @Test
  void mistakesInTheFileAreNamedWithTheirLine() throws IOException {
    Path file = file(RECIPE.replace("steps: 5", "stesp: 5"));
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> Recipes.read(file, List.of()))
        .withMessage(file + ":6: unknown key 'stesp' in 'rl' (did you mean 'steps'?)");
    Path twice = file(RECIPE + "name: again\n");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> Recipes.read(twice, List.of()))
        .withMessageContaining("key 'name' is given twice");
    Path broken = file("name: [unclosed\n");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> Recipes.read(broken, List.of()))
        .withMessageStartingWith(broken + ":2: not valid YAML");
  }

  @Test
  void whatARecordRefusesIsNamedWithItsPlace() throws IOException {
    Path file = file(RECIPE.replace("scaling: none", "clipLow: -1"));
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> Recipes.read(file, List.of()))
        .withMessage(file + ":8: in 'grpo': clipLow must be at least 0, got -1.0");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() ->
            Recipes.read(file(RECIPE), List.of("task={chainSums: {minTerms: 9, maxTerms: 12}}")))
        .withMessageEndingWith(
            "minTerms and maxTerms must satisfy 2 <= minTerms <= maxTerms <= 11, got 9 and 12");
  }

  @Test
  void aRecipeWithoutAModelSaysHowToGiveOne() throws IOException {
    Path file = file(RECIPE.replace("model: some/model\n", ""));
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> Recipes.read(file, List.of()))
        .withMessageContaining("'model' must be given")
        .withMessageContaining("model=DIR");
  }

  @ParameterizedTest
  @CsvSource({"base.yaml", "r1-zero.yaml", "gsm8k.yaml"})
  void theRecipesThatShipAreSound(String name) {
    Path file = Fixtures.checkout().resolve("recipes").resolve(name);
    Recipe recipe =
        Recipes.read(file, name.equals("gsm8k.yaml") ? List.of("model=m", "data=d") : List.of());
    assertThat(recipe.name()).isEqualTo(name.replace(".yaml", ""));
  }
}
