package dev.tesuji.cluster;

import dev.tesuji.generate.EngineCapacity;
import java.io.Serializable;

/// The things that all chunks of a job have in common: which weights draw, and with how much room.
///
/// @param model the model
/// @param rows samples at once in an executor
/// @param longestPrompt the most tokens of a prompt
/// @param newTokens the most tokens after a prompt
/// @param eightBit whether executors round the weights to 8 bits
/// @param promptLookup the most tokens of a sample that they propose at a time
record Order(
    ModelVersion model,
    int rows,
    int longestPrompt,
    int newTokens,
    boolean eightBit,
    int promptLookup)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /// Returns the room of an engine.
  EngineCapacity capacity() {
    return new EngineCapacity(rows, longestPrompt, newTokens, Integer.MAX_VALUE)
        .inEightBits(eightBit)
        .lookingUp(promptLookup);
  }

  /// Returns whether an engine that was opened for another order does for this one.
  boolean sameEngine(Order other) {
    return model.isSame(other.model)
        && rows == other.rows
        && longestPrompt == other.longestPrompt
        && newTokens == other.newTokens
        && eightBit == other.eightBit
        && promptLookup == other.promptLookup;
  }
}
