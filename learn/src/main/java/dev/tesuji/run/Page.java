package dev.tesuji.run;

import dev.tesuji.input.Json;
import dev.tesuji.input.SafeFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import tools.jackson.databind.node.ObjectNode;

/// An HTML page in one file with everything in it, curves drawn by
/// [Chart.js](https://www.chartjs.org).
public final class Page {
  private static final String CHARTS =
      "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js";

  private Page() {}

  /// Writes a page.
  ///
  /// @param beside a class beside which the template lies
  /// @param template an HTML resource in which Chart.js takes the place of `/*CHARTS*/` and the
  ///   data that of `/*DATA*/null`
  /// @param data what the page shows
  /// @throws dev.tesuji.input.BadInput when it cannot be written
  public static void write(Path file, Class<?> beside, String template, ObjectNode data) {
    String html =
        resource(beside, template)
            .replace("/*CHARTS*/", resource(Page.class, CHARTS))
            .replace("/*DATA*/null", Json.line(data).replace("</", "<\\/"));
    SafeFiles.replace(file, html);
  }

  private static String resource(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource " + name + " is missing from the build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
