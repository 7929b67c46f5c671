package dev.tesuji.alphago.net;

import dev.tesuji.tensor.Images;
import dev.tesuji.tensor.Tensor;

/// The losses of the heads, as pure functions of tensors.
///
/// ```
/// policy      - Σ_a π(a) log p(a)                     p over legal actions
/// value       - t log σ(v) - (1 - t) log (1 - σ(v))   t = (z + 1) / 2, z the result
/// score       √(1 + d²) - 1                           d in units of points
/// ownership   as value, the mean over cells
/// ```
public final class NetLoss {
  private static final double NEVER = -1e9;

  private NetLoss() {}

  /// Returns the log-probabilities of actions, `[B, A]`, with illegal ones at -10⁹.
  ///
  /// @param illegal bool `[B, A]`
  public static Tensor logPolicy(Tensor logits, Tensor illegal) {
    return logits.maskedFill(illegal, NEVER).logSoftmax(1);
  }

  /// Returns the cross-entropy of a policy with a target, `[B]`.
  ///
  /// @param logPolicy `[B, A]`
  /// @param target `[B, A]`, 0 for illegal actions
  public static Tensor policy(Tensor logPolicy, Tensor target) {
    return logPolicy.mul(target).sum(1).neg();
  }

  /// Returns the entropy of targets in nats, `[B]`: the least that [#policy] can come to.
  ///
  /// @param target `[B, A]`, shares
  public static Tensor targetEntropy(Tensor target) {
    return target.mul(target.add(1e-12).log()).sum(1).neg();
  }

  /// Returns the entropy of a policy in nats, `[B]`.
  public static Tensor entropy(Tensor logPolicy) {
    return logPolicy.mul(logPolicy.exp()).sum(1).neg();
  }

  /// Returns the cross-entropy of logits with shares, element by element.
  ///
  /// @param shares from 0 to 1
  public static Tensor binary(Tensor logits, Tensor shares) {
    Tensor softplus = Images.relu(logits).add(logits.abs().neg().exp().add(1).log());
    return softplus.sub(logits.mul(shares));
  }

  /// Returns the loss of scores, `[B]`.
  public static Tensor score(Tensor score, Tensor target) {
    return score.sub(target).square().add(1).sqrt().sub(1);
  }
}
