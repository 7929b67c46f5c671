package dev.tesuji.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.browser.PageChecks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/// How the chat page looks in each of its states. `-Dtesuji.pictures=DIR` keeps pictures of them,
/// and `-Dtesuji.axe=axe.min.js` has axe-core judge them.
@Timeout(120)
class ChatPageLooksTest extends ChatPageFixture {
  /// What the page can look like.
  private interface State {
    void come() throws Exception;
  }

  private static Map<String, State> states() {
    return Map.of(
        "empty", () -> {},
        "settings", page()::openSettings,
        "keys",
            () -> {
              browser().tabTo("Shortcuts");
              browser().press("Enter");
            },
        "answering",
            () -> {
              browser().run("document.getElementById('max_tokens').value = 8000; ''");
              page().ask("[ponder]");
              browser().await("document.querySelector('.running > .think') !== null");
            },
        "long",
            () -> {
              page().talk("[think]");
              browser().run("document.querySelector('.think').open = true; ''");
              browser()
                  .run("document.getElementById('text').value = 'a longer one, '.repeat(9); ''");
              page().talk("or not");
              page().talk("[code]");
              page().talk("[maths]");
              page().talk("[hostile]");
            },
        "beside",
            () -> {
              browser().tabTo("Beside it");
              browser().press("o");
              page().talk("[think]");
              page().talk("[code]");
            },
        "tokens",
            () -> {
              page().openSettings();
              browser().tabTo("Token probabilities");
              browser().press(" ");
              browser().run("document.getElementById('settings').open = false; ''");
              page().talk("[think]");
              page().talk("[coin]");
              browser().point(".turn:last-of-type .token:nth-child(2)");
            },
        "editing",
            () -> {
              page().talk("one");
              page().talk("two");
              browser().tabTo("Edit");
              browser().press("Enter");
            },
        "fault",
            () -> {
              browser().run("document.getElementById('temperature').value = 9; ''");
              page().ask("Hello");
              browser().await("document.querySelector('.turn .bad') !== null");
            });
  }

  @Test
  void axeFindsNothingAndThePageFitsWhateverItShows() throws Exception {
    List<String> found = new ArrayList<>();
    for (Map.Entry<String, State> state : states().entrySet()) {
      page().fresh();
      state.getValue().come();
      for (boolean isDark : new boolean[] {false, true}) {
        browser().look(isDark ? 390 : 1440, 900, isDark);
        for (JsonNode v : PageChecks.violations(browser())) {
          found.add(state.getKey() + ": " + v.path("id") + ": " + v.path("nodes").path(0));
        }
        assertThat(PageChecks.fits(browser()))
            .as(state.getKey() + " is no wider than the window, dark " + isDark)
            .isTrue();
        assertThat(browser().run(OVER)).as(state.getKey()).isEmpty();
      }
    }
    assertThat(found).isEmpty();
  }

  /// What sticks out of the conversation to the side.
  private static final String OVER =
      "(() => { const t = document.getElementById('talk');"
          + " return t.scrollWidth > t.clientWidth ? t.innerText : ''; })()";

  @Test
  void picturesAreKeptWhereTheyAreAskedFor() throws Exception {
    Path into = PageChecks.pictures();
    for (Map.Entry<String, State> state : states().entrySet()) {
      for (int width : new int[] {1440, 390}) {
        page().fresh();
        browser().look(width, 900, /* isDark= */ false);
        state.getValue().come();
        for (boolean isDark : new boolean[] {false, true}) {
          browser().look(width, 900, isDark);
          String name = state.getKey() + "-" + width + (isDark ? "-dark.png" : "-light.png");
          Files.write(into.resolve(name), browser().picture());
        }
      }
    }
  }
}
