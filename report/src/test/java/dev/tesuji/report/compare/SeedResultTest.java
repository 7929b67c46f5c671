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

  private static SeedResult run(long seed, double best, double end, String trouble) {
    List<Point> points =
        List.of(new Point(new Cost(0, 0, 0), best), new Point(new Cost(8, 100, 1), end));
    Optional<Double> accuracy = trouble.isEmpty() ? Optional.of(end) : Optional.empty();
    return new SeedResult(seed, Path.of("runs"), points, new Cost(8, 100, 1), accuracy, trouble);
  }

  @Test
  void aRunThatEndsBelowHalfOfItsBestAccuracyHasCollapsed() {
    assertThat(run(1, 0.8, 0.39, "").collapse())
        .contains("collapsed: ended at accuracy 0.390, after 0.800 at best");
    assertThat(run(1, 0.8, 0.4, "").collapse()).isEmpty();
    assertThat(run(1, 0, 0, "").collapse()).as("never learned anything").isEmpty();
    assertThat(run(1, 0.8, 0.8, "Stage 'rl' halted").collapse()).contains("Stage 'rl' halted");
  }

  @Test
  void aComparisonSaysBesideTheMeanHowManyRunsCollapsed() {
    VariantResult steady =
        new VariantResult("steady", "", 2, List.of(run(1, 0.5, 0.75, ""), run(2, 0.5, 0.25, "")));
    VariantResult wild =
        new VariantResult(
            "wild",
            "",
            3,
            List.of(run(1, 0.5, 0.75, ""), run(2, 0.5, 0.125, ""), run(3, 0.5, 0.5, "it halted")));
    String table = new ComparisonReport("two", folder).table(List.of(steady, wild));
    assertThat(table)
        .containsPattern("steady +0.500 +\\[")
        // of 0.75 and 0.125: the run that halted has no part in it
        .containsPattern("wild +0.438 +2 of 3 +\\[")
        .contains("  seed 2: collapsed: ended at accuracy 0.125, after 0.500 at best\n")
        .contains("  seed 3: it halted\n");
    assertThat(wild.toJson().path("collapsed").asInt()).isEqualTo(2);
    assertThat(steady.toJson().path("collapsed").asInt()).isZero();
  }
}
