package dev.tesuji.preference;

import dev.tesuji.tensor.Tensor;

/// The divergence that holds the policy to the reference: f in f-DPO ([Wang et al.,
/// 2023](https://arxiv.org/abs/2309.16240)), whose f'(π/π_ref) stands where DPO has the log ratio.
public enum Divergence {
  /// KL(π || π_ref), DPO's own: f'(u) = log u + 1.
  REVERSE_KL,
  /// KL(π_ref || π): f'(u) = -1/u.
  FORWARD_KL,
  /// Jensen and Shannon's: f'(u) = log (2u / (1 + u)).
  JS_DIVERGENCE;

  /// Returns f' but for constants, which cancel between the answers of a pair.
  ///
  /// @param logRatios log u
  Tensor score(Tensor logRatios) {
    return switch (this) {
      case REVERSE_KL -> logRatios;
      case FORWARD_KL -> logRatios.neg().exp().neg();
      case JS_DIVERGENCE -> Logistic.log(logRatios);
    };
  }
}
