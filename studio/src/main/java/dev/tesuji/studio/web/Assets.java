package dev.tesuji.studio.web;

import dev.tesuji.serve.http.HttpAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The files of the pages, out of this module's resources, and Chart.js out of its own.
public final class Assets {
  private static final String CHARTS =
      "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js";
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9.-]*(/[a-z][a-z0-9.-]*)?");
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "mjs", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "txt", "text/plain; charset=utf-8",
          "svg", "image/svg+xml");

  /// Nothing is loaded from elsewhere, nothing is sent elsewhere, and no text becomes a script.
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src"
          + " 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action"
          + " 'none'";

  private Assets() {}

  /// Returns a file; null where there is none of that name.
  public static @Nullable HttpAnswer file(String name) {
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    if (type == null || !NAME.matcher(name).matches()) {
      return null;
    }
    String resource = name.equals("vendor/chart.js") ? CHARTS : "/dev/tesuji/studio/page/" + name;
    try (InputStream in = Assets.class.getResourceAsStream(resource)) {
      return in == null
          ? null
          : safe(new HttpAnswer(200, Map.of("content-type", type), in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Adds the headers that keep a browser from doing more with an answer than it should.
  public static HttpAnswer safe(HttpAnswer answer) {
    return answer
        .with("content-security-policy", POLICY)
        .with("x-content-type-options", "nosniff")
        .with("x-frame-options", "DENY")
        .with("referrer-policy", "no-referrer")
        .with("cross-origin-resource-policy", "same-origin")
        .with("cross-origin-opener-policy", "same-origin")
        .with("cache-control", answer.headers().getOrDefault("cache-control", "no-cache"));
  }
}
