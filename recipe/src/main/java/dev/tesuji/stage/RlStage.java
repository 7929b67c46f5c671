package dev.tesuji.stage;

import static java.util.Objects.requireNonNull;

import dev.tesuji.audit.RewardAudit;
import dev.tesuji.check.BadInput;
import dev.tesuji.env.Task;
import dev.tesuji.env.TaskMixture;
import dev.tesuji.evaluate.EvaluationConfig;
import dev.tesuji.evaluate.Evaluator;
import dev.tesuji.generate.GenerationMemory;
import dev.tesuji.nn.LoraConfig;
import dev.tesuji.policy.RolloutPrecision;
import dev.tesuji.policy.SamplerPrecision;
import dev.tesuji.random.Purpose;
import dev.tesuji.recipe.RewardConfig;
import dev.tesuji.recipe.RewardSpec;
import dev.tesuji.recipe.RewardedStage;
import dev.tesuji.recipe.RlSettings;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.RewardFailure;
import dev.tesuji.rewardmodel.RewardModel;
import dev.tesuji.rl.RlConfig;
import dev.tesuji.rl.RlTrainer;
import dev.tesuji.rl.SelfPlay;
import dev.tesuji.rl.WeightSnapshot;
import dev.tesuji.rl.algorithm.Requirements.Need;
import dev.tesuji.rollout.HeldOutProblems;
import dev.tesuji.rollout.LocalRolloutSampler;
import dev.tesuji.rollout.ProblemSource;
import dev.tesuji.rollout.PromptStream;
import dev.tesuji.rollout.RolloutLog;
import dev.tesuji.rollout.RolloutSampler;
import dev.tesuji.rollout.RolloutSettings;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.train.HeldOutMetric;
import dev.tesuji.train.MemoryPlan;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reinforcement learning, with rewards that are put to the test before it begins.
public final class RlStage implements Stage {
  private final RlSettings settings;
  private final RunContext context;
  private @Nullable StageProblems problems;
  private boolean audited;

  /// Makes the stage.
  public RlStage(RlSettings settings, RunContext context) {
    this.settings = settings;
    this.context = context;
  }

  @Override
  public RlSettings settings() {
    return settings;
  }

  @Override
  public RunContext context() {
    return context;
  }

  @Override
  public void check() {
    if (settings.reward().gold() != null && context.gold().isEmpty()) {
      throw new IllegalArgumentException(
          "gold cannot be given: nothing here measures gold rewards");
    }
    context.requireRoom(settings.maxNewTokens());
    RlTrainer.requireComparable(settings.algorithm(), settings.reward().aggregation());
    LoraConfig lora = context.recipe().lora();
    RlTrainer.requireSteadyScores(settings.algorithm(), lora == null ? 0 : lora.dropout());
    RolloutPrecision rollouts = context.recipe().compute().rollouts();
    rollouts.require(context.decoder());
    config()
        .samplerNote(SamplerPrecision.of(context.decoder(), rollouts))
        .ifPresent(note -> context.notes().say("Stage '" + name() + "': " + note));
  }

  private RlConfig config() {
    return new RlConfig(
        settings.steps(),
        settings.promptsPerStep(),
        settings.groupSize(),
        settings.maxNewTokens(),
        settings.sampling(),
        settings.algorithm(),
        settings.samplingRounds(),
        settings.optimizer(),
        context.recipe().compute(),
        settings.staleness().lag());
  }

  @Override
  public boolean takesLeaves() {
    return true;
  }

  @Override
  public MemoryPlan.Load pass() {
    int perStep = settings.promptsPerStep() * settings.groupSize();
    int prompt = context.limit(settings.prompts(), settings.maxNewTokens()).maxTokens();
    int longest = prompt + settings.maxNewTokens();
    int most = context.atOnce(longest);
    long all = (long) longest * perStep;
    return new MemoryPlan.Load(
        Math.toIntExact(Math.min(most, all)),
        longest,
        new MemoryPlan.Drawing(
            GenerationMemory.rows(
                context.decoder(),
                Math.max(perStep, settings.difficulty().rows()),
                settings.maxNewTokens()),
            settings.promptsPerStep(),
            prompt,
            settings.maxNewTokens()),
        needsReferenceModel(),
        settings.algorithm().requirements().has(Need.SECOND_MODEL),
        all <= most);
  }

