package dev.tesuji.preference;

import dev.tesuji.tensor.Tensor;
import java.util.Comparator;
import java.util.stream.IntStream;

/// Losses on pairs of answers, as TRL names them.
///
/// With u the log ratio log (π / π_ref) of the better answer and v that of the worse, δ their
/// difference (of f' of them, see [Divergence]) and ε the label smoothing:
public enum PairLoss {
  /// -log σ(βδ): DPO ([Rafailov et al., 2023](https://arxiv.org/abs/2305.18290), Eq. 7).
  SIGMOID,
  /// -(1 - ε) log σ(βδ) - ε log σ(-βδ): conservative DPO, for labels that are wrong with
  /// probability ε ([Mitchell, 2023](https://ericmitchell.ai/cdpo.pdf)).
  CDPO,
  /// -((1 - ε) log σ(βδ) - ε log σ(-βδ)) / (1 - 2ε): robust DPO, unbiased under such labels
  /// ([Chowdhury et al., 2024](https://arxiv.org/abs/2403.00409)).
  ROBUST,
  /// max(0, 1 - βδ): SLiC ([Zhao et al., 2023](https://arxiv.org/abs/2305.10425)).
  HINGE,
  /// (u/|chosen| - v/|rejected| - 1/(2β))²: IPO ([Azar et al.,
  /// 2023](https://arxiv.org/abs/2310.12036), Eq. 17), with ratios per token.
  IPO,
  /// -log σ(β(u/|chosen| - v/|rejected|)): DPO with ratios per token.
  SIGMOID_NORM,
  /// KL(σ(βδ) || 1 - ε): EXO on pairs ([Ji et al., 2024](https://arxiv.org/abs/2402.00856)).
  EXO_PAIR,
  /// -log σ(βu) - ½ log σ(-βu) - ½ log σ(-βv): NCA ([Chen et al.,
  /// 2024](https://arxiv.org/abs/2402.05369)).
  NCA_PAIR,
  /// -log σ(βu) - log σ(-βv): BCO ([Jung et al., 2024](https://arxiv.org/abs/2404.04656)) without
  /// its shift of the rewards, as TRL has it.
  BCO_PAIR,
  /// (u - 1/(2β))² + (v + 1/(2β))²: SPPO ([Wu et al., 2024](https://arxiv.org/abs/2405.00675)).
  SPPO_HARD,
  /// cDPO on the sorted differences between answers, policy against reference: AOT ([Melnyk et al.,
  /// 2024](https://arxiv.org/abs/2406.05882)).
  AOT,
  /// cDPO on the sorted ratios of better answers against the sorted ratios of worse ones.
  AOT_UNPAIRED,
  /// 1 - σ(βu) + σ(βv): APO-zero, which raises the better answer ([D'Oosterlinck et al.,
  /// 2024](https://arxiv.org/abs/2408.06266)).
  APO_ZERO,
  /// σ(βu) + 1 - σ(β(u - v)): APO-down, which lowers both, the worse one more.
  APO_DOWN,
  /// A mixture of -log σ(βδ) and e^(-βδ) whose share is σ(βδ/0.05): DiscoPOP ([Lu et al.,
  /// 2024](https://arxiv.org/abs/2406.08414)).
  DISCOPOP;

  private static final double DISCOPOP_TEMPERATURE = 0.05;

  /// Returns whether label smoothing takes part in it.
  public boolean smooths() {
    return switch (this) {
      case CDPO, ROBUST, EXO_PAIR, AOT, AOT_UNPAIRED -> true;
      case SIGMOID,
          HINGE,
          IPO,
          SIGMOID_NORM,
          NCA_PAIR,
          BCO_PAIR,
          SPPO_HARD,
          APO_ZERO,
          APO_DOWN,
          DISCOPOP ->
          false;
    };
  }

  /// Returns the loss of each pair, `[B]`.
  Tensor of(PairScores pairs, PreferenceLoss settings) {
    double beta = settings.beta();
    Tensor u = pairs.chosenRatios();
    Tensor v = pairs.rejectedRatios();
    Divergence f = settings.divergence();
    Tensor logits = f.score(u).sub(f.score(v)).mul(beta);
    return switch (this) {
      case SIGMOID -> Logistic.log(logits).neg();
      case CDPO -> smoothed(logits, settings.labelSmoothing());
      case ROBUST -> robust(logits, settings.labelSmoothing());
      case HINGE -> logits.neg().add(1).clamp(0, Double.POSITIVE_INFINITY);
      case IPO -> perToken(pairs).sub(1 / (2 * beta)).square();
      case SIGMOID_NORM -> Logistic.log(perToken(pairs).mul(beta)).neg();
      case EXO_PAIR -> exo(logits, settings.labelSmoothing());
      case NCA_PAIR ->
          Logistic.log(u.mul(beta))
              .neg()
              .sub(Logistic.log(u.mul(-beta)).mul(0.5))
              .sub(Logistic.log(v.mul(-beta)).mul(0.5));
      case BCO_PAIR -> Logistic.log(u.mul(beta)).neg().sub(Logistic.log(v.mul(-beta)));
      case SPPO_HARD -> u.sub(0.5 / beta).square().add(v.add(0.5 / beta).square());
      case AOT ->
          smoothed(
              sorted(pairs.chosen().sub(pairs.rejected()))
                  .sub(sorted(pairs.chosenReference().sub(pairs.rejectedReference())))
                  .mul(beta),
              settings.labelSmoothing());
      case AOT_UNPAIRED -> smoothed(sorted(u).sub(sorted(v)).mul(beta), settings.labelSmoothing());
      case APO_ZERO -> u.mul(-beta).sigmoid().add(v.mul(beta).sigmoid());
      case APO_DOWN -> u.mul(beta).sigmoid().add(u.sub(v).mul(-beta).sigmoid());
      case DISCOPOP -> discopop(logits);
    };
  }

  private static Tensor perToken(PairScores pairs) {
    return pairs
        .chosenRatios()
        .div(pairs.chosenTokens())
        .sub(pairs.rejectedRatios().div(pairs.rejectedTokens()));
  }

  private static Tensor smoothed(Tensor logits, double smoothing) {
    return Logistic.log(logits).mul(smoothing - 1).sub(Logistic.log(logits.neg()).mul(smoothing));
  }

  private static Tensor robust(Tensor logits, double smoothing) {
    return Logistic.log(logits)
        .mul(smoothing - 1)
        .add(Logistic.log(logits.neg()).mul(smoothing))
        .div(1 - 2 * smoothing);
  }

  private static Tensor exo(Tensor logits, double smoothing) {
    Tensor better = Logistic.log(logits);
    Tensor worse = Logistic.log(logits.neg());
    return better
        .exp()
        .mul(better.sub(Math.log1p(-smoothing)))
        .add(worse.exp().mul(worse.sub(Math.log(smoothing))));
  }

  private static Tensor discopop(Tensor logits) {
    Tensor share = logits.div(DISCOPOP_TEMPERATURE).sigmoid();
    Tensor logistic = Logistic.log(logits).neg();
    return logistic.mul(share.neg().add(1)).add(logits.neg().exp().mul(share));
  }

  private static Tensor sorted(Tensor values) {
    double[] numbers = values.toDoubles();
    int[] order =
        IntStream.range(0, numbers.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> numbers[i]))
            .mapToInt(i -> i)
            .toArray();
    return values.indexSelect(0, Tensor.of(order, order.length));
  }
}
