package dev.tesuji.compute.torch;

import dev.tesuji.compute.TokenMath;
import dev.tesuji.compute.TokenScores;
import dev.tesuji.kernel.CategoricalSampler.Drawn;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;

/// The arithmetic of tokens by libtorch, on any device.
public final class TorchTokenMath implements TokenMath {
  @Override
  public TokenScores score(Tensor logits, Tensor targets, double temperature) {
    return new TorchTokenScores(logits, targets, temperature);
  }

  @Override
  public Drawn draw(Tensor logits, double temperature, double[] uniforms) {
    Tensor scaled = temperature == 1 ? logits : logits.div(temperature);
    return drawFrom(scaled.logSoftmax(1), uniforms);
  }

  @Override
  public Drawn drawFrom(Tensor logProbs, double[] uniforms) {
    // Inverse transform: the first token whose cumulative probability exceeds u. In float64, since
    // the sum runs over a vocabulary of up to 10^5 tokens.
    Tensor cumulative = logProbs.to(Dtype.FLOAT64).exp().cumsum(1);
    Tensor total = cumulative.narrow(1, logProbs.size(1) - 1, 1);
    Tensor u = Tensor.of(uniforms, uniforms.length, 1).to(logProbs.device());
    Tensor tokens = cumulative.searchSorted(u.mul(total).minimum(total.mul(1 - 1e-15)));
    return new Drawn(tokens.toInts(), logProbs.gather(1, tokens).toFloats());
  }

  @Override
  public void keep(Tensor logits, long[] kept) {
    boolean[] dropped = new boolean[Math.toIntExact(logits.size(0))];
    for (int id = 0; id < dropped.length; id++) {
      dropped[id] = (kept[id / Long.SIZE] >>> id & 1) == 0;
    }
    Tensor mask = Tensor.of(dropped).to(logits.device());
    logits.copy_(logits.maskedFill(mask, Double.NEGATIVE_INFINITY));
  }

  @Override
  public Tensor gather(Tensor all, int[] rows) {
    return all.indexSelect(0, index(rows, all));
  }

  @Override
  public Tensor spread(Tensor rows, int[] to, int count) {
    Tensor zeros = Tensor.zeros(rows.dtype(), count, rows.size(1)).to(rows.device());
    return zeros.indexAdd_(0, index(to, rows), rows);
  }

  private static Tensor index(int[] rows, Tensor beside) {
    return Tensor.of(rows, rows.length).to(beside.device());
  }
}
