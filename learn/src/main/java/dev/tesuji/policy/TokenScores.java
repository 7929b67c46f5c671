package dev.tesuji.policy;

import dev.tesuji.kernel.Kernels;
import dev.tesuji.kernel.TokenSoftmax;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Tensor;

/// Log-probabilities and entropies from logits, and the way back: the one definition that
/// everything uses.
///
/// ```
/// log π(y) = l[y] / T - log Σ_v exp(l[v] / T)          H = - Σ_v π(v) log π(v)
/// ∂ log π(y) / ∂ l[v] = ([v = y] - π(v)) / T
/// ```
///
/// The gradient is written out instead of recorded, so that one matrix of the size of the logits
/// does (two, where libtorch computes) where libtorch's own way keeps five.
public sealed interface TokenScores {
  /// Scores tokens.
  ///
  /// @param logits float32 or float64 `[n, V]`; float32 is overwritten
  /// @param targets the tokens, int64 `[n]`
  /// @param temperature T
  static TokenScores of(Tensor logits, Tensor targets, double temperature) {
    boolean onHost = logits.device().isCpu() && logits.dtype() == Dtype.FLOAT32;
    return onHost && Kernels.available()
        ? new OnHost(logits.contiguous(), targets, temperature)
        : new ByTensors(logits, targets, temperature);
  }

  /// Returns log π of the tokens, `[n]`, without history.
  Tensor logProbs();

  /// Returns the entropy of each row's distribution in nats, `[n]`.
  Tensor entropies();

  /// Returns log π of each row's most likely token, `[n]`.
  Tensor highest();

  /// Takes the gradient of a loss back to the logits. Can be called once: it works in their memory.
  ///
  /// @param gradient of the loss at [#logProbs], `[n]`
  /// @return that at the logits, `[n, V]`
  Tensor gradient(Tensor gradient);

  /// By kernels, in the memory of the logits.
  final class OnHost implements TokenScores {
    private final Tensor logits;
    private final TokenSoftmax softmax;

    private OnHost(Tensor logits, Tensor targets, double temperature) {
      this.logits = logits;
      int vocabulary = Math.toIntExact(logits.size(1));
      softmax =
          new TokenSoftmax(Kernels.address(logits), vocabulary, targets.toInts(), temperature);
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
    public Tensor gradient(Tensor gradient) {
      softmax.backward(gradient.toFloats());
      return logits;
    }
  }

  /// By libtorch, on any device and in any type.
  final class ByTensors implements TokenScores {
    private final Tensor targets; // int64 [n, 1]
    private final Tensor logProbs; // [n]
    private final Tensor entropies; // [n]
    private final Tensor highest; // [n]
    private final Tensor probabilities; // [n, V]
    private final double temperature;

    private ByTensors(Tensor logits, Tensor targets, double temperature) {
      this.targets = targets.unsqueeze(1);
      this.temperature = temperature;
      Tensor cooled = temperature == 1 ? logits : logits.div(temperature);
      try (NoGrad _ = NoGrad.on();
          Tensor all = cooled.logSoftmax(1)) {
        logProbs = all.gather(1, this.targets).squeeze(1);
        highest = all.max(1, false);
        probabilities = all.exp();
        entropies = probabilities.unsqueeze(1).matmul(all.unsqueeze(2)).squeeze(2).squeeze(1).neg();
      }
    }

    @Override
    public Tensor logProbs() {
      return logProbs;
    }

    @Override
    public Tensor entropies() {
      return entropies;
    }

    @Override
    public Tensor highest() {
      return highest;
    }

    @Override
    public Tensor gradient(Tensor gradient) {
      try (NoGrad _ = NoGrad.on()) {
        Tensor column = gradient.unsqueeze(1).div(temperature);
        return probabilities.mulBy_(column.neg()).scatterAdd_(1, targets, column);
      }
    }
  }
}
