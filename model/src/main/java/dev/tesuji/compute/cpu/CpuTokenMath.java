package dev.tesuji.compute.cpu;

import dev.tesuji.compute.TokenMath;
import dev.tesuji.compute.TokenScores;
import dev.tesuji.compute.torch.TorchTokenMath;
import dev.tesuji.kernel.CategoricalSampler;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.kernel.Rows;
import dev.tesuji.kernel.TokenMask;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;
import java.util.Optional;

/// The arithmetic of tokens by kernels, and by libtorch on tensors that those do not take.
public final class CpuTokenMath implements TokenMath {
  private final TokenMath others = new TorchTokenMath();

  private CpuTokenMath() {}

  /// Returns the arithmetic of a device; empty where no kernels run.
  public static Optional<TokenMath> of(Device device) {
    return device.isCpu() && Kernels.available()
        ? Optional.of(new CpuTokenMath())
        : Optional.empty();
  }

  @Override
  public TokenScores score(Tensor logits, Tensor targets, double temperature) {
    return logits.dtype() == Dtype.FLOAT32
        ? new KernelTokenScores(logits.contiguous(), targets, temperature)
        : others.score(logits, targets, temperature);
  }

  @Override
  public CategoricalSampler.Drawn draw(Tensor logits, double temperature, double[] uniforms) {
    int vocabulary = Math.toIntExact(logits.size(1));
    Tensor own = logits.contiguous();
    return CategoricalSampler.run(Kernels.address(own), vocabulary, temperature, uniforms);
  }

  @Override
  public CategoricalSampler.Drawn drawFrom(Tensor logProbs, double[] uniforms) {
    return others.drawFrom(logProbs, uniforms);
  }

  @Override
  public void keep(Tensor logits, long[] kept) {
    TokenMask.keep(Kernels.address(logits), Math.toIntExact(logits.size(0)), kept);
  }

  @Override
  public Tensor gather(Tensor all, int[] rows) {
    if (!takesRows(all)) {
      return others.gather(all, rows);
    }
    int width = Math.toIntExact(all.size(1));
    Tensor taken = Tensor.empty(Dtype.FLOAT32, rows.length, width);
    Rows.gather(Kernels.address(all), Dtype.FLOAT32, width, rows, Kernels.address(taken));
    return taken;
  }

  @Override
  public Tensor spread(Tensor rows, int[] to, int count) {
    if (!takesRows(rows)) {
      return others.spread(rows, to, count);
    }
    int width = Math.toIntExact(rows.size(1));
    Tensor all = Tensor.empty(Dtype.FLOAT32, count, width);
    Rows.sums(Kernels.address(rows), to, width, count, Kernels.address(all));
    return all;
  }

  private static boolean takesRows(Tensor t) {
    return t.dtype() == Dtype.FLOAT32 && t.isContiguous() && t.size(1) % Kernels.LANES == 0;
  }
}
