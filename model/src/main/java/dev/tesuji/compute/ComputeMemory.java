package dev.tesuji.compute;

/// The bytes that a [Compute] takes besides the weights and their gradients, told beforehand.
public interface ComputeMemory {
  /// Returns what a training pass takes at most on its way forwards through the head and back,
  /// gradients of weights not counted.
  long activations(TrainingLoad load);

  /// Returns what generation holds: key-value caches, and weights in an order of its own.
  ///
  /// @param prompts how many prompts are in use at once
  long decoding(DecodingCapacity capacity, int prompts);

  /// Returns whether the caches of rows take memory as tokens come, and not all of it beforehand.
  default boolean growsWithTokens() {
    return false;
  }

  /// Returns what reading tokens of prompts takes besides what [#decoding] holds.
  ///
  /// @param tokens that are read at once, of all prompts together
  /// @param longest of the longest prompt among them
  long prefill(long tokens, long longest);

  /// The size of a training pass.
  ///
  /// @param tokens tokens that go through the model at once
  /// @param longest the longest sequence
  /// @param layers how many layers keep their activations
  /// @param recompute whether only the inputs of layers are kept
  record TrainingLoad(long tokens, long longest, int layers, boolean recompute) {}
}
