package dev.tesuji.report.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.report.compare.SeedResult.Cost;
import dev.tesuji.report.compare.SeedResult.Point;
import dev.tesuji.statistics.Interval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedResultTest {
  @TempDir private Path folder = Path.of("");

  private void metrics(String... lines) throws IOException {
    Files.writeString(folder.resolve("metrics.jsonl"), String.join("\n", lines) + "\n");
    Files.writeString(folder.resolve("state.json"), "{\"before\": {\"accuracy\": 0.25}}");
  }

  private void ended() throws IOException {
    Files.writeString(folder.resolve("report.json"), "{\"after\": {\"accuracy\": 0.875}}");
  }

  @Test
  void completionsAndSecondsAddUpToEachMeasurement() throws IOException {
    metrics(
        "{\"stage\":\"rl\",\"step\":1,\"generated\":8,\"num_tokens\":100,\"step_time\":0.5}",
        "{\"stage\":\"rl\",\"step\":2,\"generated\":12,\"num_tokens\":260,\"step_time\":0.25,\"eval/accuracy\":0.5}",
        "{\"stage\":\"rl\",\"step\":3,\"generated\":8,\"num_tokens\":400,\"step_time\":0.5}");
    ended();
    SeedResult track = SeedResult.read(3, folder, "");
    assertThat(track.cost()).isEqualTo(new Cost(28, 400, 1.25));
    assertThat(track.accuracy()).contains(0.875);
    assertThat(track.points())
        .containsExactly(
            new Point(new Cost(0, 0, 0), 0.25),
            new Point(new Cost(20, 260, 0.75), 0.5),
            new Point(new Cost(28, 400, 1.25), 0.875));
  }

  @Test
  void tokensAreCountedByStage() throws IOException {
    metrics(
        "{\"stage\":\"first\",\"step\":1,\"generated\":8,\"num_tokens\":100,\"step_time\":1}",
        "{\"stage\":\"second\",\"step\":1,\"generated\":4,\"num_tokens\":30,\"step_time\":1}");
    assertThat(SeedResult.read(1, folder, "").cost()).isEqualTo(new Cost(12, 130, 2));
  }

  @Test
  void theEvaluationAtTheEndReplacesTheMeasurementThere() throws IOException {
    metrics(
        "{\"stage\":\"rl\",\"step\":1,\"generated\":8,\"num_tokens\":100,\"step_time\":1,\"eval/accuracy\":0.5}");
    ended();
    assertThat(SeedResult.read(1, folder, "").points())
        .extracting(Point::accuracy)
        .containsExactly(0.25, 0.875);
  }

  @Test
  void aRunThatHaltedHasACurveAndNoAccuracy() throws IOException {
    metrics(
        "{\"stage\":\"rl\",\"step\":1,\"generated\":8,\"num_tokens\":100,\"step_time\":1,\"eval/accuracy\":0.5}");
    SeedResult track = SeedResult.read(1, folder, "it collapsed");
    assertThat(track.accuracy()).isEmpty();
    assertThat(track.points()).hasSize(2);
    assertThat(track.toJson().path("halted").asString()).isEqualTo("it collapsed");
  }

  private SeedResult track(long seed, double end, double... accuracies) {
    List<Point> points = new java.util.ArrayList<>();
    for (int i = 0; i < accuracies.length; i++) {
      points.add(new Point(new Cost(10 * i, 100 * i, i * seed), accuracies[i]));
    }
    return new SeedResult(
        seed,
        folder,
        points,
        new Cost(10, 100, seed),
        end > 0 ? Optional.of(end) : Optional.empty(),
        end > 0 ? "" : "halted");
  }

  @Test
  void aVariantsCurveIsTheMeanOverItsSeedsAndTheBandTheirRange() {
    VariantResult s =
        new VariantResult("x", "{}", 3, List.of(track(1, 0.9, 0.2, 0.9), track(3, 0.5, 0.4, 0.5)));
    assertThat(s.curve()).hasSize(2);
    assertThat(s.curve().getLast().cost()).isEqualTo(new Cost(10, 100, 2));
    assertThat(s.curve().getLast().accuracy()).isEqualTo(new Interval(0.7, 0.5, 0.9));
    assertThat(s.accuracy().orElseThrow().mean()).isCloseTo(0.7, within(1e-12));
    assertThat(s.worst().orElseThrow().seed()).isEqualTo(3);
    assertThat(s.cost()).isEqualTo(new Cost(10, 100, 2));
  }

  @Test
  void aSeedThatHaltedEndsTheCurveAndCountsInNoAccuracy() {
    VariantResult s =
        new VariantResult("x", "{}", 2, List.of(track(1, 0.9, 0.2, 0.6, 0.9), track(2, 0, 0.3)));
    assertThat(s.curve()).hasSize(1);
    assertThat(s.accuracy().orElseThrow().mean()).isEqualTo(0.9);
    assertThat(s.toJson().path("finished").asInt()).isEqualTo(1);
  }
}
