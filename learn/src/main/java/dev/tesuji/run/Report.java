package dev.tesuji.run;

import dev.tesuji.input.Json;
import dev.tesuji.input.JsonLines;
import dev.tesuji.input.SafeFiles;
import java.nio.file.Files;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes `report.json`, and `report.html`: one file with everything in it.
public final class Report {
  private final RunDirectory run;

  /// Reports on a run.
  public Report(RunDirectory run) {
    this.run = run;
  }

  /// Writes both files.
  ///
  /// @param report what `report.json` holds
  /// @param recipe the effective recipe as text
  public void write(ObjectNode report, String recipe) {
    SafeFiles.replace(run.root().resolve("report.json"), Json.pretty(report));
    ObjectNode page = report.deepCopy();
    page.put("recipe", recipe);
    ArrayNode metrics = page.putArray("metrics");
    if (Files.exists(run.metrics())) {
      JsonLines.forEach(run.metrics(), row -> metrics.add(row.fields()));
    }
    Page.write(run.root().resolve("report.html"), Report.class, "report.html", page);
  }
}
