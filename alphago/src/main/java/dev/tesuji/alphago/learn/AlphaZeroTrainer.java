package dev.tesuji.alphago.learn;

import dev.tesuji.alphago.net.FoldedNet;
import dev.tesuji.alphago.net.PolicyValueNet;
import dev.tesuji.alphago.search.NetEvaluator;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.play.Game;
import dev.tesuji.random.Rng;
import dev.tesuji.train.Metrics;
import dev.tesuji.train.Trainer;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Learns a game by playing against itself with search: each step plays some positions, then learns
/// from the newest ones.
///
/// A checkpoint has the games that are going on and those that are learned from, so that a run that
/// was killed goes on bit for bit. Owns its learner.
public final class AlphaZeroTrainer implements Trainer, AutoCloseable {
  private static final String GAMES = "games.bin";
  private static final int PLAY = 2;
  private static final int DRAW = 3;

  private final Game game;
  private final AlphaZeroConfig config;
  private final NetLearner learner;
  private final int steps;
  private final long seed;
  private final IntConsumer stepEnded;
  private final SelfPlay play;
  private final Replay replay;
  private long positions; // played so far
  private long updates;
  private double playSeconds;

  /// Prepares the training.
  ///
  /// @param learner is closed with the trainer; its network is not
  private AlphaZeroTrainer(Game game, AlphaZeroConfig config, NetLearner learner, Run run) {
    this.game = game;
    this.config = config;
    this.learner = learner;
    steps = run.steps();
    seed = run.seed();
    stepEnded = run.stepEnded();
    play = new SelfPlay(game, config, Rng.derive(seed, PLAY));
    replay = new Replay(config.window());
  }

  /// Makes one with a network's weights and the usual losses.
  public static AlphaZeroTrainer of(
      Game game, AlphaZeroConfig config, PolicyValueNet net, Run run) {
    NetLearner learner = new NetLearner(net, run.optimizer(), LossWeights.DEFAULT);
    return new AlphaZeroTrainer(game, config, learner, run);
  }

  /// The objects that every training has.
  ///
  /// @param optimizer how weights move
  /// @param steps in all
  /// @param seed decides what is left to chance
  /// @param stepEnded is told after each step how many were made
  public record Run(OptimizerConfig optimizer, int steps, long seed, IntConsumer stepEnded) {}

  @Override
  public Metrics step(int step) {
    long start = System.nanoTime();
    int played;
    try (FoldedNet folded = learner.net().fold()) {
      played = play.play(new NetEvaluator(folded), replay::add);
    }
    long middle = System.nanoTime();
    positions += played;
    MeanMetrics means = new MeanMetrics();
    int trained = replay.size() < config.batchSize() ? 0 : learn(step, played, means);
    long end = System.nanoTime();
    playSeconds += (middle - start) / 1e9;
    Metrics metrics = new Metrics();
    means.putInto(metrics, "");
    metrics.put("trained", trained);
    metrics.put("positions", (double) positions);
    metrics.put("replay", replay.size());
    play.takeMetrics(metrics);
    metrics.put("perf/positions_per_second", played / ((middle - start) / 1e9));
    metrics.put("timing_s/play", (middle - start) / 1e9);
    metrics.put("timing_s/learn", (end - middle) / 1e9);
    stepEnded.accept(step + 1);
    return metrics;
  }

  /// Learns from the replay as often as the ratio says, once it holds a twentieth of its window.
  private int learn(int step, int played, MeanMetrics means) {
    if (replay.size() < Math.min(config.window() / 20, 2 * config.positions())) {
      return 0;
    }
    int batches = (int) Math.round(config.replayRatio() * played / config.batchSize());
    for (int b = 0; b < Math.max(1, batches); b++) {
      long draw = Rng.derive(seed, DRAW);
      long number = updates++;
      List<Example> examples =
          IntStream.range(0, config.batchSize())
              .mapToObj(i -> replay.get(Rng.below(replay.size(), draw, number, i, 0)))
              .toList();
      learner.update(examples, i -> Rng.below(8, draw, number, i, 1), step, steps, means);
    }
    return Math.max(1, batches) * config.batchSize();
  }

  @Override
  public String note(Metrics metrics) {
    String learned =
        Double.isNaN(metrics.get("loss"))
            ? "nothing learned yet"
            : String.format(
                Locale.ROOT,
                "policy %.3f, value %.3f",
                metrics.get("policy_loss"),
                metrics.get("value_loss"));
    double length = metrics.get("games/length");
    return String.format(
        Locale.ROOT,
        "%,.0f positions, %s%s, %.0f positions/s",
        metrics.get("positions"),
        learned,
        Double.isNaN(length) ? "" : String.format(Locale.ROOT, ", %.0f moves a game", length),
        metrics.get("perf/positions_per_second"));
  }

  @Override
  public ObjectNode summary() {
    return Json.MAPPER.createObjectNode().put("positions", positions).put("updates", updates);
  }

  @Override
  public void save(Path folder) {
    learner.save(folder);
    Path file = folder.resolve(GAMES);
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      play.write(out);
      replay.write(out);
    } catch (IOException e) {
      throw SafeFiles.failed(file, e);
    }
  }

  @Override
  public ObjectNode state() {
    ObjectNode state = learner.state();
    return state
        .put("positions", positions)
        .put("batches", updates)
        .put("play_seconds", playSeconds);
  }

  @Override
  public void restore(Path folder, JsonNode state) {
    learner.restore(folder, state);
    positions = state.path("positions").asLong();
    updates = state.path("batches").asLong();
    playSeconds = state.path("play_seconds").asDouble();
    Path file = folder.resolve(GAMES);
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      play.read(in);
      replay.read(in, game);
    } catch (IOException e) {
      throw SafeFiles.failed(file, e);
    }
  }

  @Override
  public void close() {
    learner.close();
  }
}