  @Override
  public MemoryPlan memory() {
    long own = context.modelBytes();
    long start = settings.reward().gold() == null ? 0 : own; // which the gold reward measures from
    MemoryPlan plan = Stage.super.memory().with("reward models", context.bytes(models()) + start);
    return settings.staleness().isBeside() ? withLag(plan) : plan;
  }

  /// Adds the model that draws and the weights that wait for it, and draws while training.
  private MemoryPlan withLag(MemoryPlan plan) {
    int kept = settings.staleness().lag() + 1; // the newest, before the oldest has drawn
    return plan.with("drawing model", context.decoder().weightBytes())
        .with("lagged weights", kept * WeightSnapshot.bytes(context.decoder()))
        .atOnce();
  }

  private List<RewardConfig.Model> models() {
    return RewardConfig.Model.among(settings.reward().all());
  }

  private boolean needsReferenceModel() {
    return settings.algorithm().requirements().has(Need.REFERENCE) && !context.adapts();
  }

  @Override
  public void read() {
    context
        .posed(settings.task())
        .ifPresent(task -> {
          checkTask(task);
          context.tokenizer().ifPresent(t -> readPrompts(task, t));
          if (isComplete()) {
            audit(task);
          }
        });
  }

  private void checkTask(Task task) {
    try {
      settings.difficulty().check(task);
      SelfPlay.requireSteady(task, settings.staleness().lag());
    } catch (IllegalArgumentException e) {
      throw new BadInput("stage '" + name() + "': " + e.getMessage(), e);
    }
  }

  private void readPrompts(Task task, Tokenizer tokenizer) {
    if (settings.maxNewTokens() >= context.positions()) {
      return; // which [#check] has refused
    }
    PromptStream.Limit limit = context.limit(settings.prompts(), settings.maxNewTokens());
    problems = StageProblems.read(task, tokenizer, limit, context.streams(name()));
    context.countPrompts(problems.touched(), limit.maxTokens());
  }

  /// Returns whether its rewards can be put to the test: those that an earlier stage is still to
  /// make can when the stage is opened, and a dry run asks no models and no other machine.
  private boolean isComplete() {
    return context.planned()
        ? settings.reward().rewards().stream().noneMatch(RewardConfig::asksElsewhere)
        : models().stream()
            .allMatch(m -> m.path() != null || RewardModel.isWhole(m.directory(context::modelOf)));
  }

  private RewardConfig.Place place(Task task) {
    return new RewardConfig.Place(
        task, settings.maxNewTokens(), context.decoder().device(), context::modelOf);
  }

  /// Puts its rewards to the test.
  ///
  /// @throws BadInput when they pay for nothing good and the recipe does not say otherwise
  private void audit(Task task) {
    audited = true;
    RewardSpec.Audit action = settings.reward().audit();
    if (action == RewardSpec.Audit.OFF) {
      return;
    }
    Function<String, int[]> encoder =
        context
            .tokenizer()
            .<Function<String, int[]>>map(t -> t::encode)
            .orElse(text -> text.codePoints().toArray());
    for (TaskMixture.Part part : TaskMixture.parts(task)) {
      audit(part, task instanceof TaskMixture, action, encoder);
    }
  }

  /// Puts its rewards to the test on one of its tasks.
  ///
  /// @param mixed whether it is one of several
  private void audit(
      TaskMixture.Part part,
      boolean mixed,
      RewardSpec.Audit action,
      Function<String, int[]> encoder) {
    RewardAudit found = audit(settings, place(part.task()), encoder);
    String where = mixed ? "', task '" + part.name() : "";
    if (found.problems() == 0) {
      context.notes().warn("stage '" + name() + where + "': " + RewardAudit.NOT_AUDITED);
    }
    for (String complaint : found.complaints()) {
      String sentence = "stage '" + name() + where + "': " + complaint;
      if (action == RewardSpec.Audit.REFUSE) {
        throw new BadInput(
            sentence
                + "; see './tesuji audit', mend the rewards, or set "
                + "'audit: warn' to train on them all the same");
      }
      context.notes().warn(sentence);
    }
  }

  /// Puts a battery of responses through the rewards of a stage.
  ///
  /// @param encoder makes tokens of a text
  /// @throws BadInput when a setting of a reward will not do, or it cannot be had
  public static RewardAudit audit(
      RewardedStage settings, RewardConfig.Place place, Function<String, int[]> encoder) {
    try {
      return RewardAudit.of(place.task(), settings.reward().open(place), encoder);
    } catch (IllegalArgumentException | RewardFailure e) {
      throw new BadInput("stage '" + settings.name() + "': " + e.getMessage(), e);
    }
  }

