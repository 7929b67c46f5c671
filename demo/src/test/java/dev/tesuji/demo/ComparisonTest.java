package dev.tesuji.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.check.BadInput;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.overoptimisation.DrawnPairs;
import dev.tesuji.recipe.Comparison;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.recipe.RewardModelSettings;
import dev.tesuji.recipe.RewardSpec;
import dev.tesuji.recipe.RlSettings;
import dev.tesuji.rl.algorithm.ClippedSurrogate;
import dev.tesuji.rl.grpo.Grpo;
import dev.tesuji.rl.grpo.GrpoLoss;
import dev.tesuji.rl.rloo.Rloo;
import dev.tesuji.train.GuardianConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparisonTest {
  @TempDir private Path folder = Path.of("");

  private static final String BASE =
      """
      name: base
      seed: 5
      model: some/model
      task: chainSums
      stages:
        - rl:
            steps: 5
            groupSize: 4
            grpo: {loss: dr_grpo, clipLow: 0.1}
            optimizer: {learningRate: 1e-4, warmupSteps: 3}
      """;

  private static final String COMPARISON =
      """
      base: base.yaml
      name: losses
      seeds: [1, 7]
      rl: {steps: 9}
      variants:
        asItIs:
        other: {rl: {grpo: {loss: dapo}, optimizer: {learningRate: 2e-4}}}
        rloo: {rl: {rloo: {normalize: true}}}
      """;

  private Comparison read(String text, String... overrides) throws IOException {
    Files.writeString(folder.resolve("base.yaml"), BASE);
    Path file = Files.writeString(folder.resolve("losses.yaml"), text);
    assertThat(Comparison.isIn(file, List.of())).isTrue();
    assertThat(Comparison.isIn(folder.resolve("base.yaml"), List.of())).isFalse();
    return Recipes.comparison(file, List.of(overrides));
  }

  private static RlSettings rl(Comparison comparison, int variant) {
    return (RlSettings) comparison.variants().get(variant).recipes().getFirst().stages().getFirst();
  }

  @Test
  void everyVariantHasARecipePerSeed() throws IOException {
    Comparison c = read(COMPARISON);
    assertThat(c.name()).isEqualTo("losses");
    assertThat(c.plan()).isEqualTo(new Comparison.Plan(List.of(1L, 7L), 0));
    assertThat(c.variants())
        .flatExtracting(Comparison.Variant::recipes)
        .extracting(Recipe::name, Recipe::seed)
        .map(Object::toString)
        .containsExactly(
            "(\"asItIs-1\", 1L)",
            "(\"asItIs-7\", 7L)",
            "(\"other-1\", 1L)",
            "(\"other-7\", 7L)",
            "(\"rloo-1\", 1L)",
            "(\"rloo-7\", 7L)");
    assertThat(c.variants().getFirst().recipes().getFirst().modelDirectory())
        .isEqualTo(folder.resolve("some/model"));
  }

  @Test
  void changesAreLaidOverTheBaseKeyByKey() throws IOException {
    Comparison c = read(COMPARISON);
    Grpo asItIs = (Grpo) rl(c, 0).algorithm();
    Grpo other = (Grpo) rl(c, 1).algorithm();
    ClippedSurrogate clip = new ClippedSurrogate(0.1, 0.28);
    assertThat(asItIs.loss()).isEqualTo(new GrpoLoss.DrGrpo(clip));
    assertThat(other.loss()).isEqualTo(new GrpoLoss.Dapo(clip));
    assertThat(rl(c, 0).optimizer().learningRate()).isEqualTo(1e-4);
    assertThat(rl(c, 1).optimizer().learningRate()).isEqualTo(2e-4);
    assertThat(rl(c, 1).optimizer().warmupSteps()).isEqualTo(3);
    assertThat(rl(c, 0).steps()).isEqualTo(9);
    assertThat(c.variants().getFirst().changes()).isEqualTo("{}");
    assertThat(c.variants().get(2).changes()).isEqualTo("rl:\n  rloo:\n    normalize: true");
  }

  @Test
  void anAlgorithmTakesThePlaceOfTheBases() throws IOException {
    assertThat(rl(read(COMPARISON), 2).algorithm())
        .isInstanceOfSatisfying(Rloo.class, r -> assertThat(r.normalize()).isTrue());
  }

  @Test
  void theCommandLineWinsOverEveryVariant() throws IOException {
    Comparison c =
        read(
            COMPARISON,
            "seeds=[3]",
            "threadsPerRun=1",
            "rl.steps=2",
            "rl.optimizer.learningRate=0");
    assertThat(c.plan()).isEqualTo(new Comparison.Plan(List.of(3L), 1));
    assertThat(rl(c, 0).steps()).isEqualTo(2);
    assertThat(rl(c, 1).optimizer().learningRate()).isZero();
  }

  @Test
  void theEffectiveComparisonReadsBackTheSame() throws IOException {
    Comparison c = read(COMPARISON);
    Path again = Files.writeString(folder.resolve("again.yaml"), c.toYaml());
    Comparison back = Recipes.comparison(again, List.of());
    assertThat(back.name()).isEqualTo(c.name());
    assertThat(back.plan()).isEqualTo(c.plan());
    assertThat(back.variants())
        .map(Comparison.Variant::recipes)
        .isEqualTo(c.variants().stream().map(Comparison.Variant::recipes).toList());
  }

  @Test
  void aWholeRecipeMayStandInTheFileItself() throws IOException {
    Comparison c = read(BASE + "variants: {low: {rl: {groupSize: 2}}, high: {rl: {groupSize: 8}}}");
    assertThat(c.name()).isEqualTo("base");
    assertThat(c.plan()).isEqualTo(Comparison.Plan.DEFAULT);
    assertThat(rl(c, 0).groupSize()).isEqualTo(2);
    assertThat(rl(c, 1).groupSize()).isEqualTo(8);
  }

  @Test
  void aRecipeWithSeedsIsItsOwnOnlyVariant() throws IOException {
    Comparison c = read(BASE.replace("seed: 5", "seeds: [1, 7]"), "rl.steps=2");
    assertThat(c.isOneRecipe()).isTrue();
    assertThat(c.name()).isEqualTo("base");
    assertThat(c.variants()).hasSize(1);
    assertThat(c.variants().getFirst().recipes())
        .extracting(Recipe::name, Recipe::seed)
        .map(Object::toString)
        .containsExactly("(\"base-1\", 1L)", "(\"base-7\", 7L)");
    assertThat(rl(c, 0).steps()).isEqualTo(2);
    Path again = Files.writeString(folder.resolve("again.yaml"), c.toYaml());
    assertThat(Comparison.isIn(again, List.of())).isTrue();
    assertThat(Recipes.comparison(again, List.of())).isEqualTo(c);
  }

  @Test
  void seedsOnTheCommandLineRepeatARecipeWithoutThem() throws IOException {
    Path file = Files.writeString(folder.resolve("base.yaml"), BASE);
    List<String> seeds = List.of("seeds=[3]", "name=again");
    assertThat(Comparison.isIn(file, seeds)).isTrue();
    Comparison c = Recipes.comparison(file, seeds);
    assertThat(c.isOneRecipe()).isTrue();
    assertThat(c.variants().getFirst().recipes())
        .extracting(Recipe::name, Recipe::seed)
        .map(Object::toString)
        .containsExactly("(\"again-3\", 3L)");
  }

  @Test
  void oneVariantThatChangesNothingIsStillAComparison() throws IOException {
    assertThat(read(BASE + "variants: {base: {}}").isOneRecipe()).isFalse();
  }

  @Test
  void seedBesideSeedsIsRefused() {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(BASE + "seeds: [1, 2]"))
        .withMessage(
            folder.resolve("losses.yaml")
                + ":2: 'seed' must not stand beside 'seeds'; take one of them out");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(COMPARISON, "seed=4"))
        .withMessage("seed=4: 'seed' must not stand beside 'seeds'; give seeds=[4]");
  }

  @Test
  void aRecipeWithSeedsNeedsANameForItsFolders() {
    String recipe = BASE.replace("seed: 5", "seeds: [1]");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(recipe.replace("name: base\n", "")))
        .withMessage(folder.resolve("losses.yaml") + ":1: 'name' of 'recipe' must be given");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(recipe.replace("name: base", "name: a b")))
        .withMessage(
            folder.resolve("losses.yaml")
                + ":1: the name of a recipe with 'seeds' must be 1 to 64 letters, digits, '.', '_'"
                + " or '-', got 'a b'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "rl: {rloo: {normalise: true}} | :8: unknown key 'normalise' in 'rloo' (did you mean 'normalize'?)",
        "rl: {steps: many} | :8: 'steps' must be a whole number, got 'many'",
        "seed: 3 | :8: variant 'a' must not set 'seed': 'seeds' does",
        "3 | :8: variant 'a' must be a mapping of what it changes"
      })
  void mistakesInAVariantAreNamedWithTheirLine(String changes, String message) {
    String text =
        "base: base.yaml\nname: x\nseeds: [1]\nrl: {steps: 1}\nvariants:\n  b: {}\n  a:\n    ";
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(text + changes))
        .withMessage(folder.resolve("losses.yaml") + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "variants: {} | 'variants' must be a mapping of at least one (name: what it changes)",
        "variants: {a/b: {}} | the name of a variant must be 1 to 64 letters, digits, '.', '_' or '-', got 'a/b'",
        "{seeds: [], variants: {a: {}}} | in 'comparison': seeds must be at least one number, got []",
        "{seeds: [1, 1], variants: {a: {}}} | in 'comparison': seeds must be different numbers, got [1, 1]",
        "{threadsPerRun: -1, variants: {a: {}}} | in 'comparison': threadsPerRun must be at least 0, got -1"
      })
  void aPlanThatMakesNoSenseIsRefused(String text, String message) {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(text))
        .withMessageEndingWith(message);
  }

  @Test
  void theComparisonThatShipsIsSound() {
    Path file = Fixtures.checkout().resolve("recipes/compare.yaml");
    Comparison c = Recipes.comparison(file, List.of());
    assertThat(c.name()).isEqualTo("compare");
    assertThat(c.plan().seeds()).hasSize(3);
    assertThat(c.variants()).hasSize(9);
  }

  @Test
  void theRecipeOfOveroptimisationIsSound() {
    Path file = Fixtures.checkout().resolve("recipes/overoptimisation.yaml");
    Comparison c = Recipes.comparison(file, List.of());
    assertThat(c.variants()).hasSize(4);
    assertThat(c.plan().seeds()).hasSize(3);
    for (Comparison.Variant v : c.variants()) {
      RewardModelSettings proxy = (RewardModelSettings) v.recipes().getFirst().stages().getFirst();
      RlSettings rl = (RlSettings) v.recipes().getFirst().stages().getLast();
      DrawnPairs drawn = (DrawnPairs) proxy.comparisons();
      RewardSpec.Gold gold = Objects.requireNonNull(rl.reward().gold());
      assertThat(gold.rewards()).as(v.name()).isEqualTo(drawn.gold());
      assertThat(v.name()).startsWith("pairs-" + drawn.pairs());
      assertThat(rl.common().guardian().action() == GuardianConfig.Action.HALT)
          .isEqualTo(v.name().endsWith("-halting"));
    }
  }
}
