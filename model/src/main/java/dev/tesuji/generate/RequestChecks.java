package dev.tesuji.generate;

import dev.tesuji.check.Require;
import dev.tesuji.nn.ModelConfig;

/// Refuses what a model or an engine cannot do, each in one sentence.
///
/// @param adapters how many the engine has
/// @param writes whether it has a tokenizer
record RequestChecks(ModelConfig config, EngineCapacity capacity, int adapters, boolean writes) {
  /// Checks a request.
  ///
  /// @throws IllegalArgumentException when it cannot be met
  void check(GenerationRequest request) {
    int length = request.prompt().length;
    int positions = config.maxPositions();
    if (length >= positions) {
      throw new IllegalArgumentException(
          "a prompt must be shorter than the model's " + positions + " positions, got " + length);
    }
    require("a prompt", "tokens", length, capacity.longestPrompt());
    int most = Math.min(request.limits().maxNewTokens(), positions - length);
    require("a completion", "new tokens", most, capacity.newTokens());
    int vocabulary = config.vocabularySize();
    if (request.topLogProbs() > vocabulary) {
      throw new IllegalArgumentException(
          "topLogProbs must be at most the vocabulary's "
              + vocabulary
              + " tokens, got "
              + request.topLogProbs());
    }
    requireVocabulary(request.prompt());
    requireAdapter(request.promptKey().adapter());
    if (!request.limits().stopStrings().isEmpty() && !writes) {
      throw new IllegalArgumentException(
          "stopStrings must be empty without a tokenizer, got " + request.limits().stopStrings());
    }
  }

  /// Checks a text that is to be scored.
  ///
  /// @throws IllegalArgumentException when it cannot be
  void check(int[] tokens, int adapter) {
    requireVocabulary(tokens);
    requireAdapter(adapter);
    require("a text", "tokens", tokens.length, config.maxPositions());
  }

  private void requireAdapter(int adapter) {
    Require.that(adapter >= 0 && adapter <= adapters, "adapter", "one of the engine's", adapter);
  }

  private void requireVocabulary(int[] tokens) {
    int vocabulary = config.vocabularySize();
    for (int id : tokens) {
      if (id < 0 || id >= vocabulary) {
        throw new IllegalArgumentException(
            "a token id must be from 0 to " + (vocabulary - 1) + ", got " + id);
      }
    }
  }

  private static void require(String what, String unit, int given, int most) {
    if (given > most) {
      throw new IllegalArgumentException(
          what + " must have at most " + most + " " + unit + " in this engine, got " + given);
    }
  }
}
