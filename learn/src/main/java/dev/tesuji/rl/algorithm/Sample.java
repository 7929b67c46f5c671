package dev.tesuji.rl.algorithm;

import dev.tesuji.tokenized.TokenSequence;

/// A completion on its way through the updates of a step.
///
/// @param sequence prompt and completion, the completion scored
/// @param reward its reward; NaN where it could not be judged
/// @param correct whether its answer is right
/// @param scored whether its tokens are in the loss
/// @param sampler log π of its tokens under the distribution that they were drawn from
/// @param turns its turns
public record Sample(
    TokenSequence sequence,
    double reward,
    boolean correct,
    boolean scored,
    float[] sampler,
    Turns turns) {
  /// Makes one of one turn.
  public Sample(
      TokenSequence sequence, double reward, boolean correct, boolean scored, float[] sampler) {
    this(sequence, reward, correct, scored, sampler, Turns.one(sequence.scored()));
  }

  /// Returns how many of its tokens are in the loss.
  public int tokens() {
    return scored ? sequence.scored() : 0;
  }
}
