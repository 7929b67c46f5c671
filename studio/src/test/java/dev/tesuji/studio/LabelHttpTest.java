package dev.tesuji.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import dev.tesuji.labels.Item;
import dev.tesuji.labels.Project;
import dev.tesuji.labels.ProjectFolder;
import dev.tesuji.labels.ProjectSettings;
import dev.tesuji.studio.access.Accounts;
import dev.tesuji.studio.access.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Judging over HTTP, as the page does.
class LabelHttpTest {
  @TempDir Path folder;
  private @Nullable StudioServer server;

  @BeforeEach
  void make() throws IOException {
    RunFolder.make(folder.resolve("runs"), "one");
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      items.add(ProjectFolder.item("i" + i, "<b>one</b>", "two", "three"));
    }
    Project.create(
        folder.resolve("labels/helpful"),
        new ProjectSettings("Which helps more?", ProjectSettings.Mode.TIERS, 1, 0, 0, 0, 1),
        items);
  }

  private Browser start() {
    StudioServer started =
        new StudioServer(
            new StudioSettings(folder.resolve("runs"), folder.resolve("labels"), "127.0.0.1", 0));
    server = started;
    return new Browser(started.port());
  }

  @AfterEach
  void end() {
    if (server != null) {
      server.close();
    }
  }

  private static Browser login(Browser browser, String name, String password) throws IOException {
    Browser.Page page =
        browser.post(
            "/api/login", "{\"name\":\"%s\",\"password\":\"%s\"}".formatted(name, password));
    assertThat(page.status()).as(page.body()).isEqualTo(200);
    String cookie = String.valueOf(page.headers().get("set-cookie"));
    assertThat(cookie).contains("HttpOnly").contains("SameSite=Strict");
    return browser
        .with("Cookie", cookie.substring(0, cookie.indexOf(';')))
        .with("X-CSRF-Token", page.json().path("csrf").asString());
  }

  private static String judgement(String id, String item) {
    return "{\"project\":\"helpful\",\"id\":\"%s\",\"item\":\"%s\",\"tiers\":[1,2,3],\"milliseconds\":900}"
        .formatted(id, item);
  }

  @Test
  void anItemIsJudgedAndUndone() throws IOException {
    Browser ann = login(start(), "ann", "");
    JsonNode next = ann.get("/api/next?project=helpful").json();
    assertThat(next.path("answers")).hasSize(3);
    assertThat(next.toString()).doesNotContain("model-").doesNotContain("source");
    JsonNode then = ann.post("/api/judge", judgement("one", next.path("item").asString())).json();
    assertThat(then.path("judged").intValue()).isEqualTo(1);
    assertThat(then.path("item")).isNotEqualTo(next.path("item"));
    JsonNode back = ann.post("/api/undo", "{\"project\":\"helpful\",\"judgement\":\"one\"}").json();
    assertThat(back.path("item")).isEqualTo(next.path("item"));
    assertThat(ann.post("/api/undo", "{\"project\":\"helpful\",\"judgement\":\"one\"}").status())
        .isEqualTo(409);
  }

  @Test
  void agreementAndExportsAreThere() throws IOException {
    Browser browser = start();
    for (String name : List.of("ann", "ben")) {
      Browser own = login(browser, name, "");
      for (int i = 0; i < 5; i++) {
        String item = own.get("/api/next?project=helpful").json().path("item").asString();
        assertThat(own.post("/api/judge", judgement(name + i, item)).status()).isEqualTo(200);
      }
      assertThat(own.get("/api/next?project=helpful").json().path("item").isNull()).isTrue();
    }
    Browser ann = login(browser, "ann", "");
    assertThat(ann.get("/api/agreement?project=helpful").json().path("judgements").intValue())
        .isEqualTo(10);
    assertThat(ann.get("/api/export?project=helpful&shape=rankings").body().lines()).hasSize(10);
    assertThat(ann.get("/api/export?project=helpful&shape=argilla").json()).hasSize(5);
    assertThat(ann.get("/api/export?project=helpful&shape=label-studio").json()).hasSize(5);
    assertThat(ann.get("/api/projects").json().path(0).path("judged").intValue()).isEqualTo(5);
  }

  @Test
  void forgedSessionsAreRefused() throws IOException {
    Browser browser = start();
    assertThat(browser.get("/api/next?project=helpful").status()).isEqualTo(401);
    for (String cookie :
        List.of(
            "tesuji-studio=" + "A".repeat(43),
            "tesuji-studio=ann",
            "tesuji-studio=",
            "tesuji-studio=../../accounts.json",
            "other=" + "A".repeat(43))) {
      Browser forged = browser.with("Cookie", cookie);
      assertThat(forged.get("/api/next?project=helpful").status()).as(cookie).isEqualTo(401);
      assertThat(forged.post("/api/judge", judgement("one", "i0")).status()).isEqualTo(401);
    }
  }

  @Test
  void changesThatOtherSitesSendAreRefused() throws IOException {
    Browser browser = start();
    Browser ann = login(browser, "ann", "");
    String body = judgement("one", "i0");
    assertThat(ann.with("X-CSRF-Token", "guess").post("/api/judge", body).status()).isEqualTo(403);
    assertThat(ann.with("Origin", "http://evil.example").post("/api/judge", body).status())
        .isEqualTo(403);
    assertThat(ann.with("Content-Type", "text/plain").send("POST", "/api/judge", body).status())
        .as("what a form could send")
        .isEqualTo(415);
    assertThat(ann.get("/api/judge?project=helpful").status()).isEqualTo(404);
    assertThat(Project.open(folder.resolve("labels/helpful")).judgements()).isEmpty();
  }

  @Test
  void projectsOutsideTheFolderAreNotFound() throws IOException {
    Browser ann = login(start(), "ann", "");
    for (String name : List.of("..", "../labels/helpful", "%2e%2e", "helpful/..", "nothing")) {
      assertThat(ann.get("/api/next?project=" + name).status()).as(name).isEqualTo(404);
    }
    assertThat(ann.post("/api/login", "{\"name\":\"../ann\"}").status()).isEqualTo(400);
  }

  @Test
  void whatDoesNotFitIsRefusedWithASentence() throws IOException {
    Browser ann = login(start(), "ann", "");
    assertThat(ann.post("/api/judge", "[1]").body()).contains("the body must be a JSON object");
    assertThat(ann.post("/api/judge", judgement("one", "zzz")).body())
        .contains("field 'item' must name an item, got 'zzz'");
    assertThat(ann.post("/api/nothing", "{}").status()).isEqualTo(404);
  }

  @Test
  void annotatorsSeeNothingOfRunsWhereThereAreAccounts() throws IOException {
    Accounts accounts = new Accounts(folder.resolve("labels"));
    accounts.put("ann", Role.ANNOTATOR, "correct horse");
    accounts.put("lee", Role.LEAD, "battery staple");
    Browser browser = start();
    assertThat(browser.get("/api/runs").status()).isEqualTo(401);
    assertThat(browser.get("/api/stream?run=one").status()).isEqualTo(401);
    assertThat(browser.post("/api/login", "{\"name\":\"ann\",\"password\":\"wrong\"}").status())
        .isEqualTo(401);
    Browser ann = login(browser, "ann", "correct horse");
    assertThat(ann.get("/api/next?project=helpful").status()).isEqualTo(200);
    for (String path :
        List.of(
            "/api/runs",
            "/api/agreement?project=helpful",
            "/api/export?project=helpful&shape=pairs")) {
      assertThat(ann.get(path).status()).as(path).isEqualTo(403);
    }
    Browser lee = login(browser, "lee", "battery staple");
    assertThat(lee.get("/api/runs").status()).isEqualTo(200);
    assertThat(lee.post("/api/logout", "{}").status()).isEqualTo(200);
    assertThat(lee.get("/api/runs").status()).isEqualTo(401);
  }

  @Test
  void withoutAccountsItListensToThisMachineAlone() {
    StudioSettings all =
        new StudioSettings(folder.resolve("runs"), folder.resolve("labels"), "0.0.0.0", 0);
    assertThatThrownBy(() -> new StudioServer(all))
        .isInstanceOf(BadInput.class)
        .hasMessage(
            "option --host must be an address of this machine alone where there are no accounts,"
                + " got '0.0.0.0'; make some with './tesuji labels account'");
  }
}
