package dev.tesuji.run;

import dev.tesuji.reward.RewardFailure;
import dev.tesuji.tensor.Memory;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Runs a trainer from its last checkpoint to its end: steps, metrics, progress, checkpoints.
public final class TrainingLoop {
  private final RunDirectory run;
  private final String stage;
  private final int steps;
  private final Pace pace;
  private final StopSignal stop;

  /// How often checkpoints are written.
  ///
  /// @param everySteps after so many steps; 0 for never by steps
  /// @param every after so much time
  public record Pace(int everySteps, Duration every) {}

  /// Prepares the loop of a stage.
  ///
  /// @param steps how many steps the stage has in all
  public TrainingLoop(RunDirectory run, String stage, int steps, Pace pace, StopSignal stop) {
    this.run = run;
    this.stage = stage;
    this.steps = steps;
    this.pace = pace;
    this.stop = stop;
  }

  /// Returns the checkpoints of the stage.
  public Checkpoints checkpoints() {
    return new Checkpoints(run.checkpoints(stage));
  }

  /// Makes the steps that are left.
  ///
  /// @return the seconds that all steps took, those before a resume too
  /// @throws Stopped when a stop was requested; everything is saved
  /// @throws Halted when the loss is no number any more, or rewards cannot be had; everything is
  ///   saved then
  public double run(Trainer trainer) {
    Checkpoints checkpoints = checkpoints();
    Optional<Checkpoints.Saved> saved = checkpoints.latest();
    int done = saved.map(s -> s.state().path("step").asInt()).orElse(0);
    double secondsBefore = saved.map(s -> s.state().path("seconds").asDouble()).orElse(0.0);
    saved.ifPresent(s -> trainer.restore(s.folder(), s.state()));
    Progress progress = Progress.onConsole(stage, steps, done);
    long start = System.nanoTime();
    long lastSave = start;
    try (MetricsLog log = MetricsLog.open(run, stage, done)) {
      while (done < steps) {
        long stepStart = System.nanoTime();
        Metrics metrics;
        try {
          metrics = trainer.step(done);
        } catch (RewardFailure e) {
          progress.interrupt();
          throw halted(checkpoints, trainer, done, secondsBefore + seconds(start), e);
        }
        done++;
        metrics.put("step_time", (System.nanoTime() - stepStart) / 1e9);
        metrics.put("perf/resident_bytes", (double) Memory.resident());
        log.add(done, metrics);
        progress.update(done, trainer.note(metrics));
        requireFinite(done, metrics);
        boolean due =
            (pace.everySteps() > 0 && done % pace.everySteps() == 0)
                || System.nanoTime() - lastSave > pace.every().toNanos();
        if (done == steps || stop.requested() || due) {
          save(checkpoints, trainer, done, secondsBefore + seconds(start));
          lastSave = System.nanoTime();
        }
        if (stop.requested() && done < steps) {
          progress.interrupt();
          throw new Stopped(
              "Stopped after step "
                  + done
                  + " of "
                  + steps
                  + " of stage '"
                  + stage
                  + "', all saved.");
        }
      }
    }
    return secondsBefore + seconds(start);
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  /// Saves what the steps so far have made; the one that failed has changed nothing.
  private Halted halted(
      Checkpoints checkpoints, Trainer trainer, int done, double seconds, RewardFailure e) {
    save(checkpoints, trainer, done, seconds);
    return new Halted(
        "Stage '"
            + stage
            + "' halted after step "
            + done
            + ": "
            + e.getMessage()
            + ". All steps are saved; when this is mended, go on with");
  }

  private static void save(Checkpoints checkpoints, Trainer trainer, int done, double seconds) {
    ObjectNode state = trainer.state();
    state.put("step", done).put("seconds", seconds);
    checkpoints.save(done, state, trainer::save);
  }

  private void requireFinite(int done, Metrics metrics) {
    boolean noLoss = Double.isNaN(metrics.get("loss")) && metrics.get("trained") > 0;
    boolean noGradient = Double.isNaN(metrics.get("grad_norm")) && metrics.get("trained") > 0;
    if (noLoss || noGradient) {
      throw new Halted(
          "Stage '"
              + stage
              + "' halted at step "
              + done
              + ": the "
              + (noLoss ? "loss" : "gradient")
              + " is no longer a finite number; lower the learning rate, then start again from the"
              + " last checkpoint with --resume");
    }
  }
}
