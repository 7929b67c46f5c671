package dev.tesuji.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.input.Json;
import dev.tesuji.reward.RewardFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class TrainingLoopTest {
  private static final TrainingLoop.Pace SELDOM = new TrainingLoop.Pace(0, Duration.ofHours(1));

  @TempDir private Path folder = Path.of("");

  /// A trainer whose model is the number of steps that it made.
  private static final class Counting implements Trainer {
    private final IntFunction<Metrics> measured;
    private int made;

    Counting(IntFunction<Metrics> measured) {
      this.measured = measured;
    }

    @Override
    public Metrics step(int step) {
      Metrics metrics = measured.apply(step + 1);
      made++;
      return metrics;
    }

    @Override
    public void save(Path folder) {
      try {
        Files.writeString(folder.resolve("model"), Integer.toString(made));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public ObjectNode state() {
      return Json.MAPPER.createObjectNode();
    }

    @Override
    public void restore(Path folder, JsonNode state) {
      try {
        made = Integer.parseInt(Files.readString(folder.resolve("model")));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public ObjectNode summary() {
      return state();
    }

    @Override
    public String note(Metrics metrics) {
      return "";
    }
  }

  private static Metrics fine() {
    return new Metrics().put("loss", 1).put("grad_norm", 1).put("trained", 8);
  }

  private void run(RunDirectory run, Counting trainer) {
    try (StopSignal stop = new StopSignal()) {
      new TrainingLoop(run, "rl", 10, SELDOM, stop).run(trainer);
    }
  }

  @Test
  void rewardsThatCannotBeHadHaltTheRunAndLoseNothing() {
    try (RunDirectory run = RunDirectory.create(folder.resolve("run"))) {
      Counting failing =
          new Counting(step -> {
            if (step == 6) {
              throw new RewardFailure("reward 'taste' at http://x gave no answer");
            }
            return fine();
          });
      assertThatExceptionOfType(Halted.class)
          .isThrownBy(() -> run(run, failing))
          .withMessage(
              "Stage 'rl' halted after step 5: reward 'taste' at http://x gave no answer. All steps"
                  + " are saved; when this is mended, go on with");
      Counting mended = new Counting(_ -> fine());
      run(run, mended);
      assertThat(mended.made).isEqualTo(10);
    }
  }
}
