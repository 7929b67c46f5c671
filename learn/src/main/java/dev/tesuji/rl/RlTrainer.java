package dev.tesuji.rl;

import dev.tesuji.input.Json;
import dev.tesuji.policy.MicroBatches;
import dev.tesuji.policy.Policy;
import dev.tesuji.policy.TokenSequence;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.rl.Collector.Collected;
import dev.tesuji.rl.grpo.GroupAdvantages;
import dev.tesuji.rl.grpo.Grpo;
import dev.tesuji.rl.grpo.GrpoLoss;
import dev.tesuji.rl.grpo.GrpoLoss.Denominators;
import dev.tesuji.run.Learner;
import dev.tesuji.run.Metrics;
import dev.tesuji.run.Trainer;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The loop of reinforcement learning: draw completions, grade them, compare them within their
/// groups, and move the policy towards the better ones.
///
/// What the average of the loss divides by is fixed for a whole update before its first
/// micro-batch, so that the split into micro-batches changes nothing but memory.
public final class RlTrainer implements Trainer, AutoCloseable {
  private final LoadedModel model;
  private final RlConfig config;
  private final Grpo grpo;
  private final PromptSource prompts;
  private final RewardMix rewards;
  private final Collector collector;
  private final RolloutLog rollouts;
  private final Learner learner;
  private final @Nullable Policy reference;
  private long position; // prompts consumed so far
  private long tokens; // tokens seen so far

  /// What a trainer works with besides the model.
  ///
  /// @param prompts the problems
  /// @param grader judges completions
  /// @param rollouts where completions are written
  /// @param reference the model that the KL term holds to; null without one
  public record Parts(
      PromptSource prompts, Grader grader, RolloutLog rollouts, @Nullable LoadedModel reference) {}

  /// Prepares the training.
  ///
  /// @param seed decides what is drawn
  /// @throws IllegalArgumentException when there is a KL term and no reference model
  public RlTrainer(LoadedModel model, Parts parts, RlConfig config, long seed) {
    this.model = model;
    this.config = config;
    grpo = config.grpo();
    prompts = parts.prompts();
    rollouts = parts.rollouts();
    rewards = parts.grader().rewards();
    collector = new Collector(model, prompts, parts.grader(), config, seed);
    double temperature = config.sampling().temperature();
    learner = new Learner(model, temperature, config.compute(), config.optimizer());
    reference = grpo.klCoefficient() > 0 ? reference(parts.reference(), temperature) : null;
  }

  /// Returns what the KL term holds to: a model of its own, or the base under the adapters.
  private Policy reference(@Nullable LoadedModel held, double temperature) {
    if (held != null) {
      return new Policy(held.decoder(), temperature);
    }
    if (model.decoder().lora() == null) {
      throw new IllegalArgumentException("klCoefficient above 0 needs a reference model");
    }
    return Policy.ofBase(model.decoder(), temperature);
  }

  /// A completion on its way through the updates of a step.
  ///
  /// @param rollout the completion
  /// @param sequence its tokens
  /// @param advantage A
  /// @param scored whether its tokens are in the loss
  private record Sample(Rollout rollout, TokenSequence sequence, double advantage, boolean scored) {
    int tokens() {
      return scored ? sequence.scored() : 0;
    }
  }

  @Override
  public Metrics step(int step) {
    long start = System.nanoTime();
    Collected collected = collector.collect(position);
    position = collected.position();
    double generation = seconds(start);
    List<Group> all = collected.all();
    Metrics metrics = RlMetrics.of(all);
    List<List<Sample>> groups = samples(collected.kept());
    long updateStart = System.nanoTime();
    metrics.putAll(update(step, groups));
    metrics.put("timing_s/gen", generation);
    metrics.put("timing_s/update_actor", seconds(updateStart));
    count(metrics, collected, groups);
    long drawn = 0;
    for (Group g : all) {
      for (Rollout r : g.rollouts()) {
        drawn += r.length();
        tokens += r.completion().prompt().tokens().length + r.length();
      }
    }
    metrics.put("num_tokens", (double) tokens);
    metrics.put("perf/generation_tokens_per_second", drawn / generation);
    if (prompts.size() != Long.MAX_VALUE) {
      metrics.put("epoch", (double) position / prompts.size());
    }
    rollouts.write(step + 1, all, advantages(collected.kept(), groups));
    return metrics;
  }

