package dev.tesuji.recipe;

import dev.tesuji.input.BadInput;
import dev.tesuji.model.CausalLm;

/// What stages can be checked and reckoned with before any data is read: the recipe, and the model
/// that it trains, which may be one without weights ([CausalLm#planned]).
///
/// @param recipe the recipe
/// @param model the model, with its adapters where there are any
record Ground(Recipe recipe, CausalLm model) {
  /// Returns the most tokens that the model can read.
  int positions() {
    return model.config().maxPositions();
  }

  /// Says whether adapters are trained beside frozen weights.
  boolean adapts() {
    return model.lora() != null;
  }

  /// Returns how many tokens go through the model at once, the longest sequence among them.
  int atOnce(int longest) {
    return Math.max(recipe.compute().tokensPerDevice(), longest);
  }

  /// Refuses a length limit of completions that leaves the model no room for a prompt.
  void requireRoom(String stage, int maxNewTokens) {
    if (maxNewTokens >= positions()) {
      throw new BadInput(
          "stage '"
              + stage
              + "': maxNewTokens must be below the "
              + positions()
              + " positions of the model (max_position_embeddings), got "
              + maxNewTokens);
    }
  }
}
