package dev.tesuji.alphago.search;

import dev.tesuji.play.GameState;
import dev.tesuji.play.Outcome;
import org.jspecify.annotations.Nullable;

/// A state in a tree, with what was found about each of its legal actions. Values are as the player
/// whose turn it is sees them.
final class Node {
  final GameState state;
  final int[] actions; // legal, ascending
  final double[] priors;
  final double[] logits;
  final @Nullable Node[] children;
  final int[] visits;
  final int[] pending; // visits on their way, which count as losses
  final double[] valueSums;
  final double[] scoreSums;
  double value;
  double score;
  int total; // visits of all actions
  boolean evaluated;
  float[] ownership = {};

  Node(GameState state) {
    this.state = state;
    actions = state.legalActions();
    int n = actions.length;
    priors = new double[n];
    logits = new double[n];
    children = new Node[n];
    visits = new int[n];
    pending = new int[n];
    valueSums = new double[n];
    scoreSums = new double[n];
    if (state.over()) {
      Outcome outcome = state.outcome();
      value = outcome.value() * state.toMove();
      score = outcome.score() * state.toMove();
      evaluated = true;
    }
  }

  /// Takes over what the network thinks.
  void evaluate(Evaluation evaluation) {
    value = evaluation.value();
    score = evaluation.score();
    ownership = evaluation.ownership();
    for (int i = 0; i < actions.length; i++) {
      logits[i] = evaluation.logits()[actions[i]];
    }
    double[] softmax = GumbelEquations.softmax(logits);
    System.arraycopy(softmax, 0, priors, 0, priors.length);
    evaluated = true;
  }

  /// Takes over what the network thought of the same state in another tree.
  void evaluateAs(Node other) {
    value = other.value;
    score = other.score;
    ownership = other.ownership;
    System.arraycopy(other.logits, 0, logits, 0, logits.length);
    System.arraycopy(other.priors, 0, priors, 0, priors.length);
    evaluated = true;
  }

  /// Returns the mean value of an action that was visited.
  double mean(int i) {
    return valueSums[i] / visits[i];
  }

  Node child(int i) {
    Node child = children[i];
    if (child == null) {
      child = new Node(state.play(actions[i]));
      children[i] = child;
    }
    return child;
  }

  /// Returns the place of an action among the legal ones; -1 where it is not legal.
  int indexOf(int action) {
    return Math.max(-1, java.util.Arrays.binarySearch(actions, action));
  }
}
