package dev.tesuji.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.json.Json;
import dev.tesuji.json.JsonLines;
import dev.tesuji.reward.RewardFailure;
import dev.tesuji.run.Halted;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.run.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
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
      assertThat(run.halted()).as("to be mended, not a result").doesNotExist();
      Counting mended = new Counting(_ -> fine());
      run(run, mended);
      assertThat(mended.made).isEqualTo(10);
    }
  }

  @Test
  void aLossThatIsNoNumberGoesBackToTheLastCheckpoint() {
    try (RunDirectory run = RunDirectory.create(folder.resolve("run"))) {
      Counting diverging =
          new Counting(step -> step == 6 ? new Metrics().put("trained", 8) : fine());
      TrainingLoop.Pace everyTwo = new TrainingLoop.Pace(2, Duration.ofHours(1));
      try (StopSignal stop = new StopSignal()) {
        assertThatExceptionOfType(Halted.class)
            .isThrownBy(() -> new TrainingLoop(run, "sft", 10, everyTwo, stop).run(diverging))
            .withMessage(
                "Stage 'sft' halted after step 6: the loss is no longer a finite number; lower the"
                    + " learning rate. Rolled back to step 4, the last checkpoint: "
                    + run.checkpoints("sft").resolve("step-000004")
                    + ". With that mended, go on from there with");
      }
    }
  }

  @Test
  void aRewardThatRisesWhileHeldOutAccuracyFallsGoesBackToTheBest() {
    double[] heldOut = {0.3, 0.6, 0.5, 0.1}; // at steps 0, 3, 6, 9
    try (RunDirectory run = RunDirectory.create(folder.resolve("run"));
        StopSignal stop = new StopSignal()) {
      Counting hacking = new Counting(step -> fine().put("reward", step / 10.0));
      AtomicInteger measured = new AtomicInteger();
      Guardian guardian =
          GuardianTest.measuring(3, () -> GuardianTest.share(heldOut[measured.getAndIncrement()]));
      TrainingLoop.Pace every = new TrainingLoop.Pace(1, Duration.ofHours(1));
      assertThatExceptionOfType(Halted.class)
          .isThrownBy(() -> new TrainingLoop(run, "rl", 20, every, stop).run(hacking, guardian))
          .withMessageStartingWith(
              "Stage 'rl' halted after step 9: the reward rose from 0.200 to 0.800 while the"
                  + " accuracy on held-out problems fell from 0.600 (95 % interval ")
          .withMessageContaining(
              "Rolled back to step 3, the best on held-out problems (accuracy 0.600): "
                  + run.checkpoints("rl").resolve("step-000003"));
      assertThat(run.checkpoints("rl").toFile().list()).containsExactly("step-000003");
      JsonNode mark = Json.readObject(run.halted());
      assertThat(mark.path("stage").asString()).isEqualTo("rl");
      assertThat(mark.path("step").asInt()).isEqualTo(9);
      assertThat(mark.path("why").asString())
          .startsWith("the reward rose from 0.200 to 0.800 while")
          .endsWith("mend the rewards");
      Counting mended = new Counting(_ -> fine());
      new TrainingLoop(run, "rl", 20, every, stop).run(mended);
      assertThat(run.halted()).doesNotExist();
      assertThat(mended.made).isEqualTo(20); // 3 and the 17 after them
    }
  }

  @Test
  void theBestCheckpointIsKeptBesidesTheLastTwo() {
    try (RunDirectory run = RunDirectory.create(folder.resolve("run"));
        StopSignal stop = new StopSignal()) {
      AtomicInteger measured = new AtomicInteger();
      Guardian guardian =
          GuardianTest.measuring(
              2, () -> GuardianTest.share(measured.getAndIncrement() == 1 ? 0.5 : 0.4));
      TrainingLoop.Pace every = new TrainingLoop.Pace(1, Duration.ofHours(1));
      new TrainingLoop(run, "rl", 10, every, stop).run(new Counting(_ -> fine()), guardian);
      assertThat(run.checkpoints("rl").toFile().list())
          .containsExactlyInAnyOrder("step-000002", "step-000009", "step-000010");
      assertThat(accuracies(run)).containsExactly(0.5, 0.4, 0.4, 0.4, 0.4);
    }
  }

  private static List<Double> accuracies(RunDirectory run) {
    return JsonLines.readAll(run.metrics()).stream()
        .filter(row -> row.fields().has("eval/accuracy"))
        .map(row -> row.fields().path("eval/accuracy").doubleValue())
        .toList();
  }
}
