package dev.tesuji.serve.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// The files of a page, out of a module's resources: what lies in `page/` beside a class is served
/// under `/`.
public final class StaticFiles {
  private static final Pattern PATH =
      Pattern.compile("/([A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*)?");
  private static final String INDEX = "/index.html";
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "mjs", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "json", "application/json",
          "svg", "image/svg+xml",
          "png", "image/png",
          "woff2", "font/woff2",
          "txt", "text/plain; charset=utf-8");
  private static final String POLICY =
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src"
          + " 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

  private final Class<?> owner;
  private final Map<String, Optional<byte[]>> read = new ConcurrentHashMap<>();

  /// Serves the folder `page/` beside a class.
  public StaticFiles(Class<?> owner) {
    this.owner = owner;
  }

  /// Returns whether a request asks for one of the files.
  public boolean has(HttpHead head) {
    boolean gets = head.method().equals("GET") || head.method().equals("HEAD");
    boolean known = TYPES.containsKey(ending(file(head.path())));
    return gets && known && PATH.matcher(head.path()).matches() && find(head.path()).isPresent();
  }

  /// Returns a file.
  public HttpAnswer answer(HttpHead head) {
    String type = TYPES.getOrDefault(ending(file(head.path())), "application/octet-stream");
    return new HttpAnswer(200, Map.of("content-type", type), find(head.path()).orElseThrow())
        .with("content-security-policy", POLICY)
        .with("x-content-type-options", "nosniff")
        .with("referrer-policy", "no-referrer")
        .with("cache-control", "no-cache");
  }

  private static String file(String path) {
    return path.equals("/") ? INDEX : path;
  }

  private static String ending(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  private Optional<byte[]> find(String path) {
    String name = "page" + file(path);
    Optional<byte[]> known = read.get(name);
    if (known != null) {
      return known;
    }
    try (InputStream in = owner.getResourceAsStream(name)) {
      if (in == null) {
        return Optional.empty(); // not remembered: there are endless other names
      }
      Optional<byte[]> bytes = Optional.of(in.readAllBytes());
      read.put(name, bytes);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
