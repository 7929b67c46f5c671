package dev.tesuji.endpoint;

import dev.tesuji.check.Require;
import org.jspecify.annotations.Nullable;

/// The price of a million tokens, in whatever money.
///
/// @param input of tokens that are read
/// @param cachedInput of tokens that were read before; as `input` where absent
/// @param output of tokens that are written, thinking among them
public record Prices(double input, @Nullable Double cachedInput, double output) {
  private static final double MILLION = 1e6;

  /// Checks the ranges.
  public Prices {
    requirePrice("input", input);
    requirePrice("output", output);
    if (cachedInput != null) {
      requirePrice("cachedInput", cachedInput);
    }
  }

  private static void requirePrice(String name, double price) {
    Require.that(price >= 0 && Double.isFinite(price), name, "at least 0", price);
  }

  /// Returns what tokens cost.
  double cost(TokenUsage usage) {
    double again = cachedInput == null ? input : cachedInput;
    return ((usage.prompt() - usage.cached()) * input
            + usage.cached() * again
            + usage.completion() * output)
        / MILLION;
  }
}
