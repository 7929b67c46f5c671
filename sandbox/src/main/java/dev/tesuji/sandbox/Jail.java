package dev.tesuji.sandbox;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// A way to hold a program: the walls that the kernel puts around it.
sealed interface Jail permits Bubblewrap, Landlock, Bare {
  /// As many processes and threads as a program may have; a JVM of few cores has thirty.
  int PROCESSES = 128;

  /// The size of what a program may write, in megabytes.
  int SCRATCH_MEGABYTES = 64;

  /// Returns the jail's name, for people.
  String label();

  /// Returns how many processes there are above the program's own.
  int ownProcesses();

  /// Returns whether all that a program has started ends with the jail's outermost process, once
  /// its walls stand.
  boolean endsAtOnce();

  /// Gets the thread ready that starts a lane's programs, on which it is called.
  ///
  /// @return the lane, with what is left to be done at each start
  default Place settled(Place lane) {
    Integer core = lane.core();
    boolean held = core != null && Spawner.here().map(s -> s.pin(core)).orElse(false);
    return held ? lane.held() : lane;
  }

  /// Starts a program. Its standard error begins with the nonce and a line feed once the walls
  /// stand.
  ///
  /// @throws IOException when there is no process to be had
  Process start(Launch launch) throws IOException;

  /// A lane, as a jail needs to know it.
  ///
  /// @param index its number, from 0
  /// @param core the processor that programs are yet to be held to; null for any, or where the
  ///   thread that starts them is
  /// @param group its control group; null where none can be made
  /// @param user whom the thread that starts them has become; 0 for none
  /// @param thread starts them
  record Place(
      int index, @Nullable Integer core, @Nullable Cgroup group, int user, ExecutorService thread) {

    Place held() {
      return new Place(index, null, group, user, thread);
    }

    Place as(int newUser) {
      return new Place(index, core, group, newUser, thread);
    }

    Place beside() {
      return new Place(index, core, null, user, thread);
    }

    /// Does something on the lane's thread: the kernel ends a program with the thread that started
    /// it. It is done to its end even where the caller is interrupted, since nobody else would know
    /// of a program that it starts.
    <T> T onThread(Callable<T> does) throws IOException {
      Future<T> doing = thread.submit(does);
      boolean interrupted = false;
      try {
        while (true) {
          try {
            return doing.get();
          } catch (InterruptedException _) {
            interrupted = true;
          }
        }
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case IOException io -> throw io;
          case null, default -> throw new IllegalStateException(e.getCause());
        }
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
