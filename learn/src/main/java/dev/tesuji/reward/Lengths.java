package dev.tesuji.reward;

/// Rewards of lengths: pure functions of numbers.
public final class Lengths {
  private Lengths() {}

  /// Computes DAPO's soft penalty: 0 up to `limit - buffer` tokens, then linearly down to -1 at the
  /// limit, and -1 beyond it; Eq. 13 of [DAPO](https://arxiv.org/abs/2503.14476).
  public static double overlong(int tokens, int limit, int buffer) {
    int free = limit - buffer;
    if (tokens <= free) {
      return 0;
    }
    return tokens > limit ? -1 : (double) (free - tokens) / buffer;
  }

  /// The cosine reward of [Demystifying Long Chain-of-Thought](https://arxiv.org/abs/2502.03373):
  /// from one value at length 0 to another at the limit, along half a cosine.
  ///
  /// @param correctShort what a right answer of no length is paid
  /// @param correctLong what a right answer at the limit is paid
  /// @param wrongShort what a wrong answer of no length is paid
  /// @param wrongLong what a wrong answer at the limit is paid: more, so that a model that cannot
  ///   yet solve a problem thinks longer
  /// @param exceeded what a response that the limit cut off is paid
  public record Cosine(
      double correctShort,
      double correctLong,
      double wrongShort,
      double wrongLong,
      double exceeded) {

    /// Computes the reward.
    ///
    /// @param limit L_max, the most tokens a completion may have; a response of that length counts
    ///   as cut off
    public double of(boolean correct, int tokens, int limit) {
      if (tokens >= limit) {
        return exceeded;
      }
      double atZero = correct ? correctShort : wrongShort;
      double atLimit = correct ? correctLong : wrongLong;
      return atLimit + (atZero - atLimit) / 2 * (1 + Math.cos(Math.PI * tokens / limit));
    }
  }
}
