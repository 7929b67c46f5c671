package dev.tesuji.serve.go;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.browser.Chromium;
import dev.tesuji.browser.PageChecks;
import dev.tesuji.play.Limits;
import dev.tesuji.play.go.RandomGoPlayer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The page in a real browser.
class GoPageTest {
  /// Waits until the page has nothing under way.
  private static final String IDLE =
      """
      const idle = async () => {
        const end = Date.now() + 30000;
        do {
          await new Promise(done => setTimeout(done, 10));
        } while (Date.now() < end
            && (document.body.dataset.busy || !document.querySelector('#board button')));
      };
      """;

  @TempDir Path folder;

  @Test
  void aGameIsPlayedToItsEnd() throws Exception {
    Path chromium = PageChecks.chromium();
    try (GoServer server = new GoServer(0, new RandomGoPlayer(3), Limits.ofVisits(1), _ -> {});
        Chromium browser =
            new Chromium(chromium, folder, "http://127.0.0.1:" + server.port() + "/")) {
      String end =
          browser.run(
              "(async () => {"
                  + IDLE
                  + """
                    await idle();
                    const $ = id => document.getElementById(id);
                    $('size').value = 5;
                    $('komi').value = 0.5;
                    $('new').requestSubmit();
                    await idle();
                    let clicks = 0;
                    for (let turn = 0; turn < 300 && !$('status').textContent.includes('over'); turn++) {
                      const legal = document.querySelectorAll('#board [data-legal]');
                      if (turn < 6 && legal.length) {
                        legal[(turn * 7) % legal.length].click();
                        clicks++;
                      } else {
                        $('pass').click();
                      }
                      await idle();
                    }
                    const owners = document.querySelectorAll('#board .owner').length;
                    return [clicks, $('status').textContent, $('trouble').textContent, owners > 0].join('|');
                  })()
                  """);
      assertThat(end)
          .matches("6\\|(White|Black) passed\\. The game is over: [BW]\\+[0-9.]+\\.\\|\\|true");
    }
  }

  @Test
  void theKeyboardPlaysTakesBackAndThinks() throws Exception {
    Path chromium = PageChecks.chromium();
    try (GoServer server = new GoServer(0, new RandomGoPlayer(3), Limits.ofVisits(1), _ -> {});
        Chromium browser =
            new Chromium(chromium, folder, "http://127.0.0.1:" + server.port() + "/")) {
      String seen =
          browser.run(
              "(async () => {"
                  + IDLE
                  + """
                    await idle();
                    const seen = [];
                    const press = key => (document.activeElement ?? document.body).dispatchEvent(
                        new KeyboardEvent('keydown', {key, bubbles: true}));
                    document.querySelector('#board [tabindex="0"]').focus();
                    press('ArrowUp');
                    press('ArrowLeft');
                    seen.push(document.activeElement.getAttribute('aria-label'));
                    document.activeElement.click();
                    await idle();
                    seen.push(document.querySelectorAll('#board .stone:not(.ghost)').length);
                    press('t');
                    await idle();
                    seen.push(document.querySelectorAll('#rows tr').length);
                    press('u');
                    await idle();
                    seen.push(document.querySelectorAll('#board .stone:not(.ghost)').length);
                    return seen.join('|');
                  })()
                  """);
      assertThat(seen).isEqualTo("C5|2|1|0");
    }
  }
}
