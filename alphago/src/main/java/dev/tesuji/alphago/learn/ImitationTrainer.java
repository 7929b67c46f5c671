package dev.tesuji.alphago.learn;

import dev.tesuji.json.Json;
import dev.tesuji.random.Rng;
import dev.tesuji.train.Metrics;
import dev.tesuji.train.Trainer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Learns from examples that somebody else has made: a teacher's moves, or results of games. What
/// examples have no policy for is measured in values alone. Owns its learner.
public final class ImitationTrainer implements Trainer, AutoCloseable {
  private static final int SAMPLES = 1; // streams of randomness
  private static final int TURNS = 2;

  private final Data data;
  private final NetLearner learner;
  private final Pace pace;
  private final long seed;

  /// Examples, those that are held out from other games.
  ///
  /// @param train to learn from
  /// @param heldOut to measure on
  public record Data(List<Example> train, List<Example> heldOut) {
    /// Copies the lists.
    public Data {
      train = List.copyOf(train);
      heldOut = List.copyOf(heldOut);
    }
  }

  /// How fast it goes.
  ///
  /// @param steps in all
  /// @param updates in each step
  /// @param batchSize examples of an update
  public record Pace(int steps, int updates, int batchSize) {}

  /// Prepares the training.
  ///
  /// @param seed decides what is left to chance
  public ImitationTrainer(Data data, NetLearner learner, Pace pace, long seed) {
    this.data = data;
    this.learner = learner;
    this.pace = pace;
    this.seed = seed;
  }

  @Override
  public Metrics step(int step) {
    MeanMetrics means = new MeanMetrics();
    List<Example> all = data.train();
    for (int i = 0; i < pace.updates(); i++) {
      long number = (long) step * pace.updates() + i;
      List<Example> batch =
          IntStream.range(0, pace.batchSize())
              .mapToObj(b -> all.get(Rng.below(all.size(), seed, number, b, SAMPLES)))
              .toList();
      learner.update(batch, b -> Rng.below(8, seed, number, b, TURNS), step, pace.steps(), means);
    }
    Metrics metrics = new Metrics();
    means.putInto(metrics, "");
    metrics.put("trained", (double) pace.updates() * pace.batchSize());
    measure(metrics);
    return metrics;
  }

  private void measure(Metrics metrics) {
    if (!data.heldOut().isEmpty()) {
      learner.measure(data.heldOut()).putInto(metrics, "eval/");
    }
  }

  @Override
  public String note(Metrics metrics) {
    double accuracy = metrics.get("eval/accuracy");
    return String.format(
        Locale.ROOT,
        "loss %.3f, held out: %svalue MSE %.3f",
        metrics.get("loss"),
        Double.isNaN(accuracy) ? "" : String.format(Locale.ROOT, "accuracy %.3f, ", accuracy),
        metrics.get("eval/value_mse"));
  }

  @Override
  public ObjectNode summary() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("examples", data.train().size()).put("held_out_examples", data.heldOut().size());
    MeanMetrics train =
        learner.measure(data.train().subList(0, Math.min(4096, data.train().size())));
    put(json, "train_", train);
    if (!data.heldOut().isEmpty()) {
      put(json, "held_out_", learner.measure(data.heldOut()));
    }
    return json;
  }

  private static void put(ObjectNode json, String prefix, MeanMetrics measured) {
    for (String name : List.of("accuracy", "value_mse")) {
      double value = measured.get(name);
      if (Double.isFinite(value)) {
        json.put(prefix + name, value);
      }
    }
  }

  @Override
  public void save(Path folder) {
    learner.save(folder);
  }

  @Override
  public ObjectNode state() {
    return learner.state();
  }

  @Override
  public void restore(Path folder, JsonNode state) {
    learner.restore(folder, state);
  }

  @Override
  public void close() {
    learner.close();
  }
}
