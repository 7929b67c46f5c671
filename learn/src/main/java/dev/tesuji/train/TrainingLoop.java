package dev.tesuji.train;

import dev.tesuji.endpoint.EndpointFailure;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.reward.RewardFailure;
import dev.tesuji.run.Halted;
import dev.tesuji.run.Progress;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.run.StopSignal;
import dev.tesuji.run.Stopped;
import dev.tesuji.tensor.Memory;
import dev.tesuji.train.Checkpoints.Saved;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// Runs a trainer from its last checkpoint to its end: steps, metrics, progress, checkpoints, and a
/// guardian that halts what has gone wrong.
public final class TrainingLoop {
  private final RunDirectory run;
  private final String stage;
  private final int steps;
  private final Pace pace;
  private final StopSignal stop;
  private Supplier<String> also = () -> "";

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

  /// Shows something more behind each step's note.
  ///
  /// @param more a few words, or none
  public TrainingLoop noting(Supplier<String> more) {
    also = more;
    return this;
  }

  /// Makes the steps that are left, with no guardian but one of numbers.
  ///
  /// @return the seconds that all steps took, those before a resume too
  /// @throws Stopped when a stop was requested; everything is saved
  /// @throws Halted when there is no point in going on
  public double run(Trainer trainer) {
    return run(trainer, Guardian.ofNumbers());
  }

  /// Makes the steps that are left.
  ///
  /// @return the seconds that all steps took, those before a resume too
  /// @throws Stopped when a stop was requested; everything is saved
  /// @throws Halted when the guardian sees no point in going on, with the best checkpoint as the
  ///   last one; or when rewards cannot be had, with everything saved
  public double run(Trainer trainer, Guardian guardian) {
    Course course = new Course(trainer, guardian);
    SafeFiles.delete(run.halted());
    try (MetricsLog log = MetricsLog.open(run, stage, course.done)) {
      course.begin();
      while (course.done < steps) {
        course.step(log);
        if (stop.requested() && course.done < steps) {
          course.progress.interrupt();
          throw new Stopped(
              "Stopped after step "
                  + course.done
                  + " of "
                  + steps
                  + " of stage '"
                  + stage
                  + "', all saved.");
        }
      }
    }
    return course.seconds();
  }

  /// A stage on its way.
  private final class Course {
    private final Trainer trainer;
    private final Guardian guardian;
    private final Checkpoints checkpoints = new Checkpoints(run.checkpoints(stage));
    private final Progress progress;
    private final double secondsBefore; // that the steps before a resume took
    private final long start = System.nanoTime();
    private long lastSave = start;
    private int done;

    Course(Trainer trainer, Guardian guardian) {
      this.trainer = trainer;
      this.guardian = guardian;
      Optional<Saved> saved = checkpoints.latest();
      done = saved.map(s -> s.state().path("step").asInt()).orElse(0);
      secondsBefore = saved.map(s -> s.state().path("seconds").asDouble()).orElse(0.0);
      saved.ifPresent(s -> {
        trainer.restore(s.folder(), s.state());
        guardian.restore(s.state().path("guardian"));
      });
      guardian.bestStep().ifPresent(checkpoints::hold);
      progress = Progress.onConsole(stage, steps, done);
    }

    double seconds() {
      return secondsBefore + (System.nanoTime() - start) / 1e9;
    }

    /// Measures what the stage starts from.
    void begin() {
      if (done == 0 && steps > 0 && guardian.bestStep().isEmpty()) {
        guardian.measure(0, new Metrics());
      }
    }

    void step(MetricsLog log) {
      long stepStart = System.nanoTime();
      Metrics metrics = make();
      done++;
      metrics.put("step_time", (System.nanoTime() - stepStart) / 1e9);
      metrics.put("perf/resident_bytes", (double) Memory.resident());
      Optional<String> trouble = guardian.observe(metrics);
      if (trouble.isEmpty()) {
        trouble = guardian.measure(done, metrics);
      }
      log.add(done, metrics);
      String more = also.get();
      progress.update(done, trainer.note(metrics) + (more.isEmpty() ? "" : "  " + more));
      guardian.takeWarning().ifPresent(this::warn);
      trouble.ifPresent(this::goBack);
      boolean best = guardian.bestStep().orElse(-1) == done;
      if (best) {
        checkpoints.hold(done);
      }
      boolean due =
          (pace.everySteps() > 0 && done % pace.everySteps() == 0)
              || System.nanoTime() - lastSave > pace.every().toNanos();
      if (done == steps || stop.requested() || due || best) {
        save();
      }
    }

    private Metrics make() {
      try {
        Metrics metrics = trainer.step(done);
        if (done + 1 == steps) {
          trainer.finish();
        }
        return metrics;
      } catch (RewardFailure | EndpointFailure e) {
        progress.interrupt();
        save(); // the step that failed has changed nothing
        throw new Halted(
            halted() + e.getMessage() + ". All steps are saved; when this is mended, go on with");
      }
    }

    private void save() {
      ObjectNode state = trainer.state();
      state.put("step", done).put("seconds", seconds());
      state.set("guardian", guardian.state());
      checkpoints.save(done, state, trainer::save);
      lastSave = System.nanoTime();
    }

    private String halted() {
      return "Stage '" + stage + "' halted after step " + done + ": ";
    }

    private void warn(String why) {
      progress.interrupt();
      System.err.println(
          "Warning: stage '" + stage + "', step " + done + ": " + why + " (the run goes on)");
    }

    /// Notes why the run halts, and leaves the best checkpoint as the last.
    private void goBack(String why) {
      progress.interrupt();
      ObjectNode mark = Json.MAPPER.createObjectNode().put("stage", stage).put("step", done);
      SafeFiles.replace(run.halted(), Json.pretty(mark.put("why", why)));
      guardian.bestStep().ifPresent(checkpoints::dropAfter);
      Optional<Saved> left = checkpoints.latest();
      String where =
          left.map(s ->
                  "Rolled back to step "
                      + s.state().path("step").asInt()
                      + (guardian.bestStep().isPresent()
                          ? ", the best on held-out problems (" + guardian.bestMeasured() + ")"
                          : ", the last checkpoint")
                      + ": "
                      + s.folder())
              .orElse("Rolled back to the model that the stage started from, which was the best");
      throw new Halted(halted() + why + ". " + where + ". With that mended, go on from there with");
    }
  }
}
