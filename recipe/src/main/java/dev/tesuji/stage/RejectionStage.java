package dev.tesuji.stage;

import static java.util.Objects.requireNonNull;

import dev.tesuji.check.BadInput;
import dev.tesuji.endpoint.ChatClient;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.generate.GenerationMemory;
import dev.tesuji.random.Purpose;
import dev.tesuji.recipe.EndpointSettings;
import dev.tesuji.recipe.RejectionSettings;
import dev.tesuji.recipe.RewardConfig;
import dev.tesuji.recipe.RewardSpec;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.rejection.FilterCounts;
import dev.tesuji.rejection.RejectionConfig;
import dev.tesuji.rejection.RejectionSampler;
import dev.tesuji.rejection.SampleFilter;
import dev.tesuji.rejection.Threshold;
import dev.tesuji.rejection.TraceFile;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.rollout.EndpointPolicy;
import dev.tesuji.rollout.EndpointRolloutSampler;
import dev.tesuji.rollout.LocalRolloutSampler;
import dev.tesuji.rollout.ProblemSource;
import dev.tesuji.rollout.PromptStream;
import dev.tesuji.rollout.RolloutSampler;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.train.Checkpoints;
import dev.tesuji.train.MemoryPlan;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Rejection sampling: draws samples and keeps the good ones, as data for later stages.
public final class RejectionStage implements Stage {
  private final RejectionSettings settings;
  private final RunContext context;
  private @Nullable ProblemSource prompts;

  /// Makes the stage.
  public RejectionStage(RejectionSettings settings, RunContext context) {
    this.settings = settings;
    this.context = context;
  }

  /// Returns the file of the samples that a stage kept.
  static Path kept(RunDirectory run, String stage) {
    return run.data(stage).resolve("kept.jsonl");
  }

  @Override
  public RejectionSettings settings() {
    return settings;
  }

  @Override
  public RunContext context() {
    return context;
  }

  @Override
  public void check() {
    if (settings.endpoint() == null) {
      context.requireRoom(settings.maxNewTokens());
    }
  }

  @Override
  public MemoryPlan.Load pass() {
    Integer count = settings.prompts().count();
    int perStep = settings.promptsPerStep();
    int posed = count == null ? perStep : Math.min(count, perStep);
    long samples = (long) posed * settings.samplesPerPrompt();
    int rows = GenerationMemory.rows(context.decoder(), samples, settings.maxNewTokens());
    int prompt = limit().maxTokens();
    int longest = prompt + settings.maxNewTokens();
    MemoryPlan.Drawing drawing =
        settings.endpoint() == null
            ? new MemoryPlan.Drawing(rows, posed, prompt, settings.maxNewTokens())
            : null;
    return MemoryPlan.Load.plain(longest, longest, drawing);
  }

  @Override
  public MemoryPlan memory() {
    MemoryPlan plan = MemoryPlan.generation(context.decoder(), pass().drawing());
    return plan.with("reward models", context.bytes(RewardConfig.Model.among(settings.rewards())));
  }

  private PromptStream.Limit limit() {
    int answer = settings.endpoint() == null ? settings.maxNewTokens() : 1; // is another's affair
    return context.limit(settings.prompts().limit(), answer);
  }

  @Override
  public void read() {
    Optional<Task> task = posed();
    boolean room = settings.endpoint() != null || settings.maxNewTokens() < context.positions();
    if (task.isEmpty() || context.tokenizer().isEmpty() || !room) {
      return; // which was said already, or is not known yet
    }
    ProblemSource source =
        StageProblems.read(task.get(), context.tokenizer().get(), limit(), context.streams(name()))
            .source();
    context.countPrompts(source.touched(), limit().maxTokens());
    prompts = source;
    config(source);
    tryRules(source);
    if (settings.endpoint() != null && !context.planned()) {
      Endpoints.requireReachable(settings.endpoint());
    }
  }

  /// Makes the rules once, so that one that will not do is named before anything runs; models that
  /// judge are not loaded for that.
  private void tryRules(ProblemSource source) {
    sieve();
    if (RewardConfig.Model.among(settings.rewards()).isEmpty()) {
      rewards(source).parts().forEach(part -> part.reward().close());
    }
  }

  /// Returns whose problems are posed.
  private Optional<Task> posed() {
    Path data = settings.prompts().data();
    TaskConfig own = settings.prompts().task();
    if (data == null && own == null) {
      return context.posed(null);
    }
    Path model = context.recipe().modelDirectory();
    TaskConfig task = own == null ? context.recipe().requireTask() : own;
    Task posed = task.open(data == null ? context.recipe().data() : data, model);
    if (data != null && posed.size() == Long.MAX_VALUE) {
      throw new BadInput(
          "stage '"
              + name()
              + "': prompts.data goes with a task that reads files, got task '"
              + posed.name()
              + "', which makes its problems; leave it out");
    }
    return Optional.of(posed);
  }

  private RejectionConfig config(ProblemSource source) {
    return new RejectionConfig(
        count(source),
        settings.promptsPerStep(),
        settings.samplesPerPrompt(),
        settings.maxNewTokens(),
        settings.sampling());
  }

