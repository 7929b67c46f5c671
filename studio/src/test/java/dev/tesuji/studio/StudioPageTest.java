package dev.tesuji.studio;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.browser.Chromium;
import dev.tesuji.browser.PageChecks;
import dev.tesuji.labels.Item;
import dev.tesuji.labels.Judgement;
import dev.tesuji.labels.Project;
import dev.tesuji.labels.ProjectFolder;
import dev.tesuji.labels.ProjectSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The pages in a real browser, by keyboard alone. `-Dtesuji.pictures=DIR` keeps what they look
/// like.
class StudioPageTest {

  /// What each view is about, once it is there.
  private static final Map<String, String> VIEWS = views();

  @TempDir Path folder;
  private @Nullable StudioServer server;
  private @Nullable Chromium browser;

  private static Map<String, String> views() {
    Map<String, String> views = new LinkedHashMap<>();
    views.put("/runs", "Every run under the folder");
    views.put("/run?run=one&with=two", "+ name: two");
    views.put("/rollouts?run=one", "Step 2 says answer 3");
    views.put("/rollout?run=one&stage=rl&step=1&line=2", "Why was this paid");
    views.put(
        "/compare?first=one&first_evaluation=base&second=one&second_evaluation=rl", "McNemar");
    views.put("/rollouts?run=hostile&step_from=3", "onerror");
    views.put("/label", "Projects in which answers are judged");
    views.put("/label?project=tiers", "digit puts it into a tier");
    views.put("/label?project=pairs", "A much better");
    views.put("/label?project=safety", "calls it safe");
    views.put("/agreement?project=tiers", "By annotator");
    return views;
  }

  @BeforeEach
  void start() throws Exception {
    Path chromium = PageChecks.chromium();
    Path runs = folder.resolve("runs");
    RunFolder.tokens(RunFolder.make(runs, "one"));
    RunFolder.make(runs, "two");
    RunFolder.hostile(runs);
    for (ProjectSettings.Mode mode : ProjectSettings.Mode.values()) {
      project(mode);
    }
    Project tiers = Project.open(folder.resolve("labels/tiers"));
    ProjectFolder.append(
        tiers,
        ProjectFolder.judged("1", "i0", "eve", 1, 2),
        ProjectFolder.judged("2", "i0", "bob", 2, 1),
        ProjectFolder.judged("3", "i1", "bob", 1, 1));
    server = new StudioServer(new StudioSettings(runs, folder.resolve("labels"), "127.0.0.1", 0));
    browser = new Chromium(chromium, folder.resolve("chromium"), address("/runs"));
    page().look(1440, 900, /* isDark= */ false);
  }

