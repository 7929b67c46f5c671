package dev.tesuji.compute.torch;

import dev.tesuji.compute.TokenBatch;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects the sequence-wise balance loss of the layers that a batch goes through
/// ([DeepSeek-V3](https://arxiv.org/abs/2412.19437), Eq. 17 to 20):
///
/// ```
/// L = α Σ_i f_i P_i      f_i = E / (k T) Σ_t [token t is sent to expert i]      P_i = 1/T Σ_t s_it / Σ_j s_jt
/// ```
///
/// summed over the sequences, T the length of each.
final class BalanceLoss implements RouterLoss {
  private final double weight;
  private final Scope owner = Scope.owner();
  private final List<Tensor> losses = new ArrayList<>();

  /// @param weight α, divided by whatever the sequences are averaged over
  BalanceLoss(double weight) {
    this.weight = weight;
  }

  @Override
  public void add(TokenBatch batch, Tensor scores, Tensor chosen) {
    long experts = scores.size(1);
    Tensor share = scores.div(scores.sum(1, true));
    Tensor sent =
        Tensor.zeros(Dtype.FLOAT32, scores.shape().sizes())
            .to(scores.device())
            .scatter(
                1, chosen, Tensor.ones(Dtype.FLOAT32, chosen.shape().sizes()).to(scores.device()));
    List<Tensor> sums = new ArrayList<>();
    for (int i = 0; i < batch.sequences(); i++) {
      int start = batch.row(i, 0);
      int length = batch.length(i);
      Tensor f = sent.narrow(0, start, length).mean(0, false);
      Tensor p = share.narrow(0, start, length).mean(0, false);
      sums.add(f.mul(p).sum());
    }
    double factor = weight * experts / chosen.size(1);
    losses.add(owner.adopt(Tensor.stack(sums, 0).sum().mul(factor)));
  }

  @Override
  public @Nullable Tensor sum() {
    return losses.isEmpty() ? null : Tensor.stack(losses, 0).sum();
  }

  @Override
  public void forget() {
    losses.forEach(Tensor::close);
    losses.clear();
  }

  @Override
  public void close() {
    owner.close();
  }
}
