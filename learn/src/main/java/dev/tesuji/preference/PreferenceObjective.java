package dev.tesuji.preference;

import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.train.Metrics;
import java.util.List;

/// Examples of what is preferred, and a loss that depends on them through the log-probabilities of
/// whole answers.
public interface PreferenceObjective {
  /// Returns how many examples there are.
  int size();

  /// Returns the answers of an example, in a fixed order; the loss has a gradient at the first
  /// [#learned] of them.
  List<TokenSequence> answers(int example);

  /// Returns how many answers of every example are learned from; the others are only looked at.
  int learned();

  /// Returns the weight of a token in the sum over its answer.
  ///
  /// @param answer the number of the answer
  /// @param token its number among the answer's scored tokens
  default double weight(int example, int answer, int token) {
    return 1;
  }

  /// Measures the loss of a batch of examples and its gradient.
  ///
  /// @param policy log π of the answers, by example of the batch and answer
  /// @param reference log π_ref of the same
  Outcome loss(int[] examples, double[][] policy, double[][] reference);

  /// A loss with what a step says of it.
  ///
  /// @param loss the loss, a mean over the examples
  /// @param gradient that of the loss at the policy's log-probabilities of the answers that are
  ///   learned from, by example and answer
  /// @param metrics under TRL's names
  /// @param right per example, whether the policy now tells good from bad, beyond what the
  ///   reference does
  record Outcome(double loss, double[][] gradient, Metrics metrics, boolean[] right) {}
}
