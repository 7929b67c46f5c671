package dev.tesuji.rl;

import dev.tesuji.generate.Completion;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.reward.Graded;
import dev.tesuji.tokenized.TokenSequence;

/// A completion with its judgement.
///
/// @param completion what the model wrote
/// @param graded what it is worth
public record Rollout(Completion completion, Graded graded) {
  /// Returns the reward; NaN where it could not be judged.
  public double reward() {
    return graded.trainable() ? graded.total() : Double.NaN;
  }

  /// Returns the length in tokens.
  public int length() {
    return completion.tokens().length;
  }

  /// Says whether the length limit ended it.
  public boolean isTruncated() {
    return completion.reason() == FinishReason.LENGTH;
  }

  /// Returns prompt and completion as the trainer sees them, the completion scored.
  public TokenSequence sequence() {
    return TokenSequence.of(completion.prompt().tokens(), completion.tokens());
  }
}
