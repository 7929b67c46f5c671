package dev.tesuji.report.compare;

import dev.tesuji.json.Json;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.ObjectNode;

/// Means over runs.
final class SeedMeans {
  private SeedMeans() {}

  /// Returns the mean of JSON that has the same form in each run: every number is the mean of the
  /// numbers in its place, everything else is the first run's.
  ///
  /// @param runs one or more
  static JsonNode of(List<? extends JsonNode> runs) {
    JsonNode first = runs.getFirst();
    if (first.isObject()) {
      ObjectNode mean = Json.MAPPER.createObjectNode();
      for (Map.Entry<String, JsonNode> e : first.properties()) {
        mean.set(e.getKey(), of(runs.stream().map(r -> r.path(e.getKey())).toList()));
      }
      return mean;
    }
    if (first.isArray()) {
      ArrayNode mean = Json.MAPPER.createArrayNode();
      for (int i = 0; i < first.size(); i++) {
        int at = i;
        mean.add(of(runs.stream().map(r -> r.path(at)).toList()));
      }
      return mean;
    }
    return first.isNumber()
        ? DoubleNode.valueOf(runs.stream().mapToDouble(JsonNode::asDouble).average().orElseThrow())
        : first;
  }
}
