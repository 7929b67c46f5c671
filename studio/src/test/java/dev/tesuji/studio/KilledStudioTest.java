package dev.tesuji.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.labels.Item;
import dev.tesuji.labels.Judgement;
import dev.tesuji.labels.Labelling;
import dev.tesuji.labels.Project;
import dev.tesuji.labels.ProjectFolder;
import dev.tesuji.labels.ProjectSettings;
import dev.tesuji.labels.shared.Database;
import dev.tesuji.labels.shared.SharedStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// `kill -9` while eight annotators judge; `-Dtesuji.kills=100` for many of them.
class KilledStudioTest {
  private static final int ANNOTATORS = 8;

  @TempDir Path folder;
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final Map<String, String> unanswered = new ConcurrentHashMap<>(); // bodies by annotator
  private final AtomicInteger count = new AtomicInteger();

  @Test
  void noAcknowledgedJudgementIsLostOrDoubled() throws Exception {
    killWhilePeopleLabel(List.of(), Project::judgements);
  }

  @Test
  void noneIsInPostgres() throws Exception {
    try (Postgres postgres = Postgres.start()) {
      killWhilePeopleLabel(
          List.of(postgres.url()),
          project -> {
            Database database = Database.of(postgres.url());
            try (Labelling all = new Labelling(project, new SharedStore(database, project, "p"))) {
              return all.judgements();
            }
          });
    }
  }

  /// @param more arguments of the server
  /// @param reader reads what is kept
  private void killWhilePeopleLabel(List<String> more, Function<Project, List<Judgement>> reader)
      throws Exception {
    List<Item> items = new ArrayList<>();
    int kills = Integer.getInteger("tesuji.kills", 1);
    for (int i = 0; i < 1_000 + 400 * kills; i++) {
      items.add(ProjectFolder.item("i" + i, "one", "two", "three"));
    }
    Path project = folder.resolve("labels/p");
    Project.create(
        project, new ProjectSettings("?", ProjectSettings.Mode.TIERS, 0.2, 0.05, 0, 0, 1), items);
    Files.createDirectories(folder.resolve("runs"));
    for (int kill = 0; kill < kills; kill++) {
      labelAndKill(40 + 37 * kill % 160, more);
      List<String> kept = reader.apply(Project.open(project)).stream().map(Judgement::id).toList();
      assertThat(kept).doesNotHaveDuplicates().containsAll(acknowledged);
      assertThat(kept.size()).isLessThanOrEqualTo(acknowledged.size() + ANNOTATORS);
    }
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(kills * 40);
  }

  /// Labels until some more judgements were acknowledged, kills the server in their midst.
  private void labelAndKill(int judgements, List<String> more) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(StudioChild.class.getName());
    command.add(folder.resolve("runs").toString());
    command.add(folder.resolve("labels").toString());
    command.addAll(more);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    CountDownLatch enough = new CountDownLatch(judgements);
    List<Thread> people = new ArrayList<>();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      while (line != null && !line.startsWith("listening on ")) {
        line = out.readLine();
      }
      assertThat(line).isNotNull();
      int port = Integer.parseInt(String.valueOf(line).replaceFirst(".*:", ""));
      for (int i = 0; i < ANNOTATORS; i++) {
        String name = "annotator" + i;
        people.add(Thread.ofVirtual().start(() -> label(new Browser(port), name, enough)));
      }
      assertThat(enough.await(5, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly().waitFor(); // SIGKILL
    }
    for (Thread person : people) {
      person.join();
    }
  }

  /// Judges until the server is gone; begins with what was not acknowledged before.
  private void label(Browser browser, String name, CountDownLatch enough) {
    try {
      Browser.Page in = browser.post("/api/login", "{\"name\":\"" + name + "\"}");
      Browser own =
          browser
              .with("Cookie", String.valueOf(in.headers().get("set-cookie")).split(";", -1)[0])
              .with("X-CSRF-Token", in.json().path("csrf").asString());
      @Nullable String body = unanswered.get(name);
      while (true) {
        if (body == null) {
          JsonNode next = own.get("/api/next?project=p").json();
          String id = name + "-" + count.incrementAndGet();
          body =
              "{\"project\":\"p\",\"id\":\"%s\",\"item\":\"%s\",\"tiers\":[1,2,3]}"
                  .formatted(id, next.path("item").asString());
        }
        unanswered.put(name, body);
        Browser.Page answer = own.post("/api/judge", body);
        if (answer.status() == 200 && answer.json().has("judged")) {
          acknowledged.add(body.replaceFirst(".*\"id\":\"([^\"]*)\".*", "$1"));
          enough.countDown();
        }
        unanswered.remove(name);
        body = null;
      }
    } catch (IOException | StringIndexOutOfBoundsException | JacksonException e) {
      // the server is gone, perhaps amid an answer
    }
  }
}
