package dev.tesuji.reward;

import dev.tesuji.task.Verdict;
import java.util.LinkedHashMap;
import java.util.Map;

/// A response with everything that was found about it.
///
/// @param response the response
/// @param verdict whether its answer is right, whatever the reward pays for
/// @param parts what each part of the reward paid, before weighting, by name
/// @param total the weighted sum; meaningless unless [#trainable]
/// @param trainable whether every part could be judged
public record Graded(
    Response response,
    Verdict verdict,
    Map<String, Double> parts,
    double total,
    boolean trainable) {
  /// Copies the map, keeping its order.
  public Graded {
    parts = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(parts));
  }
}
