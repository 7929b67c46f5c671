package dev.tesuji.alphago.search;

import dev.tesuji.check.Require;

/// AlphaZero's search: the action with the largest
///
/// ```
/// Q(a) + c π(a) √(Σ_b N(b)) / (1 + N(a))
/// ```
///
/// ([AlphaZero](https://arxiv.org/abs/1712.01815)). A visit that is on its way counts as a lost one
/// ("virtual loss"), so that several states can be evaluated at once. An action without visits is
/// worth the state's value less a reduction (as in Leela Zero and KataGo).
public final class Puct implements Selection {
  private final Settings settings;

  /// The constants of the search.
  ///
  /// @param exploration c
  /// @param reduction how much less than the state an action without visits is worth, times the
  ///   root of the prior that was visited
  /// @param parallel how many states are evaluated at once
  public record Settings(double exploration, double reduction, int parallel) {
    /// c = 1.5, reduction 0.2, eight at once.
    public static final Settings DEFAULT = new Settings(1.5, 0.2, 8);

    /// Checks the ranges.
    public Settings {
      Require.that(exploration > 0, "exploration", "above 0", exploration);
      Require.that(reduction >= 0, "reduction", "at least 0", reduction);
      Require.atLeast(1, "parallel", parallel);
    }
  }

  /// Prepares a search.
  public Puct(Settings settings) {
    this.settings = settings;
  }

  @Override
  public int parallel() {
    return settings.parallel();
  }

  @Override
  public int atRoot(Node root, int simulation) {
    return below(root);
  }

  @Override
  public int below(Node node) {
    int visited = 0;
    double share = 0;
    double sum = node.value;
    for (int i = 0; i < node.actions.length; i++) {
      visited += node.visits[i] + node.pending[i];
      share += node.visits[i] > 0 ? node.priors[i] : 0;
      sum += node.valueSums[i];
    }
    double unvisited = sum / (1 + node.total) - settings.reduction() * Math.sqrt(share);
    double scale = settings.exploration() * Math.sqrt(Math.max(1, visited));
    int best = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < node.actions.length; i++) {
      int n = node.visits[i] + node.pending[i];
      double q = n == 0 ? unvisited : (node.valueSums[i] - node.pending[i]) / n;
      double worth = q + scale * node.priors[i] / (1 + n);
      if (worth > most) {
        most = worth;
        best = i;
      }
    }
    return best;
  }

  @Override
  public Found found(Node root) {
    float[] policy = new float[root.state.game().actions()];
    int best = -1;
    double value = root.value;
    for (int i = 0; i < root.actions.length; i++) {
      policy[root.actions[i]] =
          (float) (root.total == 0 ? root.priors[i] : root.visits[i] / (double) root.total);
      value += root.valueSums[i];
      if (best < 0 || better(root, i, best)) {
        best = i;
      }
    }
    return new Found(root.actions[best], policy, value / (1 + root.total), root.total);
  }

  private static boolean better(Node root, int i, int best) {
    return root.visits[i] != root.visits[best]
        ? root.visits[i] > root.visits[best]
        : root.priors[i] > root.priors[best];
  }
}
