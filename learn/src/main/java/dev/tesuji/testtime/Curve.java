package dev.tesuji.testtime;

import dev.tesuji.json.Json;
import dev.tesuji.statistics.Interval;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Accuracy against what is spent on a problem, by one method.
///
/// @param method how it is spent
/// @param points from the least spent to the most
public record Curve(Method method, List<Point> points) {
  /// Ways to spend tokens on a problem. Their sizes are k samples, a budget in tokens, or the
  /// number of extensions.
  public enum Method {
    /// The answer that most of k samples give: maj@k.
    MAJORITY,
    /// The best of k samples by a reward model.
    BEST_OF,
    /// Any of k samples, as if somebody knew which is right: pass@k, the ceiling of the two above.
    ANY,
    /// Thinking that is cut off after so many tokens.
    CUT,
    /// Thinking that is made to go on so many times; 0 leaves it as it is.
    EXTENDED
  }

  /// One way to ask.
  ///
  /// @param size k, a budget or a number of extensions
  /// @param tokens the mean number of tokens spent on a problem
  /// @param thinking how many of them were thinking
  /// @param accuracy the share of problems that are solved
  public record Point(int size, double tokens, double thinking, Interval accuracy) {}

  /// Copies the list.
  public Curve {
    points = List.copyOf(points);
  }

  ObjectNode toJson() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("method", method.name().toLowerCase(Locale.ROOT));
    ArrayNode list = json.putArray("points");
    for (Point p : points) {
      ObjectNode point = list.addObject().put("size", p.size()).put("tokens", p.tokens());
      point.put("thinking_tokens", p.thinking()).put("accuracy", p.accuracy().mean());
      point.putArray("accuracy_ci95").add(p.accuracy().low()).add(p.accuracy().high());
    }
    return json;
  }
}
