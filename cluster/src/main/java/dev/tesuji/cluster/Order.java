package dev.tesuji.cluster;

import dev.tesuji.generate.EngineCapacity;
import java.io.Serializable;

/// The things that all chunks of a job have in common: which weights draw, and with how much room.
///
/// @param version the weights
/// @param device where executors compute, as the driver does
/// @param dtype the type that they are computed in
/// @param product the type of the products
/// @param rows samples at once in an executor
/// @param longestPrompt the most tokens of a prompt
/// @param newTokens the most tokens after a prompt
/// @param eightBit whether executors round the weights to 8 bits
/// @param promptLookup the most tokens of a sample that they propose at a time
/// @param signature of the driver
record Order(
    WeightStore.Version version,
    String device,
    String dtype,
    String product,
    int rows,
    int longestPrompt,
    int newTokens,
    boolean eightBit,
    int promptLookup,
    Signature signature)
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
    return version.hash().equals(other.version.hash())
        && product.equals(other.product)
        && device.equals(other.device)
        && rows == other.rows
        && longestPrompt == other.longestPrompt
        && newTokens == other.newTokens
        && eightBit == other.eightBit
        && promptLookup == other.promptLookup;
  }
}
