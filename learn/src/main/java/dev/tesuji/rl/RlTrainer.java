package dev.tesuji.rl;

import dev.tesuji.check.Require;
import dev.tesuji.json.Json;
import dev.tesuji.kernel.Profile;
import dev.tesuji.nn.Lora;
import dev.tesuji.policy.Policy;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.reward.RewardMix.Aggregation;
import dev.tesuji.rl.Collector.Collected;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.AlgorithmContext;
import dev.tesuji.rl.algorithm.Batch;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.Requirements.Need;
import dev.tesuji.rl.algorithm.Sample;
import dev.tesuji.rl.algorithm.Turns;
import dev.tesuji.rollout.Group;
import dev.tesuji.rollout.ProblemSource;
import dev.tesuji.rollout.Rollout;
import dev.tesuji.rollout.RolloutLog;
import dev.tesuji.rollout.RolloutSampler;
import dev.tesuji.train.LeafRunner;
import dev.tesuji.train.Learner;
import dev.tesuji.train.Metrics;
import dev.tesuji.train.Trainer;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The loop of reinforcement learning: draw completions, grade them, compare them within their
/// groups, and move the policy towards the better ones.
///
/// What differs between algorithms is behind [dev.tesuji.rl.algorithm.Objective].
public final class RlTrainer implements Trainer, AutoCloseable {
  private static final String REFERENCE = "reference";
  private static final String OBJECTIVE = "objective";

  private final LoadedModel model;
  private final RlConfig config;
  private final ProblemSource prompts;
  private final RewardMix rewards;
  private final Collector collector;
  private final @Nullable Lookahead ahead; // null without a lag
  private final RolloutLog rollouts;
  private final Learner learner;
  private final @Nullable Reference reference;
  private final Objective objective;
  private final PolicyUpdates updates;
  private final Map<String, SelfPlay> selves;
  private long position; // prompts consumed by the steps so far
  private long tokens; // tokens seen so far

  /// The parts that a trainer works with besides the model.
  ///
  /// @param prompts the problems
  /// @param sampler samples what the policy does with them, graded by `rewards`
  /// @param rewards what completions are paid for
  /// @param rollouts where completions are written; closed with the trainer
  /// @param reference the model that a KL term holds to; null without one
  /// @param second the model that is trained beside the policy; null without one
  /// @param behaviour draws while the policy learns, where the settings have a lag; null for the
  ///   policy to draw by itself
  public record Parts(
      ProblemSource prompts,
      RolloutSampler sampler,
      RewardMix rewards,
      RolloutLog rollouts,
      @Nullable LoadedModel reference,
      @Nullable LoadedModel second,
      @Nullable Behaviour behaviour) {
    /// Makes the parts of a policy that draws by itself.
    public Parts(
        ProblemSource prompts,
        RolloutSampler sampler,
        RewardMix rewards,
        RolloutLog rollouts,
        @Nullable LoadedModel reference,
        @Nullable LoadedModel second) {
      this(prompts, sampler, rewards, rollouts, reference, second, null);
    }
  }

  /// The policy that draws beside the one that learns; both are closed by others, after the
  /// trainer.
  ///
  /// @param model a model of the policy's shapes, whose weights are overwritten
  /// @param sampler samples what that model does, graded by the same rewards
  public record Behaviour(LoadedModel model, RolloutSampler sampler) {}

  /// Prepares the training.
  ///
  /// @param seed of the stream that completions are sampled with
  /// @throws IllegalArgumentException when the algorithm lacks a model that it needs, or cannot
  ///   compare rewards as asked
  public RlTrainer(LoadedModel model, Parts parts, RlConfig config, long seed) {
    this.model = model;
    this.config = config;
    prompts = parts.prompts();
    selves = SelfPlay.among(prompts.task());
    SelfPlay.requireSteady(prompts.task(), config.lag());
    rollouts = parts.rollouts();
    rewards = parts.rewards();
    requireComparable(config.algorithm(), rewards.aggregation());
    Behaviour behaviour = config.lag() == 0 ? null : parts.behaviour();
    RolloutSampler sampler = behaviour == null ? parts.sampler() : behaviour.sampler();
    collector = new Collector(prompts, sampler, config, seed);
    ahead = config.lag() == 0 ? null : new Lookahead(collector, model, behaviour, config);
    double temperature = config.sampling().temperature();
    requireSteadyScores(config.algorithm(), model.decoder().lora());
    reference =
        config.algorithm().requirements().has(Need.REFERENCE)
            ? Reference.of(model, parts.reference(), temperature)
            : null;
    Policy policy = new Policy(model.decoder(), temperature, config.compute());
    learner = Learner.of(model, config.compute(), config.optimizer());
    objective =
        config
            .algorithm()
            .open(
                new AlgorithmContext(
                    model,
                    parts.second(),
                    temperature,
                    config.compute(),
                    config.optimizer(),
                    config.steps()));
    BatchScorer scorer = new BatchScorer(policy, reference, config.compute().tokensPerDevice());
    updates = new PolicyUpdates(config, objective, scorer, learner, seed);
  }

