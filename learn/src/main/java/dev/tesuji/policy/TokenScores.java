package dev.tesuji.policy;

import dev.tesuji.kernel.Kernels;
import dev.tesuji.kernel.TokenSoftmax;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// Log-probabilities and entropies from logits, and the way back: the one definition that
/// everything uses.
///
/// ```
/// log π(y) = l[y] / T - log Σ_v exp(l[v] / T)          H = - Σ_v π(v) log π(v)
/// ∂ log π(y) / ∂ l[v] = ([v = y] - π(v)) / T       ∂H / ∂ l[v] = -π(v) (log π(v) + H) / T
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
  default Tensor gradient(Tensor gradient) {
    return gradient(gradient, null);
  }

  /// Takes the gradient of a loss of log-probabilities and entropies back to the logits. Can be
  /// called once.
  ///
  /// @param gradient of the loss at [#logProbs], `[n]`
  /// @param entropyGradient that at [#entropies], `[n]`; null where the loss has none of them
  /// @return that at the logits, `[n, V]`
  Tensor gradient(Tensor gradient, @Nullable Tensor entropyGradient);

  /// Returns -π(v) (g + h (log π(v) + H)) + [v = y] g, in the memory of the probabilities.
  ///
  /// @param probabilities π, `[n, V]`
  /// @param targets y, `[n, 1]`
  /// @param gradient g, `[n]`
  /// @param entropyGradient h, `[n]`
  private static Tensor back(
      Tensor probabilities,
      Tensor entropies,
      Tensor targets,
      Tensor gradient,
      @Nullable Tensor entropyGradient) {
    Tensor column = gradient.unsqueeze(1);
    Tensor factor = column;
    if (entropyGradient != null) {
      Tensor logs = probabilities.clamp(Float.MIN_NORMAL, 1).log(); // a π of 0 takes no part
      factor = logs.add(entropies.unsqueeze(1)).mul(entropyGradient.unsqueeze(1)).add(column);
    }
    return probabilities.mulBy_(factor.neg()).scatterAdd_(1, targets, column);
  }

  /// By kernels, in the memory of the logits.
  final class OnHost implements TokenScores {
    private final Tensor logits;
    private final TokenSoftmax softmax;
    private final Tensor targets; // int64 [n, 1]
    private final double temperature;

    private OnHost(Tensor logits, Tensor targets, double temperature) {
      this.logits = logits;
      this.targets = targets.unsqueeze(1);
      this.temperature = temperature;
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
    public Tensor gradient(Tensor gradient, @Nullable Tensor entropyGradient) {
      if (entropyGradient == null) {
        softmax.backward(gradient.toFloats());
        return logits;
      }
      try (NoGrad _ = NoGrad.on()) {
        // The kernel has left π relative to the most likely token's.
        Tensor probabilities = logits.mulBy_(highest().unsqueeze(1).exp());
        return back(
            probabilities,
            entropies(),
            targets,
            gradient.div(temperature),
            entropyGradient.div(temperature));
      }
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
    public Tensor gradient(Tensor gradient, @Nullable Tensor entropyGradient) {
      try (NoGrad _ = NoGrad.on()) {
        return back(
            probabilities,
            entropies,
            targets,
            gradient.div(temperature),
            entropyGradient == null ? null : entropyGradient.div(temperature));
      }
    }
  }
}
