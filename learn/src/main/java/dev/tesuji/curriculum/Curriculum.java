package dev.tesuji.curriculum;

import dev.tesuji.check.Require;

/// The order in which problems are posed by how hard they are for the policy. Without one they are
/// shuffled, and the shares of tasks stay.
public sealed interface Curriculum {
  /// From the problems that the model which the stage starts from solves most often to those that
  /// it solves most seldom, in each epoch; each task of a mixture in its own order.
  record EasyToHard() implements Curriculum {}

  /// Towards problems that the policy as it is now solves at a certain rate, where there is most to
  /// learn: tasks of a mixture get their shares, and problems whose pass rates were measured are
  /// chosen, by how far their pass rates p are from the target τ. They weigh
  ///
  /// ```
  /// w(p) = (p/τ)^(2τ) ((1-p)/(1-τ))^(2(1-τ))        4 p (1-p) for τ = 0.5
  /// ```
  ///
  /// which is 1 at the target and 0 where a problem is never or always solved. For τ = 0.5 that is
  /// the learnability of [Foster & Foerster, 2025](https://arxiv.org/abs/2502.12272). The pass
  /// rates are those of the policy's own completions in training.
  ///
  /// @param target τ, the pass rate that weighs most; below 0.5 for harder problems
  /// @param discount by how much older completions count less, each time that others of the same
  ///   task or problem are drawn; 1 counts all alike
  /// @param floor the least weight, so that what was given up is tried again; 0 for none
  record Learnability(double target, double discount, double floor) implements Curriculum {
    /// Towards 0.5; the completions of the last steps count most.
    public static final Learnability DEFAULT = new Learnability(0.5, 0.8, 0.05);

    /// Checks the ranges.
    public Learnability {
      Require.that(target > 0 && target < 1, "target", "above 0 and below 1", target);
      Require.that(discount > 0 && discount <= 1, "discount", "above 0 and at most 1", discount);
      Require.that(floor >= 0 && floor <= 1, "floor", "from 0 to 1", floor);
    }

    /// Returns the weight of a pass rate.
    public double weight(double passRate) {
      double solved = Math.pow(passRate / target, 2 * target);
      double failed = Math.pow((1 - passRate) / (1 - target), 2 * (1 - target));
      return Math.max(floor, solved * failed);
    }
  }
}
