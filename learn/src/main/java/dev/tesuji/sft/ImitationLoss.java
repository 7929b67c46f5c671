package dev.tesuji.sft;

import dev.tesuji.policy.Policy;
import dev.tesuji.tensor.Tensor;

/// The loss of some texts of a batch: a part of the mean over all scored tokens of the batch.
///
/// @param loss per token
/// @param scored scored tokens of the whole batch
record ImitationLoss(SftLoss loss, double scored) implements Policy.PlainLoss {
  private static final long serialVersionUID = 1;

  @Override
  public Tensor of(Policy.Tokens tokens) {
    return loss.perToken(tokens.logProbs()).sum().div(scored);
  }
}
