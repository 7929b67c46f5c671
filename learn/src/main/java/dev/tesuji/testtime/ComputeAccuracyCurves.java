package dev.tesuji.testtime;

import dev.tesuji.json.Json;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Accuracy of one model against the tokens spent on a problem.
///
/// @param problems how many problems were posed
/// @param samples n, the responses to each
/// @param curves one per method
/// @param seconds how long it took
public record ComputeAccuracyCurves(int problems, int samples, List<Curve> curves, double seconds) {
  /// Copies the list.
  public ComputeAccuracyCurves {
    curves = List.copyOf(curves);
  }

  /// Returns the curve of a method; empty where it was not measured.
  public Optional<Curve> curve(Curve.Method method) {
    return curves.stream().filter(c -> c.method() == method).findFirst();
  }

  /// Returns the numbers as `testtime.json` has them.
  ///
  /// @param name names the model
  public ObjectNode toJson(String name) {
    ObjectNode json = Json.MAPPER.createObjectNode().put("name", name);
    json.put("problems", problems).put("samples", samples).put("seconds", seconds);
    ArrayNode methods = json.putArray("methods");
    curves.forEach(c -> methods.add(c.toJson()));
    return json;
  }
}
