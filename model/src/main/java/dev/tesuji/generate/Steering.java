package dev.tesuji.generate;

import dev.tesuji.check.Require;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Changes of the logits before a token is chosen, of which a server has many and training none.
///
/// They act before everything that [Sampling] does: bias, then penalties, then what forbids tokens
/// altogether.
///
/// @param logitBias what is added to the logits of some tokens
/// @param presencePenalty is taken from the logits of tokens that the completion has
/// @param frequencyPenalty is taken from the logits of tokens once for each time that the
///   completion has them
/// @param minNewTokens how many tokens come before an end token or a stop token may
/// @param constraint makes, by the number of the sample, what decides which tokens may come; null
///   where all may
/// @param modelLogProbs whether log-probabilities are told under the model's own distribution, as
///   scoring has them, and not under the one that tokens were drawn from
public record Steering(
    Map<Integer, Double> logitBias,
    double presencePenalty,
    double frequencyPenalty,
    int minNewTokens,
    @Nullable IntFunction<TokenConstraint> constraint,
    boolean modelLogProbs) {
  /// Changes nothing.
  public static final Steering NONE = new Steering(Map.of(), 0, 0, 0, null, false);

  /// Copies the map and checks the ranges.
  public Steering {
    logitBias = Map.copyOf(logitBias);
    Require.atLeast(0, "minNewTokens", minNewTokens);
  }

  /// Returns whether it changes logits.
  boolean changesLogits() {
    return !logitBias.isEmpty()
        || presencePenalty != 0
        || frequencyPenalty != 0
        || minNewTokens > 0
        || constraint != null;
  }
}
