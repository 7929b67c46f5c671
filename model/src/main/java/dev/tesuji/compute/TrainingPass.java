package dev.tesuji.compute;

import dev.tesuji.tensor.Tensor;

/// Whole sequences on their way through the decoder and back.
///
/// Either all activations are kept for the gradient, or only what enters each layer, and the layer
/// runs again when the gradient reaches it ([Chen et al., 2016](https://arxiv.org/abs/1604.06174)).
/// Both give the same gradient, bit for bit. Close it to free what it kept.
public interface TrainingPass extends AutoCloseable {
  /// How sequences are read.
  ///
  /// @param recompute whether to keep only each layer's input and run the layer again on the way
  ///   back, which takes a third more time and much less memory
  /// @param balance the weight of the experts' balance loss, summed over the sequences; 0 for none
  /// @param dropout decides what the dropout of adapters drops
  record Settings(boolean recompute, double balance, long dropout) {}

  /// Returns the hidden states `[N, C]`, without the history that leads to them.
  Tensor hidden();

  /// Adds the gradient of a loss to the parameters; can be called once.
  ///
  /// @param gradient that of the loss at [#hidden], `[N, C]`
  void backward(Tensor gradient);

  @Override
  void close();
}
