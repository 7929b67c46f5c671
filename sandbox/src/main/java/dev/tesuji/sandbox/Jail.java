package dev.tesuji.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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

  /// Starts a program. Its standard error begins with the nonce and a line feed once the walls
  /// stand.
  ///
  /// @throws IOException when there is no process to be had
  Process start(Launch launch) throws IOException;

  /// A program that is to be started.
  ///
  /// @param job the program
  /// @param nonce the sign that it has begun
  /// @param folder a folder of its own on the host, in which its files lie in a folder `box`
  /// @param names the names of its files, in an order
  /// @param lane where it runs
  record Launch(Job job, String nonce, Path folder, List<String> names, Place lane) {
    Path file(String name) {
      return folder.resolve("box").resolve(name);
    }
  }

  /// A lane, as a jail needs to know it.
  ///
  /// @param index its number, from 0
  /// @param core the processor that programs are yet to be held to; null for any, or where the
  ///   thread that starts them is
  /// @param group its control group; null where none can be made
  record Place(int index, @Nullable Integer core, @Nullable Cgroup group) {}
}
