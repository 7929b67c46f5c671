package dev.tesuji.preference;

import dev.tesuji.tensor.Tensor;

/// How likely the two answers of each of B pairs are, under the policy and under the reference: all
/// float64 `[B]`.
///
/// @param chosen log π of the better answers, summed over their tokens, with gradient
/// @param rejected log π of the worse answers, with gradient
/// @param chosenReference log π_ref of the better answers
/// @param rejectedReference log π_ref of the worse answers
/// @param chosenTokens how many tokens the better answers have
/// @param rejectedTokens how many tokens the worse answers have
public record PairScores(
    Tensor chosen,
    Tensor rejected,
    Tensor chosenReference,
    Tensor rejectedReference,
    Tensor chosenTokens,
    Tensor rejectedTokens) {
  /// Returns log (π / π_ref) of the better answers.
  public Tensor chosenRatios() {
    return chosen.sub(chosenReference);
  }

  /// Returns log (π / π_ref) of the worse answers.
  public Tensor rejectedRatios() {
    return rejected.sub(rejectedReference);
  }
}
