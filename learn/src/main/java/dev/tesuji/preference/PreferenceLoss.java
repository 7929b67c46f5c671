package dev.tesuji.preference;

import dev.tesuji.check.Require;
import dev.tesuji.tensor.Tensor;
import java.util.List;

/// The settings of direct preference optimisation, and its loss.
///
/// @param loss the loss of a pair
/// @param mixture several losses with their weights in the place of `loss`, such as sigmoid 0.8 and
///   bco_pair 0.2; empty for one
/// @param beta β, how firmly the policy is held to the reference; IPO's τ
/// @param labelSmoothing ε, how often labels are taken to be wrong; for the losses that use it
/// @param divergence what holds the policy to the reference
/// @param longTokens α of LD-DPO ([Liu et al., 2024](https://arxiv.org/abs/2409.06411)): the weight
///   of those tokens of an answer that lie beyond the length of its counterpart; 1 for plain DPO
public record PreferenceLoss(
    PairLoss loss,
    List<Term> mixture,
    double beta,
    double labelSmoothing,
    Divergence divergence,
    double longTokens) {
  /// TRL's: the sigmoid loss with β 0.1.
  public static final PreferenceLoss DEFAULT =
      new PreferenceLoss(PairLoss.SIGMOID, List.of(), 0.1, 0, Divergence.REVERSE_KL, 1);

  /// A loss in a mixture.
  ///
  /// @param loss the loss of a pair
  /// @param weight its weight
  public record Term(PairLoss loss, double weight) {}

  /// Checks the ranges, and that label smoothing is asked for where it does something.
  public PreferenceLoss {
    mixture = List.copyOf(mixture);
    Require.that(beta > 0, "beta", "above 0", beta);
    Require.that(
        labelSmoothing >= 0 && labelSmoothing < 0.5,
        "labelSmoothing",
        "at least 0 and below 0.5",
        labelSmoothing);
    Require.that(longTokens >= 0 && longTokens <= 1, "longTokens", "from 0 to 1", longTokens);
    List<PairLoss> losses = losses(loss, mixture).stream().map(Term::loss).toList();
    Require.that(
        labelSmoothing > 0 || !losses.contains(PairLoss.EXO_PAIR),
        "labelSmoothing",
        "above 0 for exo_pair, whose target it is (TRL: 1e-3)",
        labelSmoothing);
    Require.that(
        labelSmoothing == 0 || losses.stream().anyMatch(PairLoss::smooths),
        "labelSmoothing",
        "0 with losses that have no use for it (cdpo is sigmoid with label smoothing)",
        labelSmoothing);
  }

  private static List<Term> losses(PairLoss loss, List<Term> mixture) {
    return mixture.isEmpty() ? List.of(new Term(loss, 1)) : mixture;
  }

  /// Returns the mean loss over all pairs.
  public Tensor of(PairScores pairs) {
    return losses(loss, mixture).stream()
        .map(term -> term.loss().of(pairs, this).mean().mul(term.weight()))
        .reduce(Tensor::add)
        .orElseThrow();
  }

  /// Returns the weight of a token in the sum over its answer.
  ///
  /// @param token its number among the answer's tokens
  /// @param counterpart how many tokens the other answer has
  double weight(int token, int counterpart) {
    return token < counterpart ? 1 : longTokens;
  }
}
