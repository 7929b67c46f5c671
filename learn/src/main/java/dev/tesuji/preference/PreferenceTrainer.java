package dev.tesuji.preference;

import dev.tesuji.dataset.EpochOrder;
import dev.tesuji.json.Json;
import dev.tesuji.policy.Leaf;
import dev.tesuji.policy.Policy;
import dev.tesuji.preference.PreferenceObjective.Outcome;
import dev.tesuji.statistics.Interval;
import dev.tesuji.train.LeafRunner;
import dev.tesuji.train.Learner;
import dev.tesuji.train.Metrics;
import dev.tesuji.train.Trainer;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Trains a model on what is preferred: the better of two answers, or answers that are good.
///
/// The reference is the model as the trainer finds it. What it makes of the examples is scored
/// once, before anything moves, so that no second model is held.
public final class PreferenceTrainer implements Trainer, AutoCloseable {
  private final PreferenceObjective objective;
  private final @Nullable PreferenceObjective heldOut;
  private final PreferenceConfig config;
  private final Policy policy;
  private final Learner learner;
  private final double[][] reference; // by example and answer; empty where no step asks
  private final double[][] heldOutReference;
  private long consumed; // examples so far
  private long tokens; // tokens so far
  private @Nullable Interval accuracy; // on held-out examples, when last measured
  private final EpochOrder order;

  /// Prepares the training: scores the examples that it will come to, under the model as it is.
  ///
  /// @param heldOut examples that are measured and not learned from; null without any
  /// @param seed decides the order of the examples
  public PreferenceTrainer(
      LoadedModel model,
      PreferenceObjective objective,
      @Nullable PreferenceObjective heldOut,
      PreferenceConfig config,
      long seed) {
    this.objective = objective;
    this.heldOut = heldOut;
    this.config = config;
    order = new EpochOrder(objective.size(), seed);
    Policy before = new Policy(model.decoder(), 1);
    long last = Math.min(objective.size(), (long) config.steps() * config.batchSize());
    boolean all = last == objective.size();
    int[] needed =
        all
            ? IntStream.range(0, objective.size()).toArray()
            : LongStream.range(0, last).map(order::at).mapToInt(Math::toIntExact).toArray();
    reference = new double[objective.size()][];
    double[][] scored = score(before, objective, needed);
    for (int i = 0; i < needed.length; i++) {
      reference[needed[i]] = scored[i];
    }
    heldOutReference =
        heldOut == null ? new double[0][] : score(before, heldOut, everyExample(heldOut));
    policy = new Policy(model.decoder(), 1, config.compute());
    learner = Learner.of(model, config.compute(), config.optimizer());
  }

  private double[][] score(Policy policy, PreferenceObjective of, int[] examples) {
    AnswerScores answers = new AnswerScores(of, examples);
    double[][] sums = answers.sums();
    int[] every = IntStream.range(0, answers.size()).toArray();
    answers.score(policy, every, config.compute().tokensPerDevice(), sums);
    return sums;
  }

  private static int[] everyExample(PreferenceObjective of) {
    return IntStream.range(0, of.size()).toArray();
  }

  @Override
  public void computeLeavesOn(LeafRunner others) {
    learner.computeLeavesOn(others);
  }

  @Override
  public Metrics step(int step) {
    int[] examples = new int[config.batchSize()];
    for (int i = 0; i < examples.length; i++) {
      examples[i] = Math.toIntExact(order.at(consumed++));
    }
    AnswerScores answers = new AnswerScores(objective, examples);
    Outcome outcome = learn(answers, examples);
    tokens += answers.tokens();
    Metrics metrics = new Metrics();
    metrics.put("grad_norm", learner.update(step, config.steps(), metrics));
    metrics.put("loss", outcome.loss()).putAll(outcome.metrics());
    metrics.put("num_tokens", (double) tokens);
    metrics.put("trained", examples.length);
    metrics.put("epoch", (double) consumed / objective.size());
    boolean due = config.heldOutEvery() > 0 && (step + 1) % config.heldOutEvery() == 0;
    if (heldOut != null && (due || step + 1 == config.steps())) {
      measure(heldOut, metrics);
    }
    return metrics;
  }