  /// Compares the completions of each group, as the reward's aggregation says.
  private double[] groupAdvantages(List<Group> kept) {
    return switch (rewards.aggregation()) {
      case SUM_THEN_NORMALIZE -> {
        double[] sums = kept.stream().flatMapToDouble(g -> Arrays.stream(g.rewards())).toArray();
        yield GroupAdvantages.of(sums, config.groupSize(), grpo.scaling());
      }
      case NORMALIZE_THEN_SUM -> {
        List<String> names = rewards.parts().stream().map(RewardMix.Part::name).toList();
        double[][] parts =
            kept.stream().flatMap(g -> Arrays.stream(g.parts(names))).toArray(double[][]::new);
        yield GroupAdvantages.normalizeThenSum(parts, rewards.weights(), config.groupSize());
      }
    };
  }

  private List<List<Sample>> samples(List<Group> kept) {
    if (kept.isEmpty()) {
      return List.of();
    }
    double[] advantages = groupAdvantages(kept);
    List<List<Sample>> groups = new ArrayList<>();
    int i = 0;
    for (Group group : kept) {
      List<Sample> samples = new ArrayList<>();
      for (Rollout r : group.rollouts()) {
        boolean masked = grpo.maskTruncated() && r.isTruncated();
        samples.add(
            new Sample(r, r.sequence(), advantages[i++], r.graded().trainable() && !masked));
      }
      groups.add(samples);
    }
    return groups;
  }

  /// Makes the updates of a step: `innerEpochs` passes over `miniBatches` parts of the batch.
  private Metrics update(int step, List<List<Sample>> groups) {
    List<Sample> all = groups.stream().flatMap(List::stream).toList();
    double batchTokens = all.stream().mapToInt(Sample::tokens).sum();
    Metrics metrics = new Metrics();
    if (batchTokens == 0) {
      learner.dropGradients();
      return metrics;
    }
    List<List<Sample>> parts = parts(groups);
    List<Update> updates = new ArrayList<>();
    for (List<Sample> part : parts) {
      Denominators denominators =
          new Denominators(
              part.size(),
              part.stream().mapToInt(Sample::tokens).sum(),
              batchTokens / parts.size(),
              config.maxNewTokens());
      updates.add(new Update(part, denominators));
    }
    UpdateTotals totals = new UpdateTotals();
    for (int epoch = 0; epoch < grpo.innerEpochs(); epoch++) {
      for (Update update : updates) {
        update.run(totals);
        totals.addNorm(learner.update(step, config.steps(), metrics));
      }
    }
    totals.put(metrics, grpo.klCoefficient() > 0);
    metrics.put("clip_range/low", grpo.clipLow());
    metrics.put("clip_range/high", grpo.clipHigh());
    return metrics;
  }

