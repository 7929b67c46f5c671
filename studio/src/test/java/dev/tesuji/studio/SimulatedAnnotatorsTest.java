package dev.tesuji.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.annotate.Opinion;
import dev.tesuji.annotate.SimulatedAnnotators;
import dev.tesuji.check.BadInput;
import dev.tesuji.labels.Export;
import dev.tesuji.labels.Item;
import dev.tesuji.labels.Judgement;
import dev.tesuji.labels.Project;
import dev.tesuji.labels.ProjectAgreement;
import dev.tesuji.labels.ProjectFolder;
import dev.tesuji.labels.ProjectSettings;
import dev.tesuji.studio.access.Accounts;
import dev.tesuji.studio.access.Role;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Annotators that are no people, against a studio that runs.
class SimulatedAnnotatorsTest {
  private static final Opinion LENGTH = (_, answer) -> answer.length() / 10.0;

  @TempDir Path folder;

  @BeforeEach
  void make() throws IOException {
    Files.createDirectories(folder.resolve("runs"));
  }

  private Project create(String name, ProjectSettings.Mode mode, double overlap, double repeats) {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      items.add(
          mode == ProjectSettings.Mode.PAIRS
              ? ProjectFolder.item("i" + i, "long answer", "brief")
              : ProjectFolder.item("i" + i, "long answer", "brief", "so medium"));
    }
    return Project.create(
        folder.resolve("labels").resolve(name),
        new ProjectSettings("?", mode, overlap, repeats, 0, 0, 1),
        items);
  }

  private int label(
      String project, String password, Opinion opinion, SimulatedAnnotators.Settings settings) {
    StudioSettings studio =
        new StudioSettings(folder.resolve("runs"), folder.resolve("labels"), "127.0.0.1", 0);
    try (StudioServer server = new StudioServer(studio)) {
      URI url = URI.create("http://127.0.0.1:" + server.port());
      return new SimulatedAnnotators(url, project, password, opinion, settings).label(_ -> {});
    }
  }

  private static SimulatedAnnotators.Settings settings(int annotators, double noise) {
    return new SimulatedAnnotators.Settings(
        annotators, noise, 0.05, 1, Integer.MAX_VALUE, /* inTurn= */ false);
  }

  private Project labelled(String name) {
    return Project.open(folder.resolve("labels").resolve(name));
  }

  @Test
  void severalAtOnceJudgeEverythingAndAreMarked() {
    create("p", ProjectSettings.Mode.TIERS, 0.5, 0);
    int count = label("p", "", LENGTH, settings(4, 0));
    List<Judgement> kept = labelled("p").judgements();
    assertThat(kept).hasSize(count).hasSizeGreaterThan(24);
    assertThat(kept)
        .allMatch(j -> j.tiers().equals(List.of(1, 3, 2)))
        .allMatch(Judgement::isSimulated);
    assertThat(kept).extracting(Judgement::item).contains("i0", "i23");
    ObjectNode measured = ProjectAgreement.of(labelled("p"));
    assertThat(measured.path("simulated").intValue()).isEqualTo(count);
    assertThat(measured.path("krippendorff_alpha").doubleValue()).isEqualTo(1);
    List<ObjectNode> lines = new ArrayList<>();
    Export.write(labelled("p"), Export.Shape.RANKINGS, lines::add);
    assertThat(lines)
        .hasSize(count)
        .allMatch(l -> l.path("simulated").asBoolean(false))
        .allMatch(l -> l.path("annotator").asString("").startsWith("simulated-"));
  }

  @Test
  void theyLogInWhereThereAreAccounts() {
    create("p", ProjectSettings.Mode.TIERS, 1, 0);
    Accounts accounts = new Accounts(folder.resolve("labels"));
    accounts.put("simulated-1", Role.ANNOTATOR, "correct horse");
    assertThatThrownBy(() -> label("p", "wrong", LENGTH, settings(1, 0)))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("refused with 401: the name or the password is wrong");
    assertThat(label("p", "correct horse", LENGTH, settings(1, 0))).isEqualTo(24);
  }

  @Test
  void pairsHaveMarginsAndSafetyHasVerdicts() {
    create("pairs", ProjectSettings.Mode.PAIRS, 1, 0);
    label("pairs", "", LENGTH, settings(1, 0));
    assertThat(labelled("pairs").judgements()).allMatch(j -> j.tiers().equals(List.of(1, 4)));
    create("safety", ProjectSettings.Mode.SAFETY, 1, 0);
    label("safety", "", (_, answer) -> answer.startsWith("so") ? 0 : 1, settings(1, 0));
    assertThat(labelled("safety").judgements())
        .allMatch(j -> j.safe().equals(List.of(true, true, false)));
  }

  @Test
  void theSameSeedSaysTheSameAndAnotherSomethingElse() {
    Map<String, List<Integer>> first = opinions("first", 1);
    assertThat(opinions("again", 1)).isEqualTo(first);
    assertThat(opinions("other", 2)).isNotEqualTo(first);
    assertThat(first.values().stream().distinct().count()).isGreaterThan(1);
  }

  private Map<String, List<Integer>> opinions(String name, long seed) {
    create(name, ProjectSettings.Mode.TIERS, 0.2, 0.2);
    label(
        name,
        "",
        LENGTH,
        new SimulatedAnnotators.Settings(2, 0.5, 0.05, seed, 100, /* inTurn= */ true));
    Map<String, List<Integer>> said = new HashMap<>();
    labelled(name)
        .judgements()
        .forEach(j -> said.put(j.annotator() + " " + j.item() + " " + j.repeat(), j.tiers()));
    return said;
  }

  @Test
  void noMoreAreJudgedThanAskedFor() {
    create("p", ProjectSettings.Mode.TIERS, 1, 0);
    assertThat(label("p", "", LENGTH, new SimulatedAnnotators.Settings(2, 0, 0, 1, 5, false)))
        .isEqualTo(10);
  }

  @Test
  void whatTheStudioRefusesIsSaidInItsWords() {
    assertThatThrownBy(() -> label("none", "", LENGTH, settings(1, 0)))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("refused with 404: there is no project 'none'");
  }

  @Test
  void anUnknownPromptEndsItWithItsReason() {
    create("p", ProjectSettings.Mode.TIERS, 1, 0);
    Opinion none =
        (JsonNode prompt, String _) -> {
          throw new BadInput("the prompt is unknown: " + prompt.asString());
        };
    assertThatThrownBy(() -> label("p", "", none, settings(2, 0)))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("the prompt is unknown");
  }
}
