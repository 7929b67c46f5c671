package dev.tesuji.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120) // where something waits for a tracker for ever
class TrackerTest {
  private static final BackgroundTracker.Pace QUICK =
      new BackgroundTracker.Pace(Duration.ofMillis(10), Duration.ofMillis(200));

  @TempDir Path run;
  private FakeMlflow server;
  private final List<String> notes = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void make() throws IOException {
    server = new FakeMlflow();
    Files.writeString(
        run.resolve("recipe.yaml"),
        """
        name: test
        seed: 1
        stages:
        - rl: {name: zero, steps: 3, optimizer: {learningRate: 1.0E-4}, from: null}
        tracking: {uri: 'http://secret.example', models: false}
        """);
  }

  @AfterEach
  void end() {
    server.close();
  }

  private void append(String text) throws IOException {
    Files.writeString(
        run.resolve("metrics.jsonl"), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private TrackingSettings settings() {
    return new TrackingSettings(server.uri(), null, false, null);
  }

  private String track(TrackingSettings settings) throws InterruptedException {
    try (Tracker tracker = Tracker.of(run, settings, Map.of(), notes::add).orElseThrow()) {
      return tracker.catchUpAtRest().orElse("");
    }
  }

  private void report() throws IOException {
    Path model = Files.createDirectories(run.resolve("models/zero"));
    Files.writeString(model.resolve("config.json"), "{}");
    Files.writeString(
        run.resolve("report.json"),
        Json.line(Json.MAPPER.createObjectNode().put("model", model.toString())));
    Files.writeString(run.resolve("report.html"), "<html>");
  }

  @Test
  void parametersMetricsAndArtefactsArrive() throws Exception {
    append(FakeMlflow.line("zero", 1, 0.25) + FakeMlflow.line("zero", 2, 0.5));
    report();
    assertThat(track(settings())).isEmpty();
    assertThat(server.parameters())
        .containsEntry("seed", "1")
        .containsEntry("stages.zero.kind", "rl")
        .containsEntry("stages.zero.optimizer.learningRate", "1.0E-4")
        .doesNotContainKey("stages.zero.from")
        .doesNotContainKey("tracking.uri");
    assertThat(server.values("zero/reward")).containsExactly(0.25, 0.5);
    assertThat(server.values("zero/eval/pass_1")).containsExactly(0.5, 0.5);
    assertThat(server.artifacts).containsOnlyKeys("recipe.yaml", "report.json", "report.html");
    assertThat(server.statuses()).containsExactly("FINISHED");
  }

  @Test
  void nothingIsSentTwice() throws Exception {
    append(FakeMlflow.line("zero", 1, 0.25));
    report();
    track(settings());
    int calls = server.calls.size();
    assertThat(track(settings())).isEmpty();
    assertThat(server.calls).hasSize(calls);
    append(FakeMlflow.line("zero", 2, 0.5) + "{\"stage\":\"zero\",\"st");
    track(settings());
    assertThat(server.calls).hasSize(calls + 1);
    assertThat(server.values("zero/reward")).containsExactly(0.25, 0.5);
    assertThat(server.calls("runs/create")).hasSize(1);
  }

  @Test
  void stepsThatAreMadeAgainArriveAgain() throws Exception {
    append(FakeMlflow.line("zero", 1, 0.25) + FakeMlflow.line("zero", 2, 0.5));
    track(settings());
    Files.writeString(
        run.resolve("metrics.jsonl"),
        FakeMlflow.line("zero", 1, 0.25)
            + FakeMlflow.line("zero", 2, 0.75)
            + FakeMlflow.line("zero", 3, 1));
    track(settings());
    assertThat(server.values("zero/reward")).containsExactly(0.25, 0.75, 1.0);
  }

  @Test
  void manyLinesGoInRequestsOfAThousandMetrics() throws Exception {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i <= 1500; i++) {
      text.append(FakeMlflow.line("zero", i, i));
    }
    append(text.toString());
    track(settings());
    assertThat(server.metrics()).isEqualTo(4500);
    assertThat(server.calls("runs/log-batch")).hasSize(1 + 5); // of 333 lines each
  }

  @Test
  void whatIsNeverTakenIsLeftOutAndSaid() throws Exception {
    server.refuses = "1234.5";
    append(FakeMlflow.line("zero", 1, 1234.5));
    assertThat(track(settings())).isEmpty();
    append(FakeMlflow.line("zero", 2, 1));
    track(settings());
    assertThat(server.values("zero/reward")).containsExactly(1.0);
    assertThat(notes)
        .hasSize(1)
        .first()
        .asString()
        .contains("will not take all")
        .contains("so it is");
  }

  @Test
  void numbersThatAreNoneAreLeftOut() throws Exception {
    append("{\"stage\":\"zero\",\"step\":1,\"loss\":\"NaN\",\"reward\":1e999,\"step_time\":1}\n");
    assertThat(track(settings())).isEmpty();
    assertThat(server.metrics()).isEqualTo(1);
  }

  @Test
  void artefactsOfAServerThatDoesNotTakeThemAreSaid() throws Exception {
    server.root = "file:///mlruns/7/r1/artifacts";
    assertThat(track(settings())).isEmpty();
    assertThat(server.artifacts).isEmpty();
    assertThat(notes).first().asString().contains("start the server with --serve-artifacts");
  }

  @Test
  void theModelIsSentAndRegisteredWhereThatIsAsked() throws Exception {
    report();
    track(new TrackingSettings(server.uri(), "mine", false, "reasoner"));
    assertThat(server.artifacts).containsKey("models/zero/config.json");
    assertThat(server.calls("model-versions/create")).hasSize(1);
  }

  @Test
  void aServerThatIsDownIsCaughtUpLater() throws Exception {
    int port = server.port();
    TrackingSettings settings = settings();
    server.close();
    try (BackgroundTracker background =
        new BackgroundTracker(run, settings, Map.of(), notes::add, QUICK)) {
      append(FakeMlflow.line("zero", 1, 0.25));
      report();
      background.finished();
    }
    assertThat(String.join("\n", notes))
        .contains("the tracker is behind")
        .contains("'./tesuji track " + run + "' sends the rest");
    server = new FakeMlflow(port);
    assertThat(track(settings)).isEmpty();
    assertThat(server.values("zero/reward")).containsExactly(0.25);
    assertThat(server.statuses()).containsExactly("FINISHED");
  }

  @Test
  void aServerThatIsFullOrNeverAnswersEndsNoRun() throws Exception {
    server.ill = 507;
    follow();
    assertThat(String.join("\n", notes)).contains("answers 507").contains("so it is");
    server.ill = 0;
    server.hangs = true;
    follow();
    server.hangs = false;
    assertThat(track(settings())).isEmpty();
    assertThat(server.values("zero/reward")).containsExactly(0.25, 0.25);
  }

  private void follow() throws IOException {
    try (BackgroundTracker _ =
        new BackgroundTracker(run, settings(), Map.of(), notes::add, QUICK)) {
      append(FakeMlflow.line("zero", notes.isEmpty() ? 1 : 2, 0.25));
    }
  }

  @Test
  void aRunIsFollowedWhileItGoesOn() throws Exception {
    try (BackgroundTracker background =
        new BackgroundTracker(
            run,
            settings(),
            Map.of(),
            notes::add,
            new BackgroundTracker.Pace(Duration.ofMillis(5), Duration.ofSeconds(30)))) {
      append(FakeMlflow.line("zero", 1, 0.25));
      while (server.values("zero/reward").isEmpty()) {
        Thread.onSpinWait();
      }
      append(FakeMlflow.line("zero", 2, 0.5));
      report();
      background.finished();
    }
    assertThat(server.values("zero/reward")).containsExactly(0.25, 0.5);
    assertThat(server.statuses()).containsExactly("FINISHED");
    assertThat(notes).isEmpty();
  }

  @Test
  void theEnvironmentNamesAServer() {
    assertThat(Tracker.of(run, TrackingSettings.DEFAULT, Map.of(), notes::add)).isEmpty();
    try (Tracker tracker =
        Tracker.of(
                run,
                TrackingSettings.DEFAULT,
                Map.of("MLFLOW_TRACKING_URI", server.uri()),
                notes::add)
            .orElseThrow()) {
      assertThat(tracker.server()).isEqualTo(server.uri() + "/");
    }
  }

  @Test
  void whatIsNoServerIsRefusedInARecipeAndSaidOfTheEnvironment() {
    assertThatThrownBy(() -> new TrackingSettings("mlruns", null, false, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "uri must be the address of an MLflow server such as http://127.0.0.1:5000, got"
                + " 'mlruns'");
    Map<String, String> environment = Map.of("MLFLOW_TRACKING_URI", "file:///mlruns");
    assertThatThrownBy(() -> TrackingSettings.DEFAULT.place(environment))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("MLFLOW_TRACKING_URI must be the address");
    new BackgroundTracker(run, TrackingSettings.DEFAULT, environment, notes::add).close();
    assertThat(notes).first().asString().contains("the run is not tracked");
  }
}
