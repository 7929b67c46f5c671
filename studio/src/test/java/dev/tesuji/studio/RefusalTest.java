package dev.tesuji.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Requests that must not be answered.
class RefusalTest {
  @TempDir Path folder;
  private StudioServer server;
  private Browser browser;

  @BeforeEach
  void begin() throws IOException {
    Path runs = folder.resolve("runs");
    RunFolder.make(runs, "one");
    RunFolder.make(folder, "outside");
    Files.createSymbolicLink(
        runs.resolve("one/evaluations/secret.jsonl"), folder.resolve("outside/recipe.yaml"));
    server = new StudioServer(new StudioSettings(runs, folder.resolve("labels"), "127.0.0.1", 0));
    browser = new Browser(server.port());
  }

  @AfterEach
  void end() {
    server.close();
  }

  @Test
  void pathsThatLeadOutAreNotFound() throws IOException {
    for (String path :
        List.of(
            "/../outside/recipe.yaml",
            "/assets/../StudioRouter.class",
            "/assets/..%2f..%2fStudioRouter.class",
            "/assets/vendor/../../page/index.html",
            "/assets//etc/passwd",
            "/assets/%2e%2e/index.html",
            "/etc/passwd",
            "/api/run?run=../outside",
            "/api/run?run=one/../../outside",
            "/api/run?run=%2e%2e%2foutside",
            "/api/run?run=/etc",
            "/api/run?run=one%00",
            "/api/compare?first=one&first_evaluation=../../outside/evaluations/base&second=one&second_evaluation=rl",
            "/api/compare?first=one&first_evaluation=secret&second=one&second_evaluation=rl",
            "/api/recipe-diff?run=one&with=../outside",
            "/api/rollout?run=one&stage=../../../outside/rollouts/rl&step=1&line=1")) {
      Browser.Page page = browser.get(path);
      assertThat(page.status()).as(path).isEqualTo(404);
      assertThat(page.body()).as(path).doesNotContain("root:").doesNotContain("name: outside");
    }
  }

  @Test
  void namesOfOtherSitesThatPointHereAreRefused() throws IOException {
    for (String host : List.of("evil.example", "evil.example:80", "localhost.evil.example", "")) {
      assertThat(browser.with("Host", host).get("/api/runs").status()).as(host).isIn(400, 403);
    }
    assertThat(browser.with("Host", "localhost:1").get("/api/runs").status()).isEqualTo(200);
  }

  @Test
  void requestsOfOtherSitesPagesAreRefused() throws IOException {
    assertThat(browser.with("Origin", "http://evil.example").get("/api/runs").status())
        .isEqualTo(403);
    assertThat(browser.with("Origin", "null").get("/api/runs").status()).isEqualTo(403);
    assertThat(browser.with("Sec-Fetch-Site", "cross-site").get("/api/runs").status())
        .isEqualTo(403);
    assertThat(
            browser
                .with("Sec-Fetch-Site", "cross-site")
                .with("Sec-Fetch-Mode", "navigate")
                .get("/runs")
                .status())
        .as("a link from elsewhere")
        .isEqualTo(200);
    Browser own = browser.with("Origin", "http://127.0.0.1:" + server.port());
    assertThat(own.with("Sec-Fetch-Site", "same-origin").get("/api/runs").status()).isEqualTo(200);
  }

  @Test
  void parametersThatAreNoneAreRefusedWithASentence() throws IOException {
    assertThat(browser.get("/api/rollouts?run=one&sort=file").body())
        .contains("parameter 'sort' must be part:NAME or one of advantage, length");
    assertThat(browser.get("/api/rollouts?run=one&size=100000").body())
        .contains("parameter 'size' must be a whole number from 1 to 500, got '100000'");
    assertThat(browser.get("/api/rollouts?run=one&part=x&part_from=much").status()).isEqualTo(400);
    assertThat(browser.get("/api/rollouts?run=one&q=%zz").status()).isEqualTo(400);
    assertThat(browser.get("/api/rollouts").body()).contains("parameter 'run' is missing");
    assertThat(browser.send("DELETE", "/api/runs", "").status()).isEqualTo(405);
    assertThat(browser.get("/api/nothing").status()).isEqualTo(404);
  }

  @Test
  void aFolderThatIsNotThereIsRefusedInOneSentence() {
    Path none = folder.resolve("none");
    assertThatThrownBy(() -> new StudioServer(new StudioSettings(none, none, "127.0.0.1", 0)))
        .isInstanceOf(BadInput.class)
        .hasMessage(none + ": must be a folder of runs, as './tesuji run' makes it in runs/");
  }
}
