package dev.tesuji.serve;

import static java.util.Objects.requireNonNull;

import dev.tesuji.browser.Chromium;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// A chat page that is open for the tests of a class.
abstract class ChatPageFixture {
  @TempDir static Path folder;
  private static @Nullable ChatPage page;

  @BeforeAll
  static void open() throws Exception {
    page = new ChatPage(folder);
  }

  @AfterAll
  static void close() {
    if (page != null) {
      page.close();
      page = null;
    }
  }

  static ChatPage page() {
    return requireNonNull(page);
  }

  static Chromium browser() {
    return page().browser;
  }
}
