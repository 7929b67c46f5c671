package dev.tesuji.alphago.search;

import dev.tesuji.check.Require;
import dev.tesuji.random.Rng;
import java.util.Arrays;

/// Gumbel AlphaZero's search: sequential halving over actions drawn without replacement at the
/// root, the improved policy below it ([GumbelEquations]).
///
/// With few simulations it improves the policy where PUCT's visit counts do not.
public final class Gumbel implements Selection {
  private final Settings settings;
  private final int simulations;
  private final long seed;
  private double[] noise = {}; // of each legal action at the root
  private double expected; // the score of the root, as the first player sees it
  private int[] sequence = {};

  /// The constants of the search.
  ///
  /// @param considered m, how many actions are looked at
  /// @param visitOffset c_visit
  /// @param valueScale c_scale
  /// @param scoreWeight what more points than the network expects of the root are worth besides
  ///   winning, at most: with 0, all moves of a decided game are alike
  /// @param noise whether actions are drawn; otherwise the most probable are considered and the
  ///   best is played
  public record Settings(
      int considered, double visitOffset, double valueScale, double scoreWeight, boolean noise) {
    /// The paper's: 16 actions, c_visit 50, c_scale 1.
    public static final Settings DEFAULT = new Settings(16, 50, 1, 0, true);

    /// Checks the ranges.
    public Settings {
      Require.atLeast(1, "considered", considered);
      Require.that(visitOffset >= 0, "visitOffset", "at least 0", visitOffset);
      Require.that(valueScale > 0, "valueScale", "above 0", valueScale);
      Require.that(scoreWeight >= 0, "scoreWeight", "at least 0", scoreWeight);
    }

    /// Returns what a value and a score are worth: v + w (2 / π) atan((score - expected) / √cells).
    ///
    /// Around what is expected ([KataGo](https://arxiv.org/abs/1902.10565), appendix F, does the
    /// same): around 0 a point is worth nothing where one side is far ahead, as in all games of a
    /// network that has learned how Black wins and not yet how White holds.
    double worth(double value, double score, double expected, int cells) {
      return scoreWeight == 0
          ? value
          : value + scoreWeight * 2 / Math.PI * Math.atan((score - expected) / Math.sqrt(cells));
    }
  }

  /// Prepares a search of one state.
  ///
  /// @param simulations n
  /// @param seed decides the noise
  public Gumbel(Settings settings, int simulations, long seed) {
    this.settings = settings;
    this.simulations = simulations;
    this.seed = seed;
  }

  @Override
  public int parallel() {
    return 1;
  }

  @Override
  public int atRoot(Node root, int simulation) {
    if (sequence.length == 0) {
      begin(root);
    }
    int visits = sequence[Math.min(simulation, sequence.length - 1)];
    int best = best(root, visits);
    return best >= 0 ? best : best(root, Arrays.stream(root.visits).max().orElse(0));
  }

  private void begin(Node root) {
    int legal = root.actions.length;
    sequence =
        GumbelEquations.consideredVisits(
            Math.min(settings.considered(), legal), Math.max(1, simulations));
    expected = root.score * root.state.toMove();
    noise = new double[legal];
    if (settings.noise()) {
      for (int i = 0; i < legal; i++) {
        double u = Rng.uniform(seed, root.state.moves(), root.actions[i], 0);
        noise[i] = -Math.log(-Math.log(u));
      }
    }
  }

  /// Returns the best action of those with so many visits by g + ℓ + σ(q); -1 for none.
  private int best(Node root, int visits) {
    double[] scaled = scaled(root);
    int best = -1;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < scaled.length; i++) {
      double worth = noise[i] + root.logits[i] + scaled[i];
      if (root.visits[i] == visits && worth > most) {
        most = worth;
        best = i;
      }
    }
    return best;
  }

  private double[] scaled(Node node) {
    int cells = node.state.game().cells();
    double own = expected * node.state.toMove();
    double[] q = new double[node.actions.length];
    for (int i = 0; i < q.length; i++) {
      int n = node.visits[i];
      q[i] = n == 0 ? 0 : settings.worth(node.mean(i), node.scoreSums[i] / n, own, cells);
    }
    double v = settings.worth(node.value, node.score, own, cells);
    return GumbelEquations.scaledValues(v, node.priors, q, node.visits, settings);
  }

  @Override
  public int below(Node node) {
    return GumbelEquations.choose(improved(node), node.visits);
  }

  private double[] improved(Node node) {
    return GumbelEquations.improvedPolicy(node.logits, scaled(node));
  }

  @Override
  public Found found(Node root) {
    if (noise.length == 0) {
      begin(root);
    }
    int best = best(root, Arrays.stream(root.visits).max().orElse(0));
    double[] improved = improved(root);
    float[] policy = new float[root.state.game().actions()];
    double value = 0;
    for (int i = 0; i < improved.length; i++) {
      policy[root.actions[i]] = (float) improved[i];
      value += root.valueSums[i];
    }
    double mean = (root.value + value) / (1 + root.total);
    return new Found(root.actions[best], policy, mean, root.total);
  }
}
