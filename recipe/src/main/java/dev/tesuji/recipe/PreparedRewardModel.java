package dev.tesuji.recipe;

import static java.util.Objects.requireNonNull;

import dev.tesuji.chainsums.ChainSumsCorpus;
import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.Dataset;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.overoptimisation.GoldPairs;
import dev.tesuji.random.Purpose;
import dev.tesuji.random.Streams;
import dev.tesuji.reward.Grader;
import dev.tesuji.rewardmodel.RewardExample;
import dev.tesuji.rewardmodel.RewardExamples;
import dev.tesuji.rewardmodel.RewardModelConfig;
import dev.tesuji.rewardmodel.RewardModelTrainer;
import dev.tesuji.rollout.LocalRolloutSampler;
import dev.tesuji.rollout.PosedProblem;
import dev.tesuji.rollout.PromptStream;
import dev.tesuji.rollout.RolloutSampler;
import dev.tesuji.rollout.RolloutSettings;
import dev.tesuji.run.Halted;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.train.Checkpoints;
import dev.tesuji.train.MemoryPlan;
import dev.tesuji.world.Posed;
import dev.tesuji.world.Ranking;
import dev.tesuji.world.World;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A stage that makes a reward model, with its opinions.
///
/// @param opinions what it learns from; null where the model is to draw that when the stage's turn
///   has come
record PreparedRewardModel(
    Stage.RewardModel stage,
    @Nullable RewardExamples opinions,
    RewardModelConfig config,
    Workshop shop)
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
    RewardExamples opinions =
        switch (s.comparisons()) {
          case Stage.Comparisons.ChainSums(int prompts) -> chainSums(s, prompts, shop);
          case Stage.Comparisons.World rankings -> world(s, rankings, shop);
          case Stage.Comparisons.Drawn drawn -> {
            shop.posed(drawn.task()); // what will not do is said now
            yield null;
          }
          case Stage.Comparisons.Files files ->
              RewardExamples.read(
                  new Dataset(List.of(data(files, shop)), files.columns(), null), reading(s, shop));
        };
    if (opinions == null) {
      return new PreparedRewardModel(s, null, config, shop);
    }
    if (s.centering() > 0 && opinions.train().getFirst() instanceof RewardExample.Labelled) {
      throw new BadInput(
          "stage '"
              + s.name()
              + "': centering must be 0 for labelled answers, whose scores have a 0 of their own,"
              + " got "
              + s.centering());
    }
    shop.countTexts(opinions.touched(), mostTokens(s, shop));
    return new PreparedRewardModel(s, opinions, config, shop);
  }

  private static int mostTokens(Stage.RewardModel s, Workshop shop) {
    return Math.min(s.maxTokens(), shop.positions());
  }

  private static RewardExamples.Reading reading(Stage.RewardModel s, Workshop shop) {
    return new RewardExamples.Reading(
        shop.words(),
        new TokenizedDataset.Limit(mostTokens(s, shop), s.tooLong()),
        s.heldOutShare(),
        shop.streams(s).seed(Purpose.HELD_OUT));
  }

  private static RewardExamples world(
      Stage.RewardModel s, Stage.Comparisons.World r, Workshop shop) {
    RewardExamples.Reading reading = reading(s, shop);
    Ranking.Judging judging = new Ranking.Judging(r.criterion(), r.candidates(), r.noise());
    World questions = r.criterion().questions();
    long seed = shop.streams(s).seed(Purpose.MADE_UP_DATA);
    List<RewardExamples.Ranked> pairs = new ArrayList<>();
    for (int i = 0; i < r.prompts(); i++) {
      Posed posed = questions.posed(i);
      for (Ranking.Pair pair : Ranking.drawn(posed, judging, seed).pairs(r.margin())) {
        String chosen = r.criterion().seen(pair.chosen());
        String rejected = r.criterion().seen(pair.rejected());
        if (!chosen.equals(rejected)) { // they may have differed in their thinking alone
          pairs.add(new RewardExamples.Ranked(posed.problem(), List.of(chosen, rejected)));
        }
      }
    }
    return RewardExamples.of(questions, pairs, reading);
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
      case Stage.Comparisons.World _ when !(recipe.task() instanceof TaskConfig.World) ->
          throw new BadInput("stage '" + s.name() + "': comparisons world go with task world");
      case Stage.Comparisons.Files f when f.data() == null && recipe.data() == null ->
          throw new BadInput(
              "stage '"
                  + s.name()
                  + "' needs comparisons.files.data, the file with its comparisons");
      case Stage.Comparisons.ChainSums _,
          Stage.Comparisons.World _,
          Stage.Comparisons.Drawn _,
          Stage.Comparisons.Files _ -> {}
    }
    return new RewardModelConfig(
        s.steps(), s.batchSize(), s.centering(), s.optimizer(), recipe.compute());
  }

  private static RewardExamples chainSums(Stage.RewardModel s, int prompts, Workshop shop) {
    return RewardExamples.of(
        shop.task(),
        prompts,
        AUTHORS.stream().map(a -> (RewardExamples.Author) a::response).toList(),
        reading(s, shop));
  }

  private static Path data(Stage.Comparisons.Files files, Workshop shop) {
    return requireNonNull(files.data() == null ? shop.recipe().data() : files.data());
  }

  @Override
  public MemoryPlan.Load load() {
    int largest =
        opinions == null
            ? 2 * mostTokens(stage, shop)
            : Stream.concat(opinions.train().stream(), opinions.heldOut().stream())
                .mapToInt(RewardExample::tokens)
                .max()
                .orElse(0); // a ranking goes through the model as a whole
    MemoryPlan.Load text = Reckoning.load(stage, shop.ground());
    return MemoryPlan.Load.plain(Math.max(text.tokens(), largest), text.longest(), null);
  }

  @Override
  public OpenTrainer open(RunDirectory run, Path from, Streams streams) {
    RewardExamples learned =
        stage.comparisons() instanceof Stage.Comparisons.Drawn drawn
            ? draw(drawn)
            : requireNonNull(opinions, "all others were read when the stage was prepared");
    return OpenTrainer.of(
        new RewardModelTrainer(shop.model(), learned, config, streams.seed(Purpose.EXAMPLES)));
  }

  /// Has the model respond to problems, and the gold reward say which responses are better.
  private RewardExamples draw(Stage.Comparisons.Drawn drawn) {
    Streams streams = shop.streams(stage);
    Task task = shop.posed(drawn.task());
    int room = Math.max(1, shop.positions() - drawn.maxNewTokens());
    PromptStream prompts =
        new PromptStream(
            task,
            shop.tokenizer(),
            new PromptStream.Limit(room, PromptStream.TooLong.ERROR),
            streams.seed(Purpose.PROBLEMS));
    List<Problem> held = task.heldOut(drawn.heldOut());
    RewardConfig.Place place =
        new RewardConfig.Place(
            task, drawn.maxNewTokens(), shop.model().decoder().device(), shop::modelOf);
    shop.console()
        .printf(
            Locale.ROOT,
            "Stage '%s': drawing %d + %d pairs of responses%n",
            stage.name(),
            drawn.pairs(),
            drawn.heldOut());
    try (Grader gold = new Grader(Payment.open(drawn.gold(), place));
        RolloutSampler sampler = new LocalRolloutSampler(shop.model(), task, gold)) {
      List<RewardExamples.Pair> train =
          new GoldPairs(sampler, settings(drawn, streams.seed(Purpose.COMPARISONS)))
              .draw(prompts::at, drawn.pairs());
      List<RewardExamples.Pair> measured =
          new GoldPairs(sampler, settings(drawn, streams.seed(Purpose.HELD_OUT_COMPARISONS)))
              .draw(i -> posed(i, task, held.get((int) (i % held.size()))), drawn.heldOut());
      RewardExamples opinions = RewardExamples.of(task, train, measured, reading(stage, shop));
      shop.countTexts(opinions.touched(), mostTokens(stage, shop));
      return opinions;
    }
  }

  private PosedProblem posed(long number, Task task, Problem problem) {
    return new PosedProblem(number, problem, task.promptTokens(problem, shop.tokenizer()));
  }

  private static RolloutSettings settings(Stage.Comparisons.Drawn drawn, long seed) {
    return new RolloutSettings(2, drawn.maxNewTokens(), drawn.sampling(), seed);
  }

  /// Writes the reward model, and says how it does.
  ///
  /// @throws Halted when it scores an answer NaN or infinite; the stage begins again on a resume
  @Override
  public void save(OpenTrainer open, RunDirectory run) {
    if (open.trainer() instanceof RewardModelTrainer trainer) {
      trainer.trouble().ifPresent(what -> halt(what, run));
      shop.console().println("Stage '" + stage.name() + "': " + trainer.heldOut());
      shop.spend();
      trainer.finish(run.model(stage.name()));
    }
  }

  private void halt(String trouble, RunDirectory run) {
    new Checkpoints(run.checkpoints(stage.name())).clear();
    throw new Halted(
        "Stage '"
            + stage.name()
            + "' halted: "
            + run.model(stage.name())
            + " was not written, because of "
            + trouble
            + "; lower optimizer.learningRate of the stage, and begin the stage again with");
  }
}
