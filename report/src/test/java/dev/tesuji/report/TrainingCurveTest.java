package dev.tesuji.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingCurveTest {
  @TempDir private Path folder = Path.of("");

  private Path metrics(String... lines) throws IOException {
    return Files.writeString(folder.resolve("metrics.jsonl"), String.join("\n", lines) + "\n");
  }

  @Test
  void heldOutProblemsAreTakenWhereTheyWereMeasured() throws IOException {
    Path file =
        metrics(
            "{\"stage\":\"sft\",\"step\":1,\"loss\":1.5,\"num_tokens\":10}",
            "{\"stage\":\"rl\",\"step\":1,\"generated\":8,\"trained\":8,\"num_tokens\":100,\"accuracy\":0.25}",
            "{\"stage\":\"rl\",\"step\":2,\"generated\":8,\"trained\":8,\"num_tokens\":220,\"accuracy\":0.5,\"eval/accuracy\":0.375}");
    assertThat(TrainingCurve.read(file))
        .containsExactly(
            new TrainingCurve("rl", true, List.of(new TrainingCurve.Point(2, 220, 0.375))));
  }

  @Test
  void otherwiseTheProblemsOfTheStepsAre() throws IOException {
    Path file =
        metrics(
            "{\"stage\":\"rl\",\"step\":1,\"generated\":8,\"trained\":8,\"num_tokens\":100,\"accuracy\":0.25}");
    TrainingCurve curve = TrainingCurve.read(file).getFirst();
    assertThat(curve.heldOut()).isFalse();
    assertThat(curve.points()).containsExactly(new TrainingCurve.Point(1, 100, 0.25));
  }

  @Test
  void samplesThatNothingIsTrainedOnAreNoCurve() throws IOException {
    Path file =
        metrics(
            "{\"stage\":\"kept\",\"step\":1,\"generated\":8,\"num_tokens\":100,\"accuracy\":0.25}");
    assertThat(TrainingCurve.read(file)).isEmpty();
  }

  @Test
  void aRunWithoutMetricsHasNoCurve() {
    assertThat(TrainingCurve.read(folder.resolve("none"))).isEmpty();
  }
}
