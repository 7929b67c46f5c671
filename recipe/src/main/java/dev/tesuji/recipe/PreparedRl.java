package dev.tesuji.recipe;

import dev.tesuji.check.BadInput;
import dev.tesuji.env.Task;
import dev.tesuji.evaluate.EvaluationConfig;
import dev.tesuji.evaluate.Evaluator;
import dev.tesuji.generate.Limits;
import dev.tesuji.nn.LoraConfig;
import dev.tesuji.overoptimisation.Drawing;
import dev.tesuji.overoptimisation.GoldStandard;
import dev.tesuji.random.Rng;
import dev.tesuji.reward.Grader;
import dev.tesuji.rewardmodel.RewardModel;
import dev.tesuji.rl.PromptSource;
import dev.tesuji.rl.RlConfig;
import dev.tesuji.rl.RlTrainer;
import dev.tesuji.rl.RolloutLog;
import dev.tesuji.rl.algorithm.Requirements.Need;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.train.HeldOutMetric;
import dev.tesuji.train.MemoryPlan;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A stage of reinforcement learning with its prompts, its rewards put to the test.
///
/// @param audited whether the rewards were put to the test; those that an earlier stage is still to
///   make are when the stage is opened
record PreparedRl(
    Stage.Rl stage, PromptSource prompts, RlConfig config, Workshop shop, boolean audited)
    implements PreparedStage {

  static PreparedRl of(Stage.Rl s, Workshop shop) {
    RlConfig config = config(s, shop.ground());
    config
        .samplerNote()
        .ifPresent(note -> shop.console().println("Stage '" + s.name() + "': " + note));
    PromptSource.Limit limit = shop.ground().limit(s.prompts(), s.maxNewTokens());
    Task posed = shop.posed(s.task());
    PromptSource source = new PromptSource(posed, shop.tokenizer(), limit, shop.recipe().seed());
    shop.countPrompts(source.touched(), limit.maxTokens());
    boolean complete =
        s.payment().models().stream()
            .allMatch(m -> m.path() != null || RewardModel.isWhole(m.directory(shop::modelOf)));
    if (complete) {
      audit(s, posed, shop);
    }
    return new PreparedRl(s, source, config, shop, complete);
  }

  private static RewardConfig.Place place(Stage.Rl s, Task posed, Workshop shop) {
    return new RewardConfig.Place(
        posed, s.maxNewTokens(), shop.model().decoder().device(), shop::modelOf);
  }

  /// Puts the reward of a stage to the test.
  ///
  /// @throws BadInput when it pays for nothing good and the recipe does not say otherwise
  private static void audit(Stage.Rl s, Task posed, Workshop shop) {
    Payment.Audit audit = s.payment().audit();
    if (audit == Payment.Audit.OFF) {
      return;
    }
    for (String complaint :
        RecipeAudit.of(s, place(s, posed, shop), shop.tokenizer()::encode).complaints()) {
      String sentence = "stage '" + s.name() + "': " + complaint;
      if (audit == Payment.Audit.REFUSE) {
        throw new BadInput(
            sentence
                + "; see './tesuji audit', mend the rewards, or set "
                + "'audit: warn' to train on them all the same");
      }
      shop.console().println("Warning: " + sentence);
    }
  }

  /// Returns the settings.
  ///
  /// @throws BadInput when they contradict each other or the model
  static RlConfig config(Stage.Rl s, Ground ground) {
    ground.requireRoom(s.name(), s.maxNewTokens());
    RlTrainer.requireComparable(s.algorithm(), s.payment().aggregation());
    LoraConfig lora = ground.recipe().lora();
    RlTrainer.requireSteadyScores(s.algorithm(), lora == null ? 0 : lora.dropout());
    return new RlConfig(
        s.steps(),
        s.promptsPerStep(),
        s.groupSize(),
        s.maxNewTokens(),
        s.sampling(),
        s.algorithm(),
        s.samplingRounds(),
        s.optimizer(),
        ground.recipe().compute());
  }

  /// Returns its largest pass.
  static MemoryPlan.Load load(Stage.Rl s, Ground ground) {
    int prompt = ground.limit(s.prompts(), s.maxNewTokens()).maxTokens();
    int longest = prompt + s.maxNewTokens();
    int rows = Math.min(Limits.MOST_ROWS, s.promptsPerStep() * s.groupSize());
    int most = ground.atOnce(longest);
    long all = (long) longest * s.promptsPerStep() * s.groupSize();
    return new MemoryPlan.Load(
        Math.toIntExact(Math.min(most, all)),
        longest,
        new MemoryPlan.Drawing(rows, s.promptsPerStep(), prompt, s.maxNewTokens()),
        needsReferenceModel(s, ground),
        s.algorithm().requirements().has(Need.SECOND_MODEL),
        all <= most);
  }

  /// Returns the bytes of its reward models; one that an earlier stage makes is as large as the
  /// policy.
  static long rewardBytes(Stage.Rl s, Ground ground) {
    long own = ground.modelBytes();
    long start = s.payment().gold() == null ? 0 : own; // which the gold reward measures from
    return ground.bytes(s.payment().models()) + start;
  }

  private static boolean needsReferenceModel(Stage.Rl s, Ground ground) {
    return s.algorithm().requirements().has(Need.REFERENCE) && !ground.adapts();
  }

  @Override
  public OpenTrainer open(RunDirectory run, Path from, long seed) {
    if (!audited) {
      audit(stage, prompts.task(), shop);
    }
    List<AutoCloseable> parts = new ArrayList<>();
    Grader grader = new Grader(stage.payment().open(place(stage, prompts.task(), shop)));
    parts.add(grader);
    LoadedModel reference = null;
    if (needsReferenceModel(stage, shop.ground())) {
      reference = shop.another(from);
      parts.add(reference);
    }
    LoadedModel second = null;
    if (stage.algorithm().requirements().has(Need.SECOND_MODEL)) {
      second = shop.another(from);
      parts.add(second);
    }
    RolloutLog rollouts = new RolloutLog(run.rollouts(stage.name()));
    RlTrainer trainer =
        new RlTrainer(
            shop.model(),
            new RlTrainer.Parts(prompts, grader, rollouts, reference, second),
            config,
            seed);
    parts.add(trainer);
    return new OpenTrainer(trainer, parts, heldOut(run, from, grader, seed, parts));
  }

  /// Makes what the guardian holds the policy to: problems posed as the stage poses its own.
  private HeldOutMetric heldOut(
      RunDirectory run, Path from, Grader paid, long seed, List<AutoCloseable> parts) {
    int problems = stage.course().guardian().heldOutProblems();
    Payment.Gold gold = stage.payment().gold();
    if (gold == null) {
      EvaluationConfig posed =
          new EvaluationConfig(problems, 1, stage.maxNewTokens(), stage.sampling());
      return HeldOutMetric.accuracy(() ->
          new Evaluator(shop.model(), prompts.task(), posed, Rng.derive(seed, 11))
              .evaluate()
              .accuracy());
    }
    GoldStandard standard =
        new GoldStandard(
            new Drawing(
                shop.model(),
                prompts.task(),
                stage.maxNewTokens(),
                stage.sampling(),
                Rng.derive(seed, 11)),
            paid,
            new Grader(Payment.open(gold.rewards(), place(stage, prompts.task(), shop))),
            shop.another(from),
            problems);
    parts.add(standard);
    Path file = run.bestOfN(stage.name());
    if (gold.bestOf() > 0 && !Files.exists(file)) {
      shop.console()
          .printf(
              Locale.ROOT,
              "Stage '%s': drawing %d responses to each of %d held-out problems for best-of-n%n",
              stage.name(),
              gold.bestOf(),
              problems);
      standard.writeBestOfN(gold.bestOf(), file);
    }
    return standard;
  }
}