  /// Adds the gradient of the loss of a batch.
  ///
  /// The loss is one of all answers together, and so is its gradient at their log-probabilities. A
  /// batch that goes through the model at once is scored and goes back on one reading; one in
  /// several parts, or leaves, is scored first, all of it, and then read again part by part.
  private Outcome learn(AnswerScores answers, int[] examples) {
    int perDevice = config.compute().tokensPerDevice();
    double[][] now = answers.sums();
    double[][] before = IntStream.of(examples).mapToObj(e -> reference[e]).toArray(double[][]::new);
    answers.score(policy, answers.numbers(false), perDevice, now);
    int[] learned = answers.numbers(true);
    List<List<int[]>> leaves = answers.leaves(learned, config.compute().leaves(), perDevice);
    if (leaves.size() == 1 && leaves.getFirst().size() == 1) {
      int[] part = leaves.getFirst().getFirst();
      Outcome[] found = new Outcome[1];
      policy.backwardJointly(
          Policy.Micro.of(answers.sequences(part), part.length, learner.nextPass()),
          logProbs -> {
            answers.addUp(part, logProbs, now);
            found[0] = objective.loss(examples, now, before);
            return answers.spread(part, found[0].gradient());
          });
      return found[0];
    }
    answers.score(policy, learned, perDevice, now);
    Outcome outcome = objective.loss(examples, now, before);
    learner.backward(policy, leaves.stream().map(l -> leaf(answers, l, outcome)).toList());
    return outcome;
  }

  private Leaf leaf(AnswerScores answers, List<int[]> parts, Outcome outcome) {
    int all = answers.numbers(true).length;
    List<Leaf.Pass> passes = new ArrayList<>();
    for (int[] part : parts) {
      Policy.Micro micro = Policy.Micro.of(answers.sequences(part), all, learner.nextPass());
      float[] gradient = answers.spread(part, outcome.gradient());
      passes.add(new Leaf.Pass(micro, new Policy.LinearLoss(gradient)));
    }
    return new Leaf(passes);
  }

  /// Measures held-out examples, all as one batch.
  private void measure(PreferenceObjective of, Metrics metrics) {
    int[] examples = everyExample(of);
    Outcome outcome = of.loss(examples, score(policy, of, examples), heldOutReference);
    double[] right = new double[examples.length];
    for (int i = 0; i < right.length; i++) {
      right[i] = outcome.right()[i] ? 1 : 0;
    }
    accuracy = Interval.of(right);
    metrics.put("eval_loss", outcome.loss());
    outcome.metrics().values().forEach((name, value) -> metrics.put("eval_" + name, value));
    metrics.put("eval_rewards/accuracies", accuracy.mean());
  }

  @Override
  public void finish() {
    learner.finish();
  }

  @Override
  public void save(Path folder) {
    learner.save(folder);
  }

  @Override
  public ObjectNode state() {
    ObjectNode state = learner.state().put("consumed", consumed).put("tokens", tokens);
    putAccuracy(state);
    return state;
  }

  private void putAccuracy(ObjectNode json) {
    if (accuracy != null) {
      ArrayNode interval = json.putArray("held_out_accuracy");
      interval.add(accuracy.mean()).add(accuracy.low()).add(accuracy.high());
    }
  }

  @Override
  public void restore(Path folder, JsonNode state) {
    learner.restore(folder, state);
    consumed = state.path("consumed").asLong();
    tokens = state.path("tokens").asLong();
    JsonNode a = state.path("held_out_accuracy");
    accuracy =
        a.isArray()
            ? new Interval(a.get(0).doubleValue(), a.get(1).doubleValue(), a.get(2).doubleValue())
            : null;
  }

  /// Returns counts, and `held_out_accuracy`: the share of held-out examples in which the policy
  /// tells good from bad, with the ends of its 95 % interval.
  @Override
  public ObjectNode summary() {
    ObjectNode summary =
        Json.MAPPER
            .createObjectNode()
            .put("examples", objective.size())
            .put("held_out_examples", heldOut == null ? 0 : heldOut.size())
            .put("tokens", tokens);
    putAccuracy(summary);
    return summary;
  }

  @Override
  public String note(Metrics m) {
    return String.format(
        Locale.ROOT, "loss %.3f  margin %.3f", m.get("loss"), m.get("rewards/margins"));
  }

  @Override
  public void close() {
    learner.close();
  }
}
