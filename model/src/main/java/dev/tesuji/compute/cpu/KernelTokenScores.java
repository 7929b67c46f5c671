package dev.tesuji.compute.cpu;

import dev.tesuji.compute.TokenScores;
import dev.tesuji.compute.torch.TorchTokenScores;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.kernel.TokenSoftmax;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// Log-probabilities and entropies by kernels, in the memory of the logits.
final class KernelTokenScores implements TokenScores {
  private final Tensor logits;
  private final TokenSoftmax softmax;
  private final Tensor targets; // int64 [n, 1]
  private final double temperature;

  KernelTokenScores(Tensor logits, Tensor targets, double temperature) {
    this.logits = logits;
    this.targets = targets.unsqueeze(1);
    this.temperature = temperature;
    int vocabulary = Math.toIntExact(logits.size(1));
    softmax = new TokenSoftmax(Kernels.address(logits), vocabulary, targets.toInts(), temperature);
  }

  @Override
  public Tensor logProbs() {
    return Tensor.of(softmax.logProbs());
  }

  @Override
  public Tensor entropies() {
    return Tensor.of(softmax.entropies());
  }

  @Override
  public Tensor highest() {
    return Tensor.of(softmax.highest());
  }

  @Override
  public Tensor gradient(Tensor gradient, @Nullable Tensor entropyGradient) {
    if (entropyGradient == null) {
      softmax.backward(gradient.toFloats());
      return logits;
    }
    try (NoGrad _ = NoGrad.on()) {
      // The kernel has left π relative to the most likely token's.
      Tensor probabilities = logits.mulBy_(highest().unsqueeze(1).exp());
      return TorchTokenScores.gradient(
          probabilities,
          entropies(),
          targets,
          gradient.div(temperature),
          entropyGradient.div(temperature));
    }
  }
}
