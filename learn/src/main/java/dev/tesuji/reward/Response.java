package dev.tesuji.reward;

import dev.tesuji.env.Problem;
import dev.tesuji.generate.FinishReason;

/// A response to a problem, as rewards see it.
///
/// @param problem the problem that was put
/// @param text the completion, without the token that ended it; where the prompt has begun the
///   thinking, with the tag that does
/// @param ids the completion's token ids, with the token that ended it; none where it came as text
///   and no tokenizer is known
/// @param tokens the length in tokens
/// @param reason why it ended
public record Response(Problem problem, String text, int[] ids, int tokens, FinishReason reason) {
  /// Makes one whose tokens are known.
  public Response(Problem problem, String text, int[] ids, FinishReason reason) {
    this(problem, text, ids, ids.length, reason);
  }

  /// Returns whether it ended, and was not cut off at the limit on its length.
  public boolean ended() {
    return reason != FinishReason.LENGTH;
  }
}
