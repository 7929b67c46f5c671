package dev.tesuji.alphago.learn;

import dev.tesuji.alphago.learn.Lockstep.Pairing;
import dev.tesuji.alphago.net.FoldedNet;
import dev.tesuji.alphago.net.NetLoss;
import dev.tesuji.alphago.net.PolicyValueNet;
import dev.tesuji.alphago.search.NetEvaluator;
import dev.tesuji.json.Json;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.play.Game;
import dev.tesuji.play.GameState;
import dev.tesuji.random.Rng;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.train.Learner;
import dev.tesuji.train.Metrics;
import dev.tesuji.train.Trainer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Improves a policy by the results of games against a pool of what it was before.
///
/// Normalisation uses the running statistics throughout: what is trained is the policy that played.
/// Owns its learner and its opponents.
public final class PolicyGradientTrainer implements Trainer, AutoCloseable {
  private static final int PASS = 1024; // positions of a pass
  private static final int OPPONENT = 1; // streams of randomness
  private static final int OPENING = 2;
  private static final int SELF = 3;
  private static final int OTHER = 4;

  private final Game game;
  private final PolicyGradientConfig config;
  private final PolicyValueNet net;
  private final Learner learner;
  private final int steps;
  private final long seed;
  private final OpponentPool pool;

  /// Prepares the training.
  ///
  /// @param net is trained; it is its owner's to close
  /// @param steps in all
  /// @param seed decides what is left to chance
  public PolicyGradientTrainer(
      Game game, PolicyGradientConfig config, PolicyValueNet net, Run run) {
    this.game = game;
    this.config = config;
    this.net = net;
    steps = run.steps();
    seed = run.seed();
    learner = new Learner(net, run.optimizer());
    pool = new OpponentPool(config.poolSize());
    pool.add(net);
  }

  /// The objects that every training has.
  ///
  /// @param optimizer how weights move
  /// @param steps in all
  /// @param seed decides what is left to chance
  public record Run(OptimizerConfig optimizer, int steps, long seed) {}

  /// The games of a step.
  ///
  /// @param examples states of the learner, with the advantage at the action
  private record Batch(List<Example> examples, Metrics metrics) {}

  @Override
  public Metrics step(int step) {
    long start = System.nanoTime();
    Batch batch = play(step);
    long middle = System.nanoTime();
    MeanMetrics means = new MeanMetrics();
    int n = batch.examples().size();
    double loss = 0;
    try (FoldedNet reference = pool.get(0).fold()) {
      for (int from = 0; from < n; from += PASS) {
        List<Example> some = batch.examples().subList(from, Math.min(n, from + PASS));
        loss += learner.backward(() -> loss(some, n, reference, means));
      }
    }
    Metrics metrics = batch.metrics();
    metrics.put("loss", loss);
    metrics.put("grad_norm", learner.update(step, steps, metrics));
    if ((step + 1) % config.snapshotEvery() == 0) {
      pool.add(net);
    }
    means.putInto(metrics, "");
    metrics.put("trained", n);
    metrics.put("pool", pool.size());
    metrics.put("timing_s/play", (middle - start) / 1e9);
    metrics.put("timing_s/learn", (System.nanoTime() - middle) / 1e9);
    return metrics;
  }

  private Batch play(int step) {
    int other = Rng.below(pool.size(), seed, step, 0, OPPONENT);
    try (FoldedNet own = net.fold();
        FoldedNet theirs = pool.get(other).fold()) {
      Side self = new PolicySide(new NetEvaluator(own), 1, Rng.derive(seed, SELF));
      Side opponent = new PolicySide(new NetEvaluator(theirs), 1, Rng.derive(seed, OTHER));
      Openings openings = new Openings(config.openingPlies(), Rng.derive(seed, OPENING));
      List<Pairing> pairings = new ArrayList<>();
      for (int i = 0; i < config.games(); i++) {
        long number = (long) step * config.games() + i;
        GameState start = openings.play(game, number / 2);
        pairings.add(
            i % 2 == 0
                ? new Pairing(number, start, self, opponent)
                : new Pairing(number, start, opponent, self));
      }
      return examples(Lockstep.play(pairings));
    }
  }

  /// Makes examples; the advantage is the result less the mean of that colour's.
  private Batch examples(List<PlayedGame> games) {
    List<Example> examples = new ArrayList<>();
    GameCounts counts = new GameCounts();
    double reward = 0;
    for (int colour = 0; colour < 2; colour++) {
      int player = colour == 0 ? GameState.FIRST : GameState.SECOND;
      List<PlayedGame> own = new ArrayList<>();
      for (int i = colour; i < games.size(); i += 2) {
        own.add(games.get(i));
      }
      double[] results = own.stream().mapToDouble(g -> g.value() * player).toArray();
      double[] advantages = PolicyGradientLoss.advantages(results);
      for (int i = 0; i < results.length; i++) {
        reward += (1 + results[i]) / 2 / games.size();
        counts.add(own.get(i));
        add(own.get(i), player, (float) advantages[i], examples);
      }
    }
    Metrics metrics = new Metrics().put("reward", reward);
    counts.putInto(metrics);
    return new Batch(examples, metrics);
  }

  private static void add(PlayedGame game, int player, float advantage, List<Example> examples) {
    List<GameState> states = game.states();
    for (int i = game.opening(); i + 1 < states.size(); i++) {
      GameState state = states.get(i);
      if (state.toMove() == player) {
        int action = states.get(i + 1).lastAction();
        examples.add(Example.of(state, action, advantage, game.outcome()));
      }
    }
  }

  private Tensor loss(List<Example> some, int n, FoldedNet reference, MeanMetrics means) {
    ExampleBatch batch = ExampleBatch.of(net.config(), some);
    Tensor logPolicy =
        NetLoss.logPolicy(net.forward(batch.planes(), false).policy(), batch.illegal());
    Tensor held;
    try (NoGrad _ = NoGrad.on()) {
      held = NetLoss.logPolicy(reference.forward(batch.planes()).policy(), batch.illegal());
      means.add("games/entropy", NetLoss.entropy(logPolicy).mean().item(), some.size());
    }
    Tensor kl = PolicyGradientLoss.kl(logPolicy, held);
    means.add("kl", kl.detach().mean().item(), some.size());
    Tensor surrogate = PolicyGradientLoss.surrogate(logPolicy, batch.policy());
    return surrogate.add(kl, config.klCoefficient()).sum().div(n);
  }

  @Override
  public String note(Metrics metrics) {
    return String.format(
        Locale.ROOT,
        "score %.3f against the pool, entropy %.3f, KL %.3f",
        metrics.get("reward"),
        metrics.get("games/entropy"),
        metrics.get("kl"));
  }

  @Override
  public ObjectNode summary() {
    return Json.MAPPER.createObjectNode().put("pool", pool.size());
  }

  @Override
  public void save(Path folder) {
    learner.save(folder);
    pool.save(folder);
  }

  @Override
  public ObjectNode state() {
    return learner.state().put("pool", pool.size());
  }

  @Override
  public void restore(Path folder, JsonNode state) {
    learner.restore(folder, state);
    pool.restore(folder, state.path("pool").asInt(), net);
  }

  @Override
  public void close() {
    pool.close();
    learner.close();
  }
}
