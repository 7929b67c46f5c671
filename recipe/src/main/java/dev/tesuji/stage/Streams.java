package dev.tesuji.stage;

import dev.tesuji.random.Rng;

/// Streams of randomness: a seed for each purpose of each stage.
///
/// A seed follows from the recipe's seed, the stage's name and the purpose's name, and from nothing
/// else: a stage that is put in before others leaves theirs as they were, and no two purposes share
/// numbers by accident.
///
/// @param seed the recipe's
/// @param stage the stage's name; empty for what belongs to no stage
public record Streams(long seed, String stage) {
  private static final long FNV_BASIS = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;

  /// Returns the seed of a purpose, such as `training`.
  public long of(String purpose) {
    return Rng.derive(Rng.derive(seed, hash(stage)), hash(purpose));
  }

  /// Hashes a text by FNV-1a, which is the same on every machine.
  private static long hash(String text) {
    long hash = FNV_BASIS;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
    return hash;
  }
}
