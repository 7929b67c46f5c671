package dev.tesuji.world;

import dev.tesuji.random.Rng;
import java.util.ArrayList;
import java.util.List;

/// Throws that follow from a seed and a number, one after another.
final class Dice {
  private final long seed;
  private final long stream;
  private int thrown;

  /// Takes dice.
  ///
  /// @param stream for instance a problem's number
  Dice(long seed, long stream) {
    this.seed = seed;
    this.stream = stream;
  }

  /// Returns a number in (0, 1).
  double uniform() {
    return Rng.uniform(seed, stream, thrown++, 0);
  }

  /// Returns a whole number from 0 to `bound` - 1.
  int below(int bound) {
    return (int) (uniform() * bound);
  }

  /// Returns a whole number from `low` to `high`.
  int between(int low, int high) {
    return low + below(high - low + 1);
  }

  /// Says yes with a probability.
  boolean chance(double probability) {
    return uniform() < probability;
  }

  /// Returns a draw from a normal distribution with mean 0 and deviation 1 (Box and Muller).
  double normal() {
    return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  }

  /// Picks one of several.
  <T> T pick(List<T> several) {
    return several.get(below(several.size()));
  }

  /// Picks some of several, none twice, in an order of chance.
  <T> List<T> pick(int count, List<T> several) {
    List<T> left = new ArrayList<>(several);
    List<T> picked = new ArrayList<>();
    while (picked.size() < count) {
      picked.add(left.remove(below(left.size())));
    }
    return picked;
  }
}
