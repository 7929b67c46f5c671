package dev.tesuji.run;

import dev.tesuji.input.Json;
import dev.tesuji.input.JsonLines;
import dev.tesuji.input.SafeFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes `report.json`, and `report.html`: one file with everything in it, curves drawn by
/// [Chart.js](https://www.chartjs.org).
public final class Report {
  private static final String CHARTS =
      "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js";

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
    String html =
        resource("report.html")
            .replace("/*CHARTS*/", resource(CHARTS))
            .replace("/*DATA*/null", Json.line(page).replace("</", "<\\/"));
    SafeFiles.replace(run.root().resolve("report.html"), html);
  }

  private static String resource(String name) {
    try (InputStream in = Report.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource " + name + " is missing from the build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
