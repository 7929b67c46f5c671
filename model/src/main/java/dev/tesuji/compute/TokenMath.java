package dev.tesuji.compute;

import dev.tesuji.kernel.CategoricalSampler.Drawn;
import dev.tesuji.tensor.Tensor;

/// The arithmetic of tokens beside a decoder's layers: from logits to scores and samples, and rows
/// of hidden states. Pure functions of tensors on one device, whatever model they are of.
public interface TokenMath {
  /// Scores tokens.
  ///
  /// @param logits float32 or float64 `[n, V]`; float32 may be overwritten
  /// @param targets the tokens, int64 `[n]`
  TokenScores score(Tensor logits, Tensor targets, double temperature);

  /// Draws a token per row from softmax(logits / temperature).
  ///
  /// @param logits float32 `[n, V]`, -infinity for a token that is never drawn; may be overwritten
  /// @param uniforms a number in (0, 1) per row
  Drawn draw(Tensor logits, double temperature, double[] uniforms);

  /// Draws a token per row from log-probabilities `[n, V]`, -infinity for a token that is never
  /// drawn.
  ///
  /// @param uniforms a number in (0, 1) per row
  Drawn drawFrom(Tensor logProbs, double[] uniforms);

  /// Keeps some tokens of a distribution: sets the logits of all others to -infinity.
  ///
  /// @param logits float32 `[V]`, contiguous; changed in place
  /// @param kept a bit for each token: bit `id % 64` of word `id / 64`
  void keep(Tensor logits, long[] kept);

  /// Takes rows of `[N, C]` as `[n, C]`.
  ///
  /// @param rows their numbers, any of them several times
  Tensor gather(Tensor all, int[] rows);

  /// Adds up rows `[n, C]` as `[count, C]`: the backward pass through [#gather].
  ///
  /// @param to the number of the row that each is added to
  Tensor spread(Tensor rows, int[] to, int count);
}