  /// Refuses an aggregation of rewards that an algorithm cannot compare.
  ///
  /// @throws IllegalArgumentException naming the key and the reason
  public static void requireComparable(Algorithm algorithm, Aggregation aggregation) {
    if (aggregation == Aggregation.NORMALIZE_THEN_SUM
        && !algorithm.requirements().has(Need.REWARD_PARTS)) {
      throw new IllegalArgumentException(
          "aggregation must be sum_then_normalize with "
              + algorithm.getClass().getSimpleName()
              + ", which compares whole rewards, got normalize_then_sum");
    }
  }

  /// Refuses dropout where it would make ratios of a policy to itself.
  private static void requireSteadyScores(Algorithm algorithm, @Nullable Lora lora) {
    requireSteadyScores(algorithm, lora == null ? 0 : lora.config().dropout());
  }

  /// Refuses dropout of adapters where it would make ratios of a policy to itself: completions are
  /// scored without it, and learned from with it.
  ///
  /// @param dropout the share that adapters drop
  /// @throws IllegalArgumentException naming the key and the reason
  public static void requireSteadyScores(Algorithm algorithm, double dropout) {
    Require.that(
        dropout == 0 || algorithm.updates().isOnPolicy(),
        "lora.dropout",
        "0 with more than one update per batch (innerEpochs or miniBatches above 1): the ratio of"
            + " the policy to the one that drew would be one of dropout",
        dropout);
  }

  /// The policy's updates alone: a model beside it is trained in this process.
  @Override
  public void computeLeavesOn(LeafRunner others) {
    learner.computeLeavesOn(others);
  }

  @Override
  public Metrics step(int step) {
    Lookahead.Taken taken = ahead == null ? null : ahead.take(step);
    Collected collected = taken == null ? collector.next() : taken.collected();
    position = collected.position();
    List<Group> all = collected.all();
    Metrics metrics = RlMetrics.of(all, rewards.task());
    collected.order().forEach(metrics::put);
    Batch batch = batch(collected.kept());
    long updateStart = System.nanoTime();
    float[][] advantages = updates.run(step, batch, metrics);
    replaceReference(step);
    selves.values().forEach(task -> task.learned(step + 1, model));
    double update = seconds(updateStart);
    metrics.put("timing_s/gen", collected.seconds());
    metrics.put("timing_s/reward_wait", collected.graded());
    metrics.put("timing_s/update_actor", update);
    count(metrics, collected, batch);
    long drawn = 0;
    for (Group g : all) {
      for (Rollout r : g.rollouts()) {
        drawn += r.length();
        tokens += r.trajectory().length();
      }
    }
    metrics.put("num_tokens", (double) tokens);
    metrics.put("perf/generation_tokens_per_second", drawn / collected.seconds());
    collector.samplerMetrics().forEach(metrics::put);
    if (taken != null) {
      putLag(metrics, taken, update);
    }
    if (prompts.size() != Long.MAX_VALUE) {
      metrics.put("epoch", (double) position / prompts.size());
    }
    try (Profile.Span _ = Profile.span("rollout log")) {
      boolean maskTruncated = config.algorithm().updates().maskTruncated();
      float[][] trainer = batch.trainer();
      rollouts.write(new RolloutLog.Step(step + 1, all, advantages, trainer, maskTruncated));
    }
    metrics.put("timing_s/rollout_log", rollouts.seconds());
    return metrics;
  }

  /// Says how old the weights were that drew, and which side waited for the other.
  private static void putLag(Metrics metrics, Lookahead.Taken taken, double update) {
    metrics.put("sampling/age", taken.age());
    double learner = taken.learnerWaited();
    double drawer = taken.drawerWaited();
    metrics.put("timing_s/wait_for_rollouts", learner);
    metrics.put("timing_s/wait_for_weights", drawer);
    metrics.put("perf/trainer/idle_ratio", learner / (learner + update));
    metrics.put("perf/rollouter/idle_ratio", drawer / (drawer + taken.collected().seconds()));
  }

