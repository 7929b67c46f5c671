package dev.tesuji.compute.torch;

import dev.tesuji.compute.TokenScores;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// Log-probabilities and entropies by libtorch, on any device and in any type.
public final class TorchTokenScores implements TokenScores {
  private final Tensor targets; // int64 [n, 1]
  private final Tensor logProbs; // [n]
  private final Tensor entropies; // [n]
  private final Tensor highest; // [n]
  private final Tensor probabilities; // [n, V]
  private final double temperature;

  TorchTokenScores(Tensor logits, Tensor targets, double temperature) {
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
      return gradient(
          probabilities,
          entropies,
          targets,
          gradient.div(temperature),
          entropyGradient == null ? null : entropyGradient.div(temperature));
    }
  }

  /// Returns -π(v) (g + h (log π(v) + H)) + [v = y] g, in the memory of the probabilities.
  ///
  /// @param probabilities π, `[n, V]`
  /// @param targets y, `[n, 1]`
  /// @param gradient g, `[n]`
  /// @param entropyGradient h, `[n]`
  public static Tensor gradient(
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
}