  /// Splits the groups into the mini-batches of a pass.
  private List<List<Sample>> parts(List<List<Sample>> groups) {
    int count = Math.min(grpo.miniBatches(), groups.size());
    List<List<Sample>> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parts.add(
          groups.subList(i * groups.size() / count, (i + 1) * groups.size() / count).stream()
              .flatMap(List::stream)
              .toList());
    }
    return parts;
  }

  /// One update's completions, in micro-batches, with what stays the same over the passes.
  private final class Update {
    private final Denominators denominators;
    private final List<Micro> micros = new ArrayList<>();

    Update(List<Sample> samples, Denominators denominators) {
      this.denominators = denominators;
      // Without a KL term, a completion with advantage 0 adds nothing to the gradient; it counts in
      // the denominators all the same.
      List<Sample> active =
          samples.stream()
              .filter(s -> s.tokens() > 0)
              .filter(s -> s.advantage() != 0 || grpo.klCoefficient() > 0)
              .toList();
      List<TokenSequence> sequences = active.stream().map(Sample::sequence).toList();
      for (int[] part : MicroBatches.split(sequences, config.compute().tokensPerDevice())) {
        micros.add(new Micro(Arrays.stream(part).mapToObj(active::get).toList(), active.size()));
      }
    }

    void run(UpdateTotals totals) {
      for (Micro micro : micros) {
        micro.run(denominators, totals);
      }
    }
  }

  /// Completions that go through the model at once.
  private final class Micro {
    private final List<Sample> samples;
    private final List<TokenSequence> sequences;
    private final int all;
    private final int[] lengths;
    private final float[] advantages;
    private final float @Nullable [] old;
    private final float @Nullable [] referenceLogProbs;

    /// @param all how many completions the update has
    Micro(List<Sample> samples, int all) {
      this.samples = samples;
      this.all = all;
      sequences = samples.stream().map(Sample::sequence).toList();
      lengths = sequences.stream().mapToInt(TokenSequence::scored).toArray();
      advantages =
          GrpoLoss.perToken(samples.stream().mapToDouble(Sample::advantage).toArray(), lengths);
      // On policy the old log-probabilities are the new ones: every ratio is 1 exactly.
      old = grpo.isOnPolicy() ? null : learner.policy().score(sequences).logProbs();
      referenceLogProbs = reference == null ? null : reference.score(sequences).logProbs();
    }

    void run(Denominators denominators, UpdateTotals totals) {
      float[] weights =
          GrpoLoss.perToken(
              Arrays.stream(lengths)
                  .mapToDouble(n -> denominators.tokenWeight(grpo.loss(), n))
                  .toArray(),
              lengths);
      Policy.Scores scores = learner.backward(sequences, all, t -> loss(t, weights));
      float[] before = old == null ? scores.logProbs() : old;
      totals.add(scores, before, advantages, referenceLogProbs, grpo);
      totals.addSamplerDifference(scores.logProbs(), samplerLogProbs());
    }

    private Tensor loss(Policy.Tokens t, float[] weights) {
      Tensor before = old == null ? t.logProbs().detach() : t.of(old);
      Tensor loss =
          GrpoLoss.surrogate(
              t.logProbs(), before, t.of(advantages), grpo.clipLow(), grpo.clipHigh());
      if (referenceLogProbs != null) {
        loss =
            GrpoLoss.withKl(
                loss,
                t.logProbs(),
                t.of(referenceLogProbs),
                grpo.klCoefficient(),
                grpo.klEstimator());
      }
      return loss.mul(t.of(weights)).sum();
    }

    private float[] samplerLogProbs() {
      float[] all = new float[Arrays.stream(lengths).sum()];
      int at = 0;
      for (Sample s : samples) {
        float[] own = s.rollout().completion().logProbs();
        System.arraycopy(own, 0, all, at, own.length);
        at += own.length;
      }
      return all;
    }
  }

  /// Accounts for every completion: generated = trained + filtered + dropped.
  private void count(Metrics metrics, Collected collected, List<List<Sample>> groups) {
    int filtered = collected.flat().size() * config.groupSize();
    int trained = 0;
    int withheld = 0;
    int masked = 0;
    for (Sample s : groups.stream().flatMap(List::stream).toList()) {
      if (!s.rollout().graded().trainable()) {
        withheld++;
        String why = s.rollout().graded().verdict().toString();
        metrics.put("dropped/" + why, metrics.values().getOrDefault("dropped/" + why, 0.0) + 1);
      } else if (s.scored()) {
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

  private static double[] advantages(List<Group> kept, List<List<Sample>> groups) {
    double[] advantages =
        groups.stream().flatMap(List::stream).mapToDouble(Sample::advantage).toArray();
    int n = kept.stream().mapToInt(g -> g.rollouts().size()).sum();
    return Arrays.copyOf(advantages, n);
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  @Override
  public void save(Path folder) {
    learner.save(folder);
  }

  @Override
  public ObjectNode state() {
    return learner.state().put("position", position).put("tokens", tokens);
  }

  @Override
  public void restore(Path folder, JsonNode state) {
    learner.restore(folder, state);
    position = state.path("position").asLong();
    tokens = state.path("tokens").asLong();
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
    learner.close();
  }
}
