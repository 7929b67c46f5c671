package dev.tesuji.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.annotate.SimulatedAnnotators;
import dev.tesuji.check.BadInput;
import dev.tesuji.labels.Item;
import dev.tesuji.labels.Judgement;
import dev.tesuji.labels.Labelling;
import dev.tesuji.labels.Project;
import dev.tesuji.labels.ProjectFolder;
import dev.tesuji.labels.ProjectSettings;
import dev.tesuji.labels.Unavailable;
import dev.tesuji.labels.shared.Database;
import dev.tesuji.labels.shared.SharedAccounts;
import dev.tesuji.labels.shared.SharedStore;
import dev.tesuji.studio.access.Accounts;
import dev.tesuji.studio.access.Role;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/// Labels that several servers share in a real PostgreSQL.
class SharedLabelsTest {
  private static @Nullable Postgres postgres;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    postgres = Postgres.start();
  }

  @AfterAll
  static void stop() {
    if (postgres != null) {
      postgres.close();
    }
  }

  private static Postgres server() {
    return java.util.Objects.requireNonNull(postgres);
  }

  private static Database database() {
    return Database.of(server().url());
  }

  private Project project(String name, double overlap, int count) {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(ProjectFolder.item("i" + i, "a long answer " + i, "brief", "so medium"));
    }
    return Project.create(
        folder.resolve("labels").resolve(name),
        new ProjectSettings("?", ProjectSettings.Mode.TIERS, overlap, 0, 0, 0.2, 1),
        items);
  }

  private static Labelling open(Project project, String name) {
    return new Labelling(project, new SharedStore(database(), project, name));
  }

  private static ObjectNode body(String id, String item) {
    ObjectNode body = dev.tesuji.json.Json.MAPPER.createObjectNode().put("id", id);
    List.of(1, 2, 3).forEach(body.put("item", item).putArray("tiers")::add);
    return body;
  }

  private static String next(Labelling of, String annotator) {
    return java.util.Objects.requireNonNull(of.next(annotator)).item().id();
  }

  @Test
  void twoServersHandOutEachItemOnce() throws Exception {
    Project project = project("twice", 0, 60);
    Files.createDirectories(folder.resolve("runs"));
    StudioSettings settings =
        new StudioSettings(
            folder.resolve("runs"), folder.resolve("labels"), "127.0.0.1", 0, database());
    try (StudioServer first = new StudioServer(settings);
        StudioServer second = new StudioServer(settings)) {
      List<Thread> people = new ArrayList<>();
      List<Integer> counts = java.util.Collections.synchronizedList(new ArrayList<>());
      int offset = 0;
      for (StudioServer server : List.of(first, second)) {
        for (int i = 0; i < 4; i++) {
          Browser.Page in =
              new Browser(server.port())
                  .post("/api/login", "{\"name\":\"annotator" + offset++ + "\"}");
          Browser own =
              new Browser(server.port())
                  .with("Cookie", String.valueOf(in.headers().get("set-cookie")).split(";", -1)[0])
                  .with("X-CSRF-Token", in.json().path("csrf").asString());
          people.add(Thread.ofVirtual().start(() -> counts.add(label(own))));
        }
      }
      for (Thread person : people) {
        person.join();
      }
      assertThat(counts.stream().mapToInt(Integer::intValue).sum()).isEqualTo(60);
    }
    try (Labelling all = open(project, "twice")) {
      assertThat(all.judgements()).extracting(Judgement::item).hasSize(60).doesNotHaveDuplicates();
    }
    assertThat(project.judgements()).isEmpty(); // files have none of it
  }

  private static int label(Browser own) {
    try {
      for (int said = 0; ; said++) {
        String item = own.get("/api/next?project=twice").json().path("item").asString("");
        if (item.isEmpty()) {
          return said;
        }
        Browser.Page kept =
            own.post(
                "/api/judge",
                "{\"project\":\"twice\",\"id\":\"j%d\",\"item\":\"%s\",\"tiers\":[1,2,3]}"
                    .formatted(said, item));
        assertThat(kept.status()).as(kept.body()).isEqualTo(200);
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void whatIsSentToAnotherServerAgainCountsOnceAndUndoIsSeenThere() {
    Project project = project("again", 1, 5);
    try (Labelling one = open(project, "again");
        Labelling other = open(project, "again")) {
      String item = next(one, "ann");
      assertThat(next(other, "ann")).isEqualTo(item);
      one.judge("ann", body("j1", item));
      other.judge("ann", body("j1", item)); // the acknowledgement was lost
      assertThat(other.judgements()).hasSize(1);
      assertThat(other.undo("ann", "j1")).isTrue();
      assertThat(one.count("ann")).isZero();
      assertThat(next(one, "ann")).isEqualTo(item);
      assertThatThrownBy(() -> one.judge("ann", body("j1", item)))
          .isInstanceOf(BadInput.class)
          .hasMessageContaining("field 'id' must be new");
      assertThat(one.judgements()).isEmpty();
    }
  }

  @Test
  void rowsCannotBeChangedOrRemoved() throws SQLException {
    Project project = project("only", 1, 3);
    try (Labelling labelling = open(project, "only");
        Connection connection =
            DriverManager.getConnection(
                "jdbc:" + server().url().replace("tesuji@", ""), "tesuji", "");
        Statement statement = connection.createStatement()) {
      labelling.judge("ann", body("j1", next(labelling, "ann")));
      for (String sql :
          List.of(
              "UPDATE tesuji_judgements SET line = ''",
              "DELETE FROM tesuji_judgements",
              "TRUNCATE tesuji_judgements")) {
        assertThatThrownBy(() -> statement.execute(sql))
            .hasMessageContaining("judgements are only appended");
      }
    }
  }

  @Test
  void whatWasAcknowledgedOutlivesTheDatabaseServersDeath() throws Exception {
    Project project = project("killed", 1, 30);
    List<String> acknowledged = new ArrayList<>();
    try (Labelling labelling = open(project, "killed")) {
      for (int i = 0; i < 20; i++) {
        labelling.judge("ann", body("j" + i, next(labelling, "ann")));
        acknowledged.add("j" + i);
        if (i % 7 == 6) {
          server().killAndRestart();
        }
      }
      assertThat(labelling.judgements())
          .extracting(Judgement::id)
          .containsExactlyElementsOf(acknowledged);
    }
  }

  @Test
  void otherItemsUnderTheSameNameAreRefused() {
    open(project("same", 1, 3), "same").close();
    Project other = project("other", 1, 4);
    assertThatThrownBy(() -> open(other, "same"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("must have the items.jsonl and project.json that project 'same' had");
  }

  @Test
  void accountsAndRolesAreShared() throws Exception {
    project("blind", 1, 2);
    Files.createDirectories(folder.resolve("runs"));
    Accounts accounts = Accounts.shared(new SharedAccounts(database()));
    accounts.put("simulated-1", Role.ANNOTATOR, "correct horse");
    accounts.put("boss", Role.LEAD, "battery staple");
    accounts.put("boss", Role.LEAD, "another staple");
    Accounts read = Accounts.shared(new SharedAccounts(database()));
    assertThat(read.check("boss", "another staple")).contains(Role.LEAD);
    assertThat(read.check("boss", "battery staple")).isEmpty();
    StudioSettings settings =
        new StudioSettings(
            folder.resolve("runs"), folder.resolve("labels"), "127.0.0.1", 0, database());
    try (StudioServer server = new StudioServer(settings)) {
      URI url = URI.create("http://127.0.0.1:" + server.port());
      SimulatedAnnotators.Settings one =
          new SimulatedAnnotators.Settings(1, 0, 0.05, 1, 10, /* inTurn= */ false);
      assertThatThrownBy(() ->
              new SimulatedAnnotators(url, "blind", "wrong", (_, a) -> a.length(), one)
                  .label(_ -> {}))
          .hasMessageContaining("refused with 401");
      int said =
          new SimulatedAnnotators(url, "blind", "correct horse", (_, a) -> a.length(), one)
              .label(_ -> {});
      assertThat(said).isEqualTo(2);
    } finally {
      clearAccounts();
    }
  }

  private static void clearAccounts() throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:" + server().url().replace("tesuji@", ""), "tesuji", "");
        Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM tesuji_accounts"); // the other tests have none
    }
  }

  @Test
  void aDatabaseThatIsNotThereIsSaidWithoutItsPassword() {
    Project project = project("none", 1, 2);
    assertThatThrownBy(() ->
            new SharedStore(
                Database.of("postgresql://ann:secret@127.0.0.1:1/labels"), project, "none"))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("the database at postgresql://127.0.0.1:1/labels: ")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> Database.of("mysql://ann:secret@host/labels"))
        .isInstanceOf(BadInput.class)
        .hasMessage(
            "option --database must be an address such as postgresql://USER@HOST:PORT/NAME");
  }
}
