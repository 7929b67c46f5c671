package dev.tesuji.distill;

import dev.tesuji.check.Require;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;

/// The generalized Jensen-Shannon divergence between a teacher's distribution q and a student's p
/// ([Agarwal et al., 2023](https://arxiv.org/abs/2306.13649), Eq. 1), over the whole vocabulary:
///
/// ```
/// M = βq + (1-β)p          JSD_β = β KL(q || M) + (1-β) KL(p || M)
/// β = 0:  KL(q || p)       β = 1:  KL(p || q)
/// ```
///
/// The gradient at the student's logits l, of which p = softmax(l / T), is written out:
///
/// ```
/// 0 < β < 1:  ∂/∂l_v = (1-β) p_v (log p_v - log M_v - KL(p || M)) / T
/// β = 0:      ∂/∂l_v = (p_v - q_v) / T
/// β = 1:      ∂/∂l_v = p_v (log p_v - log q_v - KL(p || q)) / T
/// ```
///
/// @param beta β
/// @param temperature T, which divides the logits of both
public record GeneralizedJsd(double beta, double temperature) {
  /// Checks the ranges.
  public GeneralizedJsd {
    Require.that(beta >= 0 && beta <= 1, "beta", "from 0 to 1", beta);
    Require.that(temperature > 0, "temperature", "above 0", temperature);
  }

  /// The divergence at each of n tokens.
  ///
  /// @param perToken in nats, `[n]`
  /// @param gradient that of their sum at the student's logits, `[n, V]`
  public record Value(Tensor perToken, Tensor gradient) {}

  /// Measures the divergence at each token.
  ///
  /// @param student logits `[n, V]`
  /// @param teacher logits `[n, V]`
  public Value of(Tensor student, Tensor teacher) {
    try (Scope scope = Scope.open();
        NoGrad _ = NoGrad.on()) {
      Tensor logP = student.div(temperature).logSoftmax(1);
      Tensor logQ = teacher.div(temperature).logSoftmax(1);
      Tensor p = logP.exp();
      if (beta == 0) {
        Tensor q = logQ.exp();
        Tensor forward = q.mul(logQ.sub(logP)).sum(1);
        return kept(scope, forward, p.sub(q));
      }
      if (beta == 1) {
        Tensor excess = logP.sub(logQ);
        Tensor reverse = p.mul(excess).sum(1);
        return kept(scope, reverse, p.mul(excess.sub(reverse.unsqueeze(1))));
      }
      Tensor logM = mixture(logP, logQ);
      Tensor excess = logP.sub(logM);
      Tensor own = p.mul(excess).sum(1);
      Tensor others = logQ.exp().mul(logQ.sub(logM)).sum(1);
      return kept(
          scope,
          others.mul(beta).add(own.mul(1 - beta)),
          p.mul(excess.sub(own.unsqueeze(1))).mul(1 - beta));
    }
  }

  private Value kept(Scope scope, Tensor perToken, Tensor gradient) {
    return new Value(scope.keep(perToken), scope.keep(gradient.div(temperature)));
  }

  /// Returns log (βq + (1-β)p) without leaving the logarithms, where both may be tiny.
  private Tensor mixture(Tensor logP, Tensor logQ) {
    Tensor a = logP.add(Math.log1p(-beta));
    Tensor b = logQ.add(Math.log(beta));
    Tensor low = a.minimum(b);
    Tensor high = a.add(b).sub(low);
    return high.add(low.sub(high).exp().add(1).log());
  }
}