  private Batch batch(List<Group> kept) {
    List<Sample> samples = new ArrayList<>();
    for (Group group : kept) {
      for (Rollout r : group.rollouts()) {
        boolean masked = config.algorithm().updates().maskTruncated() && r.isTruncated();
        samples.add(
            new Sample(
                r.sequence(),
                r.reward(),
                r.graded().verdict().isCorrect(),
                r.graded().trainable() && !masked,
                r.trajectory().logProbs(),
                new Turns(r.trajectory().turnLengths(), r.turnPoints())));
      }
    }
    double[] baselines =
        kept.stream()
            .map(Group::greedy)
            .filter(Objects::nonNull)
            .mapToDouble(Rollout::reward)
            .toArray();
    return new Batch(
        samples, config.groupSize(), baselines, config.maxNewTokens(), comparedParts(kept));
  }

  /// Returns the rewards part by part where the parts are compared; null where their sums are.
  private Batch.@Nullable Parts comparedParts(List<Group> kept) {
    return switch (rewards.aggregation()) {
      case SUM_THEN_NORMALIZE -> null;
      case NORMALIZE_THEN_SUM -> {
        List<String> names = rewards.parts().stream().map(RewardMix.Part::name).toList();
        double[][] paid =
            kept.stream().flatMap(g -> Arrays.stream(g.parts(names))).toArray(double[][]::new);
        yield new Batch.Parts(paid, rewards.weights());
      }
    };
  }

  /// Accounts for every completion: generated = trained + filtered + dropped.
  private void count(Metrics metrics, Collected collected, Batch batch) {
    int filtered = collected.flat().size() * config.groupSize();
    int trained = 0;
    int withheld = 0;
    int masked = 0;
    List<Rollout> kept = collected.kept().stream().flatMap(g -> g.rollouts().stream()).toList();
    for (int i = 0; i < kept.size(); i++) {
      Rollout r = kept.get(i);
      if (!r.graded().trainable()) {
        withheld++;
        String why = r.graded().verdict().toString();
        metrics.put("dropped/" + why, metrics.values().getOrDefault("dropped/" + why, 0.0) + 1);
      } else if (batch.samples().get(i).scored()) {
        trained++;
      } else {
        masked++;
      }
    }
    int generated = collected.all().stream().mapToInt(g -> g.rollouts().size()).sum();
    if (generated != trained + filtered + withheld + masked) {
      throw new IllegalStateException(
          "completions went missing: generated "
              + generated
              + ", trained "
              + trained
              + ", filtered "
              + filtered
              + ", dropped "
              + (withheld + masked));
    }
    metrics.put("generated", generated);
    metrics.put("trained", trained);
    metrics.put("filtered", filtered);
    metrics.put("dropped/truncated", masked);
  }

  /// Makes the policy the reference where its time has come.
  private void replaceReference(int step) {
    int every = config.algorithm().requirements().referenceReplacedEvery();
    if (every == 0 || (step + 1) % every != 0 || reference == null) {
      return;
    }
    reference.become(model);
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  @Override
  public void finish() {
    learner.finish();
  }

  @Override
  public void save(Path folder) {
    rollouts.settle(); // a checkpoint has the rollouts of its steps
    learner.save(folder);
    objective.save(folder);
    if (ahead != null) {
      ahead.save(folder);
    }
    if (reference != null && config.algorithm().requirements().referenceReplacedEvery() > 0) {
      reference.save(folder.resolve(REFERENCE));
    }
    selves.forEach((name, task) -> task.save(folder.resolve(name)));
  }

  @Override
  public ObjectNode state() {
    ObjectNode state = learner.state().put("position", position).put("tokens", tokens);
    state.set(OBJECTIVE, objective.state());
    if (ahead == null) {
      collector.putState(state);
    }
    updates.putState(state);
    return state;
  }

  @Override
  public void restore(Path folder, JsonNode state) {
    learner.restore(folder, state);
    objective.restore(folder, state.path(OBJECTIVE));
    updates.restore(state);
    if (reference != null && config.algorithm().requirements().referenceReplacedEvery() > 0) {
      reference.restore(folder.resolve(REFERENCE));
    }
    selves.forEach((name, task) -> task.restore(folder.resolve(name)));
    position = state.path("position").asLong();
    tokens = state.path("tokens").asLong();
    if (ahead == null) {
      collector.restore(state);
    } else {
      ahead.restore(folder);
    }
    rollouts.dropAfter(state.path("step").asInt());
  }

  @Override
  public ObjectNode summary() {
    return Json.MAPPER.createObjectNode().put("prompts", position).put("tokens", tokens);
  }

  @Override
  public String note(Metrics m) {
    return String.format(
        Locale.ROOT,
        "reward %.3f  accuracy %.3f  length %.1f  signal %.0f%%",
        m.get("reward"),
        m.get("accuracy"),
        m.get("completions/mean_length"),
        100 * (1 - m.get("frac_reward_zero_std")));
  }

  @Override
  public void close() {
    if (ahead != null) {
      ahead.close();
    }
    rollouts.close();
    objective.close();
    learner.close();
    if (reference != null) {
      reference.close();
    }
  }
}
