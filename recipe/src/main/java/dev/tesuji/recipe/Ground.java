package dev.tesuji.recipe;

import dev.tesuji.check.BadInput;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.rollout.PromptStream;
import dev.tesuji.weights.ModelSummary;
import java.util.List;

/// What stages can be checked and reckoned with before any data is read: the recipe, and the model
/// that it trains, which may be one without weights ([Decoders#planned]).
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

  /// Returns the limit on prompts that leaves completions their full length.
  PromptStream.Limit limit(PromptStream.Limit wanted, int maxNewTokens) {
    int room = positions() - maxNewTokens;
    return new PromptStream.Limit(Math.min(room, wanted.maxTokens()), wanted.policy());
  }

  /// Returns the bytes of the model's weights.
  long modelBytes() {
    return model.parameterCount() * model.dtype().bytes();
  }

  /// Returns the bytes of reward models; one that an earlier stage makes is as large as the policy.
  ///
  /// @throws BadInput when a directory holds no model
  long bytes(List<RewardConfig.Model> models) {
    return models.stream()
        .mapToLong(m -> m.path() == null ? modelBytes() : ModelSummary.of(m.path()).bytes())
        .sum();
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
