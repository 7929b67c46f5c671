package dev.tesuji.compute.torch;

import dev.tesuji.compute.TokenBatch;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects the balance loss of softmax routers over all tokens and layers at once ([Switch
/// Transformers](https://arxiv.org/abs/2101.03961), Eq. 4 to 6, as transformers'
/// `load_balancing_loss_func` has it):
///
/// ```
/// L = α E Σ_i f_i P_i      f_i = 1/M Σ [token is sent to expert i]      P_i = 1/M Σ s_i
/// ```
///
/// the sums over the M pairs of a token and a layer. The f have no gradient, so that the loss is
/// linear in P once all layers have run, and a layer that runs again adds its own share.
final class PooledBalanceLoss implements RouterLoss {
  private final double weight;
  private final Scope owner = Scope.owner();
  private final List<Tensor> scores =
      new ArrayList<>(); // [E] each: sums over the tokens of a layer
  private @Nullable Tensor sent; // [E]: tokens of each expert over all layers
  private long rows; // M
  private int sequences;
  private boolean counted; // whether all layers have run

  /// @param weight α, divided by whatever the sequences are averaged over
  PooledBalanceLoss(double weight) {
    this.weight = weight;
  }

  @Override
  public void add(TokenBatch batch, Tensor layer, Tensor chosen) {
    scores.add(owner.adopt(layer.sum(0)));
    if (!counted) {
      count(layer, chosen);
      rows += layer.size(0);
      sequences = batch.sequences();
    }
  }

  private void count(Tensor layer, Tensor chosen) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      Tensor ids = chosen.reshape(chosen.elements());
      Tensor ones = Tensor.ones(Dtype.FLOAT32, chosen.elements()).to(layer.device());
      Tensor before = sent;
      if (before == null) {
        before = owner.adopt(Tensor.zeros(Dtype.FLOAT32, layer.size(1)).to(layer.device()));
        sent = before;
      }
      before.scatterAdd_(0, ids, ones);
    }
  }

  @Override
  public @Nullable Tensor sum() {
    Tensor all = sent;
    if (scores.isEmpty() || all == null) {
      return null;
    }
    double factor = weight * sequences * all.elements() / ((double) rows * rows);
    return Tensor.stack(scores, 0).sum(0).mul(all).sum().mul(factor);
  }

  @Override
  public void forget() {
    counted = true;
    scores.forEach(Tensor::close);
    scores.clear();
  }

  @Override
  public void close() {
    owner.close();
  }
}
