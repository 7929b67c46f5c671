package dev.tesuji.generate;

import dev.tesuji.check.Require;

/// How the next token is chosen from the model's logits.
///
/// The filters act in the order of transformers' `generate`: repetition penalty, temperature,
/// top-k, top-p, min-p. What a filter drops has probability 0; the rest is normalised again.
///
/// @param temperature divides the logits; 0 takes the most likely token (greedy)
/// @param topK keeps the k most likely tokens, and those tied with the k-th; 0 keeps all
/// @param topP keeps the smallest set of most likely tokens with this much probability in all; 1
///   keeps all
/// @param minP keeps tokens at least this likely relative to the most likely one; 0 keeps all
/// @param repetitionPenalty divides positive and multiplies negative logits of tokens that the
///   prompt or the completion already has; 1 does nothing
public record Sampling(
    double temperature, int topK, double topP, double minP, double repetitionPenalty) {
  /// The model's own distribution.
  public static final Sampling DEFAULT = new Sampling(1, 0, 1, 0, 1);

  /// The most likely token every time.
  public static final Sampling GREEDY = new Sampling(0, 0, 1, 0, 1);

  /// Checks the ranges.
  ///
  /// @throws IllegalArgumentException naming the field that is out of range
  public Sampling {
    Require.that(temperature >= 0 && temperature < 1e6, "temperature", "at least 0", temperature);
    Require.that(topK >= 0, "topK", "at least 0 (0: off)", topK);
    Require.that(topP > 0 && topP <= 1, "topP", "above 0 and at most 1 (1: off)", topP);
    Require.that(minP >= 0 && minP <= 1, "minP", "from 0 (off) to 1", minP);
    Require.that(
        repetitionPenalty > 0 && repetitionPenalty < 1e6,
        "repetitionPenalty",
        "above 0 (1: off)",
        repetitionPenalty);
  }

  /// Returns whether the most likely token is taken every time.
  public boolean isGreedy() {
    return temperature == 0;
  }

  /// Returns whether tokens are drawn from the model's own distribution at this temperature.
  public boolean isPlain() {
    return !isGreedy() && !filters() && repetitionPenalty == 1;
  }

  /// Returns whether some tokens can be dropped, so that the distribution is not the model's own at
  /// this temperature.
  public boolean filters() {
    return topK > 0 || topP < 1 || minP > 0;
  }
}