  @Override
  public Description describe() {
    long perStep =
        (long) settings.samplingRounds() * settings.promptsPerStep() * settings.groupSize();
    return new Description(
        Tables.whole(settings.steps()),
        Tables.problems(settings.task(), null, context.recipe()),
        Tables.generated(settings.steps() * perStep, settings.maxNewTokens()));
  }

  @Override
  public OpenTrainer open(RunDirectory run, Path from) {
    StageProblems read = requireNonNull(problems, "prompts are read before a stage is opened");
    Task task = read.task();
    if (!audited) {
      audit(task);
    }
    ProblemSource posed = read.open(settings, context, run);
    List<AutoCloseable> parts = new ArrayList<>();
    Grader grader = new Grader(settings.reward().open(place(task)));
    parts.add(grader);
    LoadedModel reference = needsReferenceModel() ? context.another(from) : null;
    if (reference != null) {
      parts.add(reference);
    }
    LoadedModel second =
        settings.algorithm().requirements().has(Need.SECOND_MODEL) ? context.another(from) : null;
    if (second != null) {
      context.sayWithoutLeaves(name(), "the model beside the policy");
      parts.add(second);
    }
    RolloutSampler sampler =
        new LocalRolloutSampler(context.engines(), context.model(), task, grader);
    RlTrainer.Behaviour behaviour =
        settings.staleness().isBeside() ? behaviour(from, task, grader) : null;
    if (behaviour != null) {
      parts.add(behaviour.model());
    }
    RlTrainer trainer =
        new RlTrainer(
            context.model(),
            new RlTrainer.Parts(
                posed,
                sampler,
                grader.rewards(),
                RolloutLog.behind(run.rollouts(name()), context.model().tokenizer()),
                reference,
                second,
                behaviour),
            config(),
            context.streams(name()).seed(Purpose.COMPLETIONS));
    parts.add(trainer);
    RewardSpec.Gold gold = settings.reward().gold();
    return new OpenTrainer(
        trainer,
        parts,
        gold == null ? accuracy(task) : measured(gold, run, context.another(from), sampler, parts),
        () -> saveModel(run));
  }

  private RlTrainer.Behaviour behaviour(Path from, Task task, Grader grader) {
    LoadedModel twin = context.twin(from);
    return new RlTrainer.Behaviour(
        twin, new LocalRolloutSampler(context.engines(), twin, task, grader));
  }

  private int heldOutProblems() {
    return settings.common().guardian().heldOutProblems();
  }

  /// Makes what the guardian holds the policy to: problems posed as the stage poses its own; null
  /// where the task holds none out.
  private @Nullable HeldOutMetric accuracy(Task task) {
    if (task.heldOut(1).isEmpty()) {
      return null;
    }
    EvaluationConfig posed =
        new EvaluationConfig(heldOutProblems(), 1, settings.maxNewTokens(), settings.sampling());
    long seed = context.streams(name()).seed(Purpose.GUARDIAN);
    return HeldOutMetric.accuracy(new Evaluator(context.evaluated(task), task, posed, seed));
  }

  private HeldOutMetric measured(
      RewardSpec.Gold gold,
      RunDirectory run,
      LoadedModel start,
      RolloutSampler paid,
      List<AutoCloseable> parts) {
    Task task = requireNonNull(problems).task();
    GoldMetric metric =
        context
            .gold()
            .orElseThrow()
            .open(
                new GoldMetric.Place(
                    paid,
                    new RolloutSettings(
                        1,
                        settings.maxNewTokens(),
                        settings.sampling(),
                        context.streams(name()).seed(Purpose.GUARDIAN)),
                    HeldOutProblems.of(
                            task,
                            context.tokenizer().orElseThrow(),
                            heldOutProblems(),
                            context.positions() - settings.maxNewTokens())
                        .posed(),
                    new Grader(RewardSpec.open(gold.rewards(), place(task))),
                    start));
    parts.add(metric);
    Path file = run.bestOfN(name());
    if (gold.bestOf() > 0 && !Files.exists(file)) {
      context
          .notes()
          .say(
              String.format(
                  Locale.ROOT,
                  "Stage '%s': drawing %d responses to each of %d held-out problems for best-of-n",
                  name(),
                  gold.bestOf(),
                  heldOutProblems()));
      metric.writeBestOfN(gold.bestOf(), file);
    }
    return metric;
  }
}
