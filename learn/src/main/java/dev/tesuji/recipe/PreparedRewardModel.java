package dev.tesuji.recipe;

import dev.tesuji.data.Dataset;
import dev.tesuji.input.BadInput;
import dev.tesuji.rewardmodel.Opinion;
import dev.tesuji.rewardmodel.Opinions;
import dev.tesuji.rewardmodel.RewardModelConfig;
import dev.tesuji.rewardmodel.RewardModelTrainer;
import dev.tesuji.run.MemoryPlan;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.sft.Texts;
import dev.tesuji.task.ChainSums;
import dev.tesuji.task.ChainSumsCorpus;
import dev.tesuji.world.Posed;
import dev.tesuji.world.Ranking;
import dev.tesuji.world.World;
import java.nio.file.Path;
import java.util.ArrayList;
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
    RewardModelConfig config =
        new RewardModelConfig(
            s.steps(), s.batchSize(), s.centering(), s.optimizer(), shop.recipe().compute());
    int most = Math.min(s.maxTokens(), shop.positions());
    Opinions.Reading reading =
        new Opinions.Reading(
            shop.words(),
            new Texts.Limit(most, s.tooLong()),
            s.heldOutShare(),
            shop.recipe().seed());
    Opinions opinions =
        switch (s.comparisons()) {
          case Stage.Comparisons.ChainSums(int prompts) -> chainSums(s, prompts, shop, reading);
          case Stage.Comparisons.World rankings -> world(s, rankings, shop, reading);
          case Stage.Comparisons.Files files ->
              Opinions.read(
                  new Dataset(List.of(data(s, files, shop)), files.columns(), null), reading);
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

  private static Opinions chainSums(
      Stage.RewardModel s, int prompts, Workshop shop, Opinions.Reading reading) {
    if (!(shop.task() instanceof ChainSums sums)) {
      throw new BadInput("stage '" + s.name() + "': comparisons chainSums go with task chainSums");
    }
    return Opinions.of(
        sums, prompts, AUTHORS.stream().map(a -> (Opinions.Author) a::response).toList(), reading);
  }

  private static Opinions world(
      Stage.RewardModel s, Stage.Comparisons.World r, Workshop shop, Opinions.Reading reading) {
    if (!(shop.task() instanceof World)) {
      throw new BadInput("stage '" + s.name() + "': comparisons world go with task world");
    }
    Ranking.Judging judging = new Ranking.Judging(r.criterion(), r.candidates(), r.noise());
    World questions = r.criterion().questions();
    List<Opinions.Ranked> pairs = new ArrayList<>();
    for (int i = 0; i < r.prompts(); i++) {
      Posed posed = questions.posed(i);
      for (Ranking.Pair pair : Ranking.drawn(posed, judging, reading.seed()).pairs(r.margin())) {
        String chosen = r.criterion().seen(pair.chosen());
        String rejected = r.criterion().seen(pair.rejected());
        if (!chosen.equals(rejected)) { // they may have differed in their thinking alone
          pairs.add(new Opinions.Ranked(posed.problem(), List.of(chosen, rejected)));
        }
      }
    }
    return Opinions.of(questions, pairs, reading);
  }

  private static Path data(Stage.RewardModel s, Stage.Comparisons.Files files, Workshop shop) {
    return Stream.of(files.data(), shop.recipe().data())
        .filter(p -> p != null)
        .findFirst()
        .orElseThrow(() ->
            new BadInput(
                "stage '"
                    + s.name()
                    + "' needs comparisons.files.data, the file with its comparisons"));
  }

  @Override
  public MemoryPlan.Load load() {
    int largest =
        Stream.concat(opinions.train().stream(), opinions.heldOut().stream())
            .mapToInt(Opinion::tokens)
            .max()
            .orElse(0); // a ranking goes through the model as a whole
    int longest = Math.min(stage.maxTokens(), shop.positions());
    int tokens = Math.max(shop.recipe().compute().tokensPerDevice(), largest);
    return new MemoryPlan.Load(tokens, longest, null, false, false);
  }

  @Override
  public OpenTrainer open(RunDirectory run, Path from, long seed) {
    return OpenTrainer.of(new RewardModelTrainer(shop.model(), opinions, config, seed));
  }

  /// Writes the reward model, and says how it does.
  @Override
  public void save(OpenTrainer open, RunDirectory run) {
    if (open.trainer() instanceof RewardModelTrainer trainer) {
      shop.console().println("Stage '" + stage.name() + "': " + trainer.heldOut());
      shop.spend();
      trainer.finish(run.model(stage.name()));
    }
  }
}
