package dev.tesuji.report;

import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes `testtime.json`, and `testtime.html`: accuracy against what is spent when a problem is
/// asked, beside accuracy against what was spent on training.
public final class TestTimeReport {
  private TestTimeReport() {}

  /// Writes both files.
  ///
  /// @param folder where to
  /// @param task the task's name
  /// @param models what each model came to (`ComputeAccuracyCurves.toJson`)
  /// @param training the curves of the run that made the last of them; empty where there is none
  /// @return what `testtime.json` holds
  public static ObjectNode write(
      Path folder, String task, List<? extends JsonNode> models, List<TrainingCurve> training) {
    ObjectNode json = Json.MAPPER.createObjectNode().put("task", task);
    models.forEach(json.putArray("models")::add);
    training.forEach(t -> json.withArray("training").add(t.toJson()));
    SafeFiles.replace(folder.resolve("testtime.json"), Json.pretty(json));
    Page.write(folder.resolve("testtime.html"), TestTimeReport.class, "testtime.html", json);
    return json;
  }
}
