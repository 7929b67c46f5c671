package dev.tesuji.rl.algorithm;

/// The loss that PPO, REINFORCE++, ReMax and PRIME share: the clipped surrogate of each token, in
/// the mean over the tokens of an update.
public final class TokenMean {
  private TokenMean() {}

  /// Makes the loss of a micro-batch.
  public static PolicyLoss loss(Update update, int[] members, Surrogate surrogate, KlControl kl) {
    return new PolicyLoss(
        surrogate,
        update.advantages(members),
        update.old(members),
        weights(update, members, 1),
        kl.tokenMean(update, members));
  }

  /// Returns a coefficient divided by the update's tokens, for each scored token of some
  /// completions.
  public static float[] weights(Update update, int[] members, double coefficient) {
    return update.batch().repeat(members, _ -> coefficient / update.counts().updateTokens());
  }
}
