package dev.tesuji.report;

import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Writes HTML pages that need nothing but themselves: their data and
/// [Chart.js](https://www.chartjs.org), which draws it, are inside.
public final class Page {
  private static final String CHARTS =
      "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js";

  private static final Pattern INCLUDE = Pattern.compile("/\\*INCLUDE ([\\w.-]+)\\*/");

  private Page() {}

  /// Writes a page.
  ///
  /// @param owner the class beside which the template lies
  /// @param template the resource's name; in it `/*INCLUDE NAME*/` becomes the resource of that
  ///   name that lies beside this class and is shared by pages, `/*CHARTS*/` Chart.js, and
  ///   `/*DATA*/null` the data
  public static void write(Path file, Class<?> owner, String template, JsonNode data) {
    String html =
        INCLUDE
            .matcher(resource(owner, template))
            .replaceAll(m -> Matcher.quoteReplacement(resource(Page.class, m.group(1))))
            .replace("/*CHARTS*/", resource(Page.class, CHARTS))
            .replace("/*DATA*/null", Json.line(data).replace("</", "<\\/"));
    SafeFiles.replace(file, html);
  }

  private static String resource(Class<?> owner, String name) {
    try (InputStream in = owner.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource " + name + " is missing from the build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
