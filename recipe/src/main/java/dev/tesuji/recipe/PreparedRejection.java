package dev.tesuji.recipe;

import dev.tesuji.check.BadInput;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.generate.Limits;
import dev.tesuji.rejection.FilterCounts;
import dev.tesuji.rejection.RejectionConfig;
import dev.tesuji.rejection.RejectionSampler;
import dev.tesuji.rejection.SampleFilter;
import dev.tesuji.rejection.Threshold;
import dev.tesuji.rejection.TraceFile;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.rl.PromptSource;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.train.Checkpoints;
import dev.tesuji.train.MemoryPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A stage of rejection sampling with its prompts.
record PreparedRejection(
    Stage.Rejection stage, PromptSource prompts, RejectionConfig config, Workshop shop)
    implements PreparedStage {

  static PreparedRejection of(Stage.Rejection s, Workshop shop) {
    PromptSource.Limit limit = shop.ground().limit(s.prompts().limit(), s.maxNewTokens());
    PromptSource source =
        new PromptSource(task(s, shop), shop.tokenizer(), limit, shop.recipe().seed());
    shop.countPrompts(source.touched(), limit.maxTokens());
    RejectionConfig config =
        new RejectionConfig(
            count(s, source),
            s.promptsPerStep(),
            s.samplesPerPrompt(),
            s.maxNewTokens(),
            s.sampling());
    PreparedRejection prepared = new PreparedRejection(s, source, config, shop);
    prepared.check();
    return prepared;
  }

  /// Makes the rules once, so that one that will not do is named before anything runs; models that
  /// judge are not loaded for that.
  private void check() {
    sieve();
    if (stage.models().isEmpty()) {
      rewards().parts().forEach(part -> part.reward().close());
    }
  }

  /// Returns whose problems are posed.
  private static Task task(Stage.Rejection s, Workshop shop) {
    Path data = s.prompts().data();
    TaskConfig own = s.prompts().task();
    if (data == null && own == null) {
      return shop.task();
    }
    Path model = shop.recipe().model();
    TaskConfig task = own == null ? shop.recipe().task() : own;
    Task posed = task.open(data == null ? shop.recipe().data() : data, model);
    if (data != null && posed.size() == Long.MAX_VALUE) {
      throw new BadInput(
          "stage '"
              + s.name()
              + "': prompts.data goes with a task that reads files, got task '"
              + posed.name()
              + "', which makes its problems; leave it out");
    }
    return posed;
  }

  private static long count(Stage.Rejection s, PromptSource source) {
    Integer count = s.prompts().count();
    if (count == null && source.size() == Long.MAX_VALUE) {
      throw new BadInput(
          "stage '"
              + s.name()
              + "' needs 'prompts: {count: N}': task '"
              + source.task().name()
              + "' has problems without end");
    }
    if (count != null && count > source.size()) {
      throw new BadInput(
          "stage '"
              + s.name()
              + "': prompts.count must be at most the "
              + source.size()
              + " problems that task '"
              + source.task().name()
              + "' trains on, got "
              + count
              + "; for more samples raise samplesPerPrompt");
    }
    return count == null ? source.size() : count;
  }

  /// Returns the file of the samples that a stage kept.
  static Path kept(RunDirectory run, String stage) {
    return run.data(stage).resolve("kept.jsonl");
  }

  @Override
  public int steps(RunDirectory run) {
    return config.steps();
  }

  /// Returns its largest pass.
  static MemoryPlan.Load load(Stage.Rejection s, Ground ground) {
    Integer count = s.prompts().count();
    int prompts = count == null ? s.promptsPerStep() : Math.min(count, s.promptsPerStep());
    int rows = (int) Math.min(Limits.MOST_ROWS, (long) prompts * s.samplesPerPrompt());
    int prompt = ground.limit(s.prompts().limit(), s.maxNewTokens()).maxTokens();
    int longest = prompt + s.maxNewTokens();
    MemoryPlan.Drawing drawing = new MemoryPlan.Drawing(rows, prompts, prompt, s.maxNewTokens());
    return MemoryPlan.Load.plain(longest, longest, drawing);
  }

  @Override
  public void rehearse() {} // the first step is the largest pass

  @Override
  public OpenTrainer open(RunDirectory run, Path from, long seed) {
    List<AutoCloseable> parts = new ArrayList<>();
    Grader grader = new Grader(rewards());
    parts.add(grader);
    Path kept = kept(run, stage.name());
    RejectionSampler.Parts work =
        new RejectionSampler.Parts(
            prompts,
            grader,
            sieve(),
            new TraceFile(kept),
            stage.refused() ? new TraceFile(kept.resolveSibling("refused.jsonl")) : null);
    RejectionSampler sampler = new RejectionSampler(shop.model(), work, config, seed);
    parts.add(sampler);
    return new OpenTrainer(sampler, parts);
  }

  private RewardMix rewards() {
    RewardConfig.Place place =
        new RewardConfig.Place(
            prompts.task(), stage.maxNewTokens(), shop.model().decoder().device(), shop::modelOf);
    List<RewardConfig> rewards =
        stage.keep().isEmpty()
            ? List.of(RewardConfig.Accuracy.DEFAULT) // to note it; it refuses nothing
            : stage.keep().stream().map(Rule::reward).toList();
    try {
      return Payment.open(rewards, place);
    } catch (IllegalArgumentException e) {
      throw new BadInput("stage '" + stage.name() + "': " + e.getMessage(), e);
    }
  }

  private SampleFilter sieve() {
    List<Threshold> thresholds =
        stage.keep().stream().map(r -> new Threshold(r.reward().label(), r.atLeast())).toList();
    try {
      return new SampleFilter(stage.keeping(), thresholds, evaluationProblems());
    } catch (IllegalArgumentException e) {
      throw new BadInput("stage '" + stage.name() + "': " + e.getMessage(), e);
    }
  }

  /// Returns all held-out problems of a task that has a file of them, and those that are asked of
  /// one that makes them without end.
  private List<Problem> evaluationProblems() {
    boolean endless = shop.task().size() == Long.MAX_VALUE;
    return shop.task()
        .heldOut(endless ? shop.recipe().evaluation().posed().problems() : Integer.MAX_VALUE);
  }

  /// Says what became of the samples; makes no model.
  ///
  /// @throws BadInput when nothing was kept
  @Override
  public void save(OpenTrainer open, RunDirectory run) {
    if (!(open.trainer() instanceof RejectionSampler sampler)) {
      return;
    }
    FilterCounts tally = sampler.tally();
    shop.console().println("Stage '" + stage.name() + "': " + tally.table());
    if (tally.kept() == 0) {
      new Checkpoints(run.checkpoints(stage.name())).clear();
      throw new BadInput(
          "stage '"
              + stage.name()
              + "' kept none of its "
              + tally.drawn()
              + " samples, so that there is nothing to learn from; refused by reason: "
              + tally.reasons()
              + ". Loosen 'keep' or what else refused them, raise samplesPerPrompt, or start from a"
              + " model that can do the task, and go on with --resume: the stage begins again");
    }
  }
}