  private long count(ProblemSource source) {
    Integer count = settings.prompts().count();
    if (count == null && source.size() == Long.MAX_VALUE) {
      throw new BadInput(
          "stage '"
              + name()
              + "' needs 'prompts: {count: N}': task '"
              + source.task().name()
              + "' has problems without end");
    }
    if (count != null && count > source.size()) {
      throw new BadInput(
          "stage '"
              + name()
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

  @Override
  public Description describe() {
    Integer count = settings.prompts().count();
    int samples = settings.samplesPerPrompt();
    return new Description(
        count == null ? "" : Tables.whole(Math.ceilDiv(count, settings.promptsPerStep())),
        Tables.problems(settings.prompts().task(), settings.prompts().data(), context.recipe()),
        count == null
            ? Tables.whole(samples) + " completions of each prompt"
            : Tables.generated((long) count * samples, settings.maxNewTokens()));
  }

  private ProblemSource source() {
    return requireNonNull(prompts, "prompts are read before a stage is opened");
  }

  @Override
  public int steps(RunDirectory run) {
    return config(source()).steps();
  }

  @Override
  public void rehearse() {} // the first step is the largest pass

  @Override
  public OpenTrainer open(RunDirectory run, Path from) {
    List<AutoCloseable> parts = new ArrayList<>();
    Grader grader = new Grader(rewards(source()));
    parts.add(grader);
    Path kept = kept(run, name());
    RejectionSampler.Parts work =
        new RejectionSampler.Parts(
            source(),
            sampler(kept, grader, parts),
            sieve(),
            new TraceFile(kept),
            settings.refused() ? new TraceFile(kept.resolveSibling("refused.jsonl")) : null);
    RejectionSampler sampler =
        new RejectionSampler(
            context.model(),
            work,
            config(source()),
            context.streams(name()).seed(Purpose.COMPLETIONS));
    parts.add(sampler);
    return new OpenTrainer(sampler, parts, null, () -> finish(sampler, run));
  }

  /// Makes what writes: the run's model, or one behind an endpoint, whose answers are kept beside
  /// the samples.
  private RolloutSampler sampler(Path kept, Grader grader, List<AutoCloseable> parts) {
    EndpointSettings endpoint = settings.endpoint();
    if (endpoint == null) {
      return new LocalRolloutSampler(context.engines(), context.model(), source().task(), grader);
    }
    ChatClient client = Endpoints.open(endpoint, kept.resolveSibling("answers.jsonl"));
    parts.add(client);
    LoadedModel student = context.model();
    EndpointPolicy.Reader reader =
        new EndpointPolicy.Reader(student.requireTokenizer(), student.endToken());
    return new EndpointRolloutSampler(
        new EndpointPolicy(client, source().task(), endpoint.asking(), reader), grader);
  }

  private RewardMix rewards(ProblemSource source) {
    RewardConfig.Place place =
        new RewardConfig.Place(
            source.task(), settings.maxNewTokens(), context.decoder().device(), context::modelOf);
    List<RewardConfig> rewards =
        settings.keep().isEmpty()
            ? List.of(RewardConfig.Accuracy.DEFAULT) // to note it; it refuses nothing
            : settings.rewards().toList();
    try {
      return RewardSpec.open(rewards, place);
    } catch (IllegalArgumentException e) {
      throw new BadInput("stage '" + name() + "': " + e.getMessage(), e);
    }
  }

  private SampleFilter sieve() {
    List<Threshold> thresholds =
        settings.keep().stream().map(r -> new Threshold(r.reward().label(), r.atLeast())).toList();
    try {
      return new SampleFilter(settings.keeping(), thresholds, evaluationProblems());
    } catch (IllegalArgumentException e) {
      throw new BadInput("stage '" + name() + "': " + e.getMessage(), e);
    }
  }

  /// Returns all held-out problems of a task that has a file of them, and those that are asked of
  /// one that makes them without end.
  private List<Problem> evaluationProblems() {
    Task task = context.task();
    boolean endless = task.size() == Long.MAX_VALUE;
    return task.heldOut(
        endless ? context.recipe().evaluation().posed().problems() : Integer.MAX_VALUE);
  }

  /// Says what became of the samples; makes no model.
  ///
  /// @throws BadInput when nothing was kept
  private void finish(RejectionSampler sampler, RunDirectory run) {
    FilterCounts tally = sampler.tally();
    context.notes().say("Stage '" + name() + "': " + tally.table());
    if (tally.kept() == 0) {
      new Checkpoints(run.checkpoints(name())).clear();
      throw new BadInput(
          "stage '"
              + name()
              + "' kept none of its "
              + tally.drawn()
              + " samples, so that there is nothing to learn from; refused by reason: "
              + tally.reasons()
              + ". Loosen 'keep' or what else refused them, raise samplesPerPrompt, or start from a"
              + " model that can do the task, and go on with --resume: the stage begins again");
    }
  }
}