  private void project(ProjectSettings.Mode mode) {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      items.add(ProjectFolder.item("i" + i, "one <b>answer</b> " + i, "another answer"));
    }
    Project.create(
        folder.resolve("labels").resolve(mode.toString()),
        new ProjectSettings("Which is better?", mode, 1, 0, 0, 1, 1),
        items);
  }

  @AfterEach
  void stop() {
    if (browser != null) {
      browser.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private Chromium page() {
    return requireNonNull(browser);
  }

  private String address(String path) {
    return "http://127.0.0.1:" + requireNonNull(server).port() + path;
  }

  private void awaitText(String text) throws Exception {
    page()
        .await(
            "document.body.innerText.includes("
                + Chromium.quoted(text)
                + ") && !document.querySelector('[aria-busy=true]')");
  }

  private void login(String name) throws Exception {
    page().open(address("/label"));
    awaitText("Who are you?");
    page().tabTo("Name");
    page().type(name);
    page().press("Enter");
    awaitText("Projects in which answers are judged");
  }

  private List<Judgement> kept(String project) {
    return Project.open(folder.resolve("labels").resolve(project)).judgements().stream()
        .filter(j -> j.annotator().equals("ann"))
        .toList();
  }

  @Test
  void everyTaskOfLabellingIsDoneByKeyboardAlone() throws Exception {
    login("ann");
    page().tabTo("tiers");
    page().press("Enter");
    awaitText("0 judged by you");
    for (String key : List.of("b", "1", "a", "2", "+", "k")) { // a digit leads to the next answer
      page().press(key);
    }
    page().type("b is right");
    page().press("Escape");
    page().press("Enter");
    awaitText("1 judged by you");
    assertThat(kept("tiers")).hasSize(1);
    Judgement said = kept("tiers").getFirst();
    assertThat(said.tiers().get(said.order().get(0))).isEqualTo(2);
    assertThat(said.tiers().get(said.order().get(1))).isEqualTo(1);
    assertThat(said.comment()).isEqualTo("b is right");
    assertThat(said.safe()).contains(true);
    page().press("u");
    awaitText("0 judged by you");
    assertThat(kept("tiers")).isEmpty();
    page().press("1");
    page().press("=");
    page().press("Enter");
    awaitText("1 judged by you");
    assertThat(kept("tiers").getFirst().tiers()).containsExactly(1, 1);
    page().press("s");
    awaitText("2 judged by you");
    assertThat(kept("tiers").getLast().outcome()).isEqualTo(Judgement.Outcome.SKIPPED);

    page().tabTo("All projects");
    page().press("Enter");
    page().tabTo("pairs");
    page().press("Enter");
    awaitText("A much better");
    page().press("7");
    page().press("Enter");
    awaitText("1 judged by you");
    Judgement pair = kept("pairs").getFirst();
    assertThat(pair.tiers().get(pair.order().get(0))).isEqualTo(4);

    page().tabTo("All projects");
    page().press("Enter");
    page().tabTo("safety");
    page().press("Enter");
    awaitText("calls it safe");
    for (String key : List.of("a", "+", "b", "-", "Enter")) {
      page().press(key);
    }
    awaitText("1 judged by you");
    assertThat(kept("safety").getFirst().safe()).containsExactlyInAnyOrder(true, false);
  }

  @Test
  void runsAreFoundReadAndComparedByKeyboardAlone() throws Exception {
    awaitText("Every run under the folder");
    page().tabTo("one");
    page().press("Enter");
    awaitText("What the guardian saw");
    page().tabTo("Rollouts");
    page().press("Enter");
    awaitText("Step 2 says answer 3");
    page().tabTo("Text");
    page().type("step 1 says");
    awaitText("4 match");
    page().tabTo("reward");
    page().press("Enter");
    page().await("location.search.includes('sort=reward')");
    page().tabTo("step 1, line");
    page().press("Enter");
    awaitText("Why was this paid");
    page().tabTo("look at this one");
    page().press("Enter");
    awaitText("The group, 2 answers");
    page().tabTo("Compare");
    page().press("Enter");
    awaitText("Two models on the same held-out problems");
  }

  @Test
  void axeFindsNothingSeriousAndNothingLeavesTheMachine() throws Exception {
    login("ann");
    List<String> found = new ArrayList<>();
    for (Map.Entry<String, String> view : VIEWS.entrySet()) {
      for (boolean isDark : new boolean[] {false, true}) {
        page().look(isDark ? 390 : 1440, 900, isDark);
        page().open(address(view.getKey()));
        awaitText(view.getValue());
        for (JsonNode v : PageChecks.violations(page())) {
          if (List.of("serious", "critical").contains(v.path("impact").asString(""))) {
            found.add(view.getKey() + ": " + v.path("id") + ": " + v.path("nodes").path(0));
          }
        }
        assertThat(PageChecks.outside(page())).as(view.getKey()).isEmpty();
        assertThat(PageChecks.fits(page()))
            .as(view.getKey() + " is no wider than the window, dark " + isDark)
            .isTrue();
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void hostileCompletionsAreTextAndRunNothing() throws Exception {
    page().run("window.alert = () => { window.struck = true; }; 'set'");
    page().open(address("/rollouts?run=hostile&step_from=3"));
    awaitText("<img src=x onerror=alert(2)>");
    awaitText("ESC");
    assertThat(page().run("String(document.querySelectorAll('main img, main script').length)"))
        .isEqualTo("0");
    page().open(address("/rollout?run=hostile&stage=rl&step=3&line=6"));
    awaitText("characters as a file");
    assertThat(page().run("String(window.struck === true)")).isEqualTo("false");
  }

  @Test
  void picturesAreKeptWhereTheyAreAskedFor() throws Exception {
    Path into = PageChecks.pictures();
    login("ann");
    for (Map.Entry<String, String> view : VIEWS.entrySet()) {
      for (int width : new int[] {1440, 390}) {
        for (boolean isDark : new boolean[] {false, true}) {
          page().look(width, 900, isDark);
          page().open(address(view.getKey()));
          awaitText(view.getValue());
          picture(into, view.getKey(), width, isDark);
        }
      }
    }
  }

  private void picture(Path into, String view, int width, boolean isDark)
      throws IOException, Exception {
    String name =
        view.substring(1).replaceAll("[^a-z0-9]+", "-")
            + "-"
            + width
            + (isDark ? "-dark" : "-light")
            + ".png";
    Files.write(into.resolve(name), page().picture());
  }
}
