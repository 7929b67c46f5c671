package dev.tesuji.sft;

import dev.tesuji.tensor.Tensor;

/// Losses on texts that are to be imitated, per token.
public enum SftLoss {
  /// The negative log-likelihood, -log π.
  NLL,
  /// Dynamic fine-tuning: -π log π with π outside the gradient, which evens out the steps of likely
  /// and unlikely tokens ([Wu et al., 2025](https://arxiv.org/abs/2508.05629)).
  DFT;

  /// Returns the loss per token.
  ///
  /// @param logProbs log π, `[N]`
  public Tensor perToken(Tensor logProbs) {
    return switch (this) {
      case NLL -> logProbs.neg();
      case DFT -> logProbs.detach().exp().mul(logProbs).neg();
    };
  }
}
