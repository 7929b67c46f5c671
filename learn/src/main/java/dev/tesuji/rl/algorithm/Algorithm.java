package dev.tesuji.rl.algorithm;

/// The settings of an algorithm of reinforcement learning.
///
/// Implemented by records, one per algorithm, each in a package with its equations.
public interface Algorithm {
  /// Returns how many updates a batch of completions makes.
  UpdateConfig updates();

  /// Returns the things that the loop gets ready for it.
  Requirements requirements();

  /// Returns the quantity that it minimises per token.
  Surrogate surrogate();

  /// Puts it to work.
  Objective open(AlgorithmContext context);
}
