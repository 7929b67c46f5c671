package dev.tesuji.recipe;

import static java.util.Objects.requireNonNull;

import dev.tesuji.data.Dataset;
import dev.tesuji.input.BadInput;
import dev.tesuji.rewardmodel.Opinion;
import dev.tesuji.rewardmodel.Opinions;
import dev.tesuji.rewardmodel.RewardModelConfig;
import dev.tesuji.rewardmodel.RewardModelTrainer;
import dev.tesuji.run.MemoryPlan;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.sft.Texts;
import dev.tesuji.task.ChainSumsCorpus;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A stage that makes a reward model, with its opinions.
record PreparedRewardModel(
    Stage.RewardModel stage, Opinions opinions, RewardModelConfig config, Workshop shop)
    implements PreparedStage {
  /// Ways of working a chain sum: step by step; so with a mistake; so without tags; at once; at
  /// once without tags.
  private static final List<ChainSumsCorpus> AUTHORS =
      List.of(
          new ChainSumsCorpus(0, 0, 0, 0, 0),
          new ChainSumsCorpus(0, 0, 0, 1, 0),
          new ChainSumsCorpus(0, 0, 0, 0, 1),
          new ChainSumsCorpus(1, 0, 0.5, 0, 0),
          new ChainSumsCorpus(1, 0, 0.5, 0, 1));

  static PreparedRewardModel of(Stage.RewardModel s, Workshop shop) {
    RewardModelConfig config = config(s, shop.ground());
    int most = Math.min(s.maxTokens(), shop.positions());
    Opinions.Reading reading =
        new Opinions.Reading(
            shop.words(),
            new Texts.Limit(most, s.tooLong()),
            s.heldOutShare(),
            shop.recipe().seed());
    Opinions opinions =
        switch (s.comparisons()) {
          case Stage.Comparisons.ChainSums(int prompts) -> chainSums(prompts, shop, reading);
          case Stage.Comparisons.Files files ->
              Opinions.read(
                  new Dataset(List.of(data(files, shop)), files.columns(), null), reading);
        };
    if (s.centering() > 0 && opinions.train().getFirst() instanceof Opinion.Labelled) {
      throw new BadInput(
          "stage '"
              + s.name()
              + "': centering must be 0 for labelled answers, whose scores have a 0 of their own,"
              + " got "
              + s.centering());
    }
    shop.countTexts(opinions.touched(), most);
    return new PreparedRewardModel(s, opinions, config, shop);
  }

  /// Returns the settings.
  ///
  /// @throws BadInput when it has no comparisons, or those of another task
  static RewardModelConfig config(Stage.RewardModel s, Ground ground) {
    Recipe recipe = ground.recipe();
    switch (s.comparisons()) {
      case Stage.Comparisons.ChainSums _ when !(recipe.task() instanceof TaskConfig.ChainSums) ->
          throw new BadInput(
              "stage '" + s.name() + "': comparisons chainSums go with task chainSums");
      case Stage.Comparisons.Files f when f.data() == null && recipe.data() == null ->
          throw new BadInput(
              "stage '"
                  + s.name()
                  + "' needs comparisons.files.data, the file with its comparisons");
      case Stage.Comparisons.ChainSums _, Stage.Comparisons.Files _ -> {}
    }
    return new RewardModelConfig(
        s.steps(), s.batchSize(), s.centering(), s.optimizer(), recipe.compute());
  }

  private static Opinions chainSums(int prompts, Workshop shop, Opinions.Reading reading) {
    return Opinions.of(
        shop.task(),
        prompts,
        AUTHORS.stream().map(a -> (Opinions.Author) a::response).toList(),
        reading);
  }

  private static Path data(Stage.Comparisons.Files files, Workshop shop) {
    return requireNonNull(files.data() == null ? shop.recipe().data() : files.data());
  }

  @Override
  public MemoryPlan.Load load() {
    int largest =
        Stream.concat(opinions.train().stream(), opinions.heldOut().stream())
            .mapToInt(Opinion::tokens)
            .max()
            .orElse(0); // a ranking goes through the model as a whole
    MemoryPlan.Load text = Reckoning.load(stage, shop.ground());
    return new MemoryPlan.Load(
        Math.max(text.tokens(), largest), text.longest(), null, false, false);
  }

  @Override
  public OpenTrainer open(RunDirectory run, Path from, long seed) {
    return OpenTrainer.of(new RewardModelTrainer(shop.model(), opinions, config, seed));
  }

  /// Writes the reward model, and says how it does.
  @Override
  public void save(OpenTrainer open, Path folder) {
    if (open.trainer() instanceof RewardModelTrainer trainer) {
      shop.console().println("Stage '" + stage.name() + "': " + trainer.heldOut());
      shop.spend();
      trainer.finish(folder);
    }
  }
}
