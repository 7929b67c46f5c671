package dev.tesuji.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.run.Progress;
import dev.tesuji.run.RunDirectory;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFilesTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void aFolderInUseIsRefused() {
    Path root = folder.resolve("run");
    try (RunDirectory _ = RunDirectory.create(root)) {
      assertThatExceptionOfType(BadInput.class)
          .isThrownBy(() -> RunDirectory.create(root).close())
          .withMessage(
              root + ": is in use by another process; wait for it to end, or give another --out");
    }
    RunDirectory.create(root).close();
  }

  @Test
  void aFolderWithARunIsNotOverwritten() throws IOException {
    Path root = folder.resolve("run");
    try (RunDirectory run = RunDirectory.create(root)) {
      Files.writeString(run.recipe(), "name: x");
    }
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> RunDirectory.create(root).close())
        .withMessage(
            root + ": already holds a run; add --resume to continue it, or give another --out");
    RunDirectory.resume(root).close();
  }

  @Test
  void aFolderWithOtherFilesIsNotTaken() throws IOException {
    Files.writeString(folder.resolve("thesis.tex"), "years of work");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> RunDirectory.create(folder).close())
        .withMessage(folder + ": must be an empty folder, or none yet; give another --out");
  }

  @Test
  void nothingToResumeIsSaid() {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> RunDirectory.resume(folder.resolve("none")).close())
        .withMessage(
            folder.resolve("none") + ": holds no run to resume; start one without --resume");
  }

  @Test
  void halfALineThatAKillLeftIsDropped() throws IOException {
    try (RunDirectory run = RunDirectory.create(folder.resolve("run"))) {
      for (String left :
          List.of("", "{\"st", "{\"stage\":\"a\",\"step\":1,\"loss\":1.0}\n{\"stage")) {
        Files.writeString(run.metrics(), left);
        try (MetricsLog log = MetricsLog.open(run, "a", 1)) {
          log.add(2, new Metrics().put("loss", 2));
        }
        List<String> lines = Files.readAllLines(run.metrics());
        assertThat(lines).hasSize(left.contains("\n") ? 2 : 1);
        assertThat(lines.getLast()).isEqualTo("{\"stage\":\"a\",\"step\":2,\"loss\":2.0}");
      }
    }
  }

  @Test
  void whatIsMeasuredAgainIsNotedOnce() throws IOException {
    try (RunDirectory run = RunDirectory.create(folder.resolve("run"))) {
      try (MetricsLog log = MetricsLog.open(run, "a", 0)) {
        log.add(2, new Metrics().put("loss", 2));
      }
      for (double found : new double[] {0.1, 0.1, 0.3}) {
        MetricsLog.note(run, "a", 2, new Metrics().put("eval", found).put("none", Double.NaN));
      }
      assertThat(Files.readAllLines(run.metrics()))
          .containsExactly(
              "{\"stage\":\"a\",\"step\":2,\"loss\":2.0}",
              "{\"stage\":\"a\",\"step\":2,\"eval\":0.1}",
              "{\"stage\":\"a\",\"step\":2,\"eval\":0.3}");
    }
  }

  @Test
  void metricsOfStepsThatWillBeMadeAgainAreDropped() throws IOException {
    try (RunDirectory run = RunDirectory.create(folder.resolve("run"))) {
      try (MetricsLog log = MetricsLog.open(run, "a", 0)) {
        for (int step = 1; step <= 4; step++) {
          log.add(step, new Metrics().put("loss", step));
        }
      }
      try (MetricsLog log = MetricsLog.open(run, "b", 0)) {
        log.add(1, new Metrics().put("loss", 9));
      }
      try (MetricsLog log = MetricsLog.open(run, "a", 2)) {
        log.add(3, new Metrics().put("loss", 30).put("nothing", Double.NaN));
      }
      assertThat(Files.readAllLines(run.metrics()))
          .containsExactly(
              "{\"stage\":\"a\",\"step\":1,\"loss\":1.0}",
              "{\"stage\":\"a\",\"step\":2,\"loss\":2.0}",
              "{\"stage\":\"b\",\"step\":1,\"loss\":9.0}",
              "{\"stage\":\"a\",\"step\":3,\"loss\":30.0}");
      assertThat(events(run.events("a"))).containsExactly("1:1.0", "2:2.0", "3:30.0");
    }
  }

  /// Reads events back as "step:loss", checking the frames' checksums.
  private static List<String> events(Path folder) throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      try (DataInputStream in = new DataInputStream(Files.newInputStream(all.getFirst()))) {
        while (in.available() > 0) {
          byte[] length = in.readNBytes(8);
          assertThat(little(in.readNBytes(4)).getInt()).isEqualTo(TensorBoard.maskedCrc(length));
          byte[] data = in.readNBytes((int) little(length).getLong());
          assertThat(little(in.readNBytes(4)).getInt()).isEqualTo(TensorBoard.maskedCrc(data));
          String text = new String(data, StandardCharsets.ISO_8859_1);
          int tag = text.indexOf("loss");
          if (tag < 0) {
            assertThat(text).contains("brain.Event:2");
          } else {
            int step = data[10]; // after tag and double, tag of the step
            found.add(step + ":" + little(data, tag + 5).getFloat());
          }
        }
      }
    }
    return found;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer little(byte[] bytes, int from) {
    return ByteBuffer.wrap(bytes, from, bytes.length - from).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void theNewestWholeCheckpointIsFound() throws IOException {
    Checkpoints checkpoints = new Checkpoints(folder.resolve("checkpoints"));
    assertThat(checkpoints.latest()).isEmpty();
    for (int step : new int[] {10, 20, 30}) {
      checkpoints.save(
          step,
          Json.MAPPER.createObjectNode().put("step", step),
          f -> write(f.resolve("weights"), "weights of " + step));
    }
    assertThat(folder.resolve("checkpoints").toFile().list())
        .containsExactlyInAnyOrder("step-000020", "step-000030");
    Path newest = folder.resolve("checkpoints/step-000030/weights");
    Files.writeString(newest, "weights of 3?");
    Checkpoints.Saved saved = checkpoints.latest().orElseThrow();
    assertThat(saved.state().path("step").asInt()).isEqualTo(20);
    Files.delete(folder.resolve("checkpoints/step-000020/weights"));
    assertThat(checkpoints.latest()).isEmpty();
  }

  @Test
  void aCheckpointThatWasCutShortIsNoCheckpoint() {
    Checkpoints checkpoints = new Checkpoints(folder);
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() ->
            checkpoints.save(
                5,
                Json.MAPPER.createObjectNode(),
                f -> {
                  write(f.resolve("weights"), "half");
                  throw new IllegalStateException("killed");
                }));
    assertThat(checkpoints.latest()).isEmpty();
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void progressSaysRateAndTimeLeft() {
    assertThat(Progress.line("rl", 30, 120, 1.5, "reward 0.71"))
        .isEqualTo(
            "rl 30/120 [======                  ] 25%  1.50 s/step  2m15s left  reward 0.71");
    assertThat(Progress.time(41.6)).isEqualTo("42s");
    assertThat(Progress.time(7500)).isEqualTo("2h05m");
  }
}
