package dev.tesuji.train;

import dev.tesuji.optim.GradientTree;
import dev.tesuji.policy.Leaf;
import dev.tesuji.policy.Policy;
import java.util.ArrayList;
import java.util.List;

/// Computes the gradients of an update's leaves: the one place that decides on which machines a
/// model learns.
@FunctionalInterface
public interface LeafRunner {
  /// Computes one leaf after the other in this process.
  LeafRunner LOCAL = LeafRunner::backward;

  /// Computes leaves, and adds their gradients to a tree.
  ///
  /// @param policy scores with the model that learns, whose weights do not move meanwhile
  /// @param leaves of an update, at least two
  /// @param tree over the model's parameters
  /// @return the scores of each pass of each leaf, in their order
  List<Policy.Scores> run(Policy policy, List<Leaf> leaves, GradientTree tree);

  /// Computes neighbouring leaves with a model of this process.
  ///
  /// @param tree over the model's parameters, which begins at the first of the leaves
  /// @return the scores of each pass of each leaf, in their order
  static List<Policy.Scores> backward(Policy policy, List<Leaf> leaves, GradientTree tree) {
    List<Policy.Scores> scores = new ArrayList<>();
    for (Leaf leaf : leaves) {
      scores.addAll(leaf.backward(policy, tree::endPass));
      tree.endLeaf();
    }
    return scores;
  }
}
