package dev.tesuji.rewardmodel;

import dev.tesuji.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The equations of reward models: pure functions of scores.
public final class RewardModelLoss {
  private RewardModelLoss() {}

  /// Returns the loss of each comparison, Eq. 1 of [InstructGPT](https://arxiv.org/abs/2203.02155)
  /// with the margin of [Llama 2](https://arxiv.org/abs/2307.09288), Eq. 2:
  ///
  /// ```
  /// -log σ(r_w - r_l - m)
  /// ```
  ///
  /// @param better r_w, `[n]`
  /// @param worse r_l, `[n]`
  /// @param margin m, `[n]`; null for 0
  /// @return `[n]`
  public static Tensor bradleyTerry(Tensor better, Tensor worse, @Nullable Tensor margin) {
    Tensor difference = better.sub(worse);
    return logSigmoid(margin == null ? difference : difference.sub(margin)).neg();
  }

  /// Returns what holds the scores of each comparison around 0 ([Eisenstein et
  /// al.](https://arxiv.org/abs/2312.09244), Eq. 2): `(r_w + r_l)²`.
  ///
  /// @param better r_w, `[n]`
  /// @param worse r_l, `[n]`
  /// @return `[n]`
  public static Tensor centering(Tensor better, Tensor worse) {
    return better.add(worse).square();
  }

  /// Returns the loss of each labelled answer, the cross-entropy of `P(good) = σ(r)`:
  ///
  /// ```
  /// -log σ(r) where it is good, -log σ(-r) where it is not
  /// ```
  ///
  /// @param scores r, `[n]`
  /// @param signs 1 where the answer is good and -1 where it is not, `[n]`
  /// @return `[n]`
  public static Tensor crossEntropy(Tensor scores, Tensor signs) {
    return logSigmoid(scores.mul(signs)).neg();
  }

  /// Returns log σ(x) without overflow, `[n]`.
  private static Tensor logSigmoid(Tensor x) {
    Tensor column = x.unsqueeze(1);
    return Tensor.cat(List.of(column, column.mul(0)), 1).logSoftmax(1).select(1, 0);
  }
}
