package dev.tesuji.demo;

import dev.tesuji.alphago.stage.AlphaGoKinds;
import dev.tesuji.calculator.ProductsTask;
import dev.tesuji.calculator.ProductsTexts;
import dev.tesuji.calculator.ProductsTokens;
import dev.tesuji.countdown.CountdownTask;
import dev.tesuji.countdown.CountdownTexts;
import dev.tesuji.countdown.CountdownTokenSet;
import dev.tesuji.environments.EnvironmentTasks;
import dev.tesuji.overoptimisation.DrawnPairs;
import dev.tesuji.overoptimisation.GoldStandard;
import dev.tesuji.pebble.PebbleTask;
import dev.tesuji.pebble.PebbleTexts;
import dev.tesuji.pebble.PebbleTokens;
import dev.tesuji.recipe.Comparisons;
import dev.tesuji.recipe.Corpus;
import dev.tesuji.recipe.MadeData;
import dev.tesuji.recipe.RewardConfig;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.stage.Registry;
import dev.tesuji.stage.StandardKinds;
import dev.tesuji.weights.TokenSet;
import dev.tesuji.wordproblems.ConstrainedTextsTask;
import dev.tesuji.wordproblems.WordProblemsData;
import dev.tesuji.wordproblems.WordProblemsTask;
import dev.tesuji.world.WorldComparisons;
import dev.tesuji.world.WorldData;
import dev.tesuji.world.WorldRewards;
import dev.tesuji.world.WorldTask;
import dev.tesuji.world.WorldTexts;
import dev.tesuji.world.WorldTokenSet;

/// The names that recipes can use besides Tesuji's own kinds: the built-in tasks with their texts,
/// comparisons and rewards, and the experiment of over-optimisation.
public final class Demonstrations {
  /// Tesuji's own kinds and the demonstrations.
  public static final Registry REGISTRY = addTo(StandardKinds.ALL);

  private Demonstrations() {}

  /// Adds the demonstrations to a registry.
  public static Registry addTo(Registry registry) {
    return EnvironmentTasks.addTo(addOwn(registry));
  }

  private static Registry addOwn(Registry registry) {
    return AlphaGoKinds.addTo(registry)
        .with(TaskConfig.class, ChainSumsTask.class)
        .with(Corpus.class, ChainSumsTexts.class)
        .with(Comparisons.class, ChainSumsComparisons.class)
        .with(TaskConfig.class, ProductsTask.class)
        .with(Corpus.class, ProductsTexts.class)
        .with(TokenSet.class, ProductsTokens.class)
        .with(TaskConfig.class, PebbleTask.class)
        .with(Corpus.class, PebbleTexts.class)
        .with(TokenSet.class, PebbleTokens.class)
        .with(TaskConfig.class, CountdownTask.class)
        .with(Corpus.class, CountdownTexts.class)
        .with(TokenSet.class, CountdownTokenSet.class)
        .with(TaskConfig.class, WordProblemsTask.class)
        .with(TaskConfig.class, ConstrainedTextsTask.class)
        .with(TaskConfig.class, WorldTask.class)
        .with(Corpus.class, WorldTexts.class)
        .with(Comparisons.class, WorldComparisons.class)
        .with(RewardConfig.class, WorldRewards.InLanguage.class)
        .with(RewardConfig.class, WorldRewards.Helpful.class)
        .with(MadeData.class, WorldData.class)
        .with(MadeData.class, WordProblemsData.class)
        .with(TokenSet.class, WorldTokenSet.class)
        .with(Comparisons.class, DrawnPairs.class)
        .withGold(GoldStandard::open);
  }
}
