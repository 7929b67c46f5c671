package dev.tesuji.tracking;

import dev.tesuji.check.BadInput;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Keeps a tracker up with a run, on a thread that the run never waits for; but at its end, for as
/// long as the tracker answers.
public final class BackgroundTracker implements AutoCloseable {
  private static final int SLOWEST = 24; // pauses are at most so many times as long
  private static final int MOST_GRACES = 24;

  /// How often the tracker is told, and how long it is waited for.
  ///
  /// @param pause between two times; it grows while there is no answer
  /// @param grace without an answer, after which the run's end no longer waits
  record Pace(Duration pause, Duration grace) {
    static final Pace USUAL = new Pace(Duration.ofSeconds(5), Duration.ofSeconds(5));
  }

  private final Pace pace;
  private final @Nullable Tracker tracker; // null where nothing is tracked
  private final Path folder;
  private final Consumer<String> notes;
  private final @Nullable Thread thread;
  private final AtomicReference<Tracker.@Nullable Status> end = new AtomicReference<>();
  private volatile boolean behind = true;
  private Tracker.@Nullable Status outcome;
  private boolean told; // that it does not answer; by the thread alone

  /// Begins to track a run, where recipe or environment name a server.
  ///
  /// @param folder the run directory, which this process holds
  /// @param notes takes sentences about trouble
  public BackgroundTracker(
      Path folder,
      TrackingSettings settings,
      Map<String, String> environment,
      Consumer<String> notes) {
    this(folder, settings, environment, notes, Pace.USUAL);
  }

  BackgroundTracker(
      Path folder,
      TrackingSettings settings,
      Map<String, String> environment,
      Consumer<String> notes,
      Pace pace) {
    this.folder = folder;
    this.notes = notes;
    this.pace = pace;
    Optional<Tracker> named = named(settings, environment);
    tracker = named.orElse(null);
    thread =
        named
            .map(t -> Thread.ofPlatform().daemon().name("tracker").start(() -> follow(t)))
            .orElse(null);
  }

  private Optional<Tracker> named(TrackingSettings settings, Map<String, String> environment) {
    try {
      return Tracker.of(folder, settings, environment, notes);
    } catch (BadInput e) {
      notes.accept("Warning: the run is not tracked: " + e.getMessage());
      return Optional.empty();
    }
  }

  /// Says that the run has come to its end, as it should.
  public void finished() {
    outcome = Tracker.Status.FINISHED;
  }

  private void follow(Tracker tracker) {
    Duration pause = pace.pause();
    try {
      while (true) {
        Tracker.@Nullable Status ended = end.get();
        boolean sent = isSent(tracker, ended == null ? Tracker.Status.RUNNING : ended);
        if (sent && ended != null) {
          behind = false;
          return;
        }
        Duration longest = pace.pause().multipliedBy(SLOWEST);
        pause = sent ? pace.pause() : pause.multipliedBy(2);
        pause = pause.compareTo(longest) > 0 ? longest : pause;
        if (end.get() == null) {
          LockSupport.parkNanos(this, pause.toNanos());
        } else if (!sent) {
          return; // the run is over, and the tracker gives no answer
        }
      }
    } catch (InterruptedException e) {
      // the run does not wait any longer
    }
  }

  private boolean isSent(Tracker tracker, Tracker.Status status) throws InterruptedException {
    try {
      tracker.catchUp(status);
      return true;
    } catch (TrackerFailure | BadInput e) {
      if (!told) {
        notes.accept(
            "Warning: the tracker is behind ("
                + e.getMessage()
                + "); the run goes on, and what is missing is sent later");
        told = true;
      }
      return false;
    }
  }

  /// Sends the rest for as long as the tracker answers, and says so where it does not.
  @Override
  public void close() {
    if (tracker == null || thread == null) {
      return;
    }
    end.set(outcome == null ? Tracker.atRest(folder) : outcome);
    LockSupport.unpark(thread);
    try {
      await(tracker, thread);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.interrupt();
    tracker.close();
    if (behind) {
      notes.accept(
          "The tracker "
              + tracker.server()
              + " has not got all of this run; './tesuji track "
              + folder
              + "' sends the rest");
    }
  }

  private void await(Tracker tracker, Thread thread) throws InterruptedException {
    long start = System.nanoTime();
    long answered;
    do {
      answered = tracker.answered();
      thread.join(pace.grace());
    } while (thread.isAlive()
        && tracker.answered() > answered
        && System.nanoTime() - start < MOST_GRACES * pace.grace().toNanos());
  }
}
