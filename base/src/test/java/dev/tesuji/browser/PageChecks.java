package dev.tesuji.browser;

import dev.tesuji.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;

/// What holds for every page, whatever it shows.
public final class PageChecks {
  private static final AtomicBoolean SAID = new AtomicBoolean();

  private PageChecks() {}

  /// Returns where a browser is; without one, the test that asks is skipped aloud.
  public static Path chromium() {
    Path chromium = Chromium.find();
    if (chromium == null) {
      String skipped = "Skipped: Chromium is not installed (Debian: apt install chromium)";
      System.err.println(skipped);
      return Assumptions.abort(skipped);
    }
    return chromium;
  }

  /// Returns what axe-core finds on the page that is open; nothing without axe-core, which is no
  /// library of this project (MPL-2.0): its script is found where `-Dtesuji.axe=axe.min.js` says.
  public static List<JsonNode> violations(Chromium page) throws Exception {
    String path = System.getProperty("tesuji.axe", "");
    List<JsonNode> found = new ArrayList<>();
    if (path.isEmpty()) {
      if (!SAID.getAndSet(true)) {
        System.out.println("SKIPPED: -Dtesuji.axe=axe.min.js has axe-core look at the pages");
      }
      return found;
    }
    if (!page.run("typeof axe").equals("object")) {
      page.run(Files.readString(Path.of(path)) + ";'there'");
    }
    Json.MAPPER
        .readTree(page.run("axe.run().then(r => JSON.stringify(r.violations))"))
        .forEach(found::add);
    return found;
  }

  /// Returns what the page has loaded from elsewhere than its server, in one line.
  public static String outside(Chromium page) throws Exception {
    return page.run(
        "performance.getEntriesByType('resource').map(e => e.name).filter(n =>"
            + " !n.startsWith(location.origin) && !n.startsWith('data:')).join(' ')");
  }

  /// Returns whether the page can be read without scrolling to the side.
  public static boolean fits(Chromium page) throws Exception {
    return page.run("String(document.documentElement.scrollWidth <= innerWidth)").equals("true");
  }

  /// Returns where pictures go, made if it is not there; skips the test where
  /// `-Dtesuji.pictures=DIR` does not say.
  public static Path pictures() throws IOException {
    String place = System.getProperty("tesuji.pictures", "");
    Assumptions.assumeFalse(place.isEmpty(), "-Dtesuji.pictures=DIR keeps pictures");
    return Files.createDirectories(Path.of(place));
  }
}
