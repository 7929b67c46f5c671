package dev.tesuji.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The shell commands in which jails start programs: a process enters its group, lowers its limits,
/// and becomes the program.
final class Shell {
  static final String SHELL = "/bin/sh";
  private static final long MEGABYTE = 1 << 20;
  private static final int BLOCK = 512; // what a shell counts files in
  private static final int DESCRIPTORS = 256;
  private static final int STACK_KILOBYTES = 64 << 10;

  private Shell() {}

  /// Returns a word that the shell takes as it is.
  static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  /// Returns the commands by which a process enters its lane's group.
  static String enter(Jail.Place lane) {
    Cgroup group = lane.group();
    if (group == null) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    for (Path door : group.doors()) {
      text.append("echo $$ > ").append(quoted(door.toString())).append(" || exit 96\n");
    }
    return text.toString();
  }

  /// Returns the words that hold what follows to the lane's processor.
  static List<String> pinned(Jail.Place lane) {
    Integer core = lane.core();
    Path taskset = Path.of("/usr/bin/taskset");
    return core == null || !Files.isExecutable(taskset)
        ? List.of()
        : List.of(taskset.toString(), "-c", core.toString());
  }

  /// Returns the commands that lower limits, give the sign that the walls stand, and become the
  /// program, which is in the shell's arguments.
  ///
  /// A shell that knows processes as `-p` (dash, busybox) is asked first; bash has them as `-u`.
  static String limits(Job job, String nonce) {
    Limits limits = job.limits();
    List<String> steps = new ArrayList<>();
    steps.add("ulimit -c 0");
    steps.add("ulimit -n " + DESCRIPTORS);
    steps.add("ulimit -f " + Jail.SCRATCH_MEGABYTES * MEGABYTE / BLOCK);
    steps.add("ulimit -s " + STACK_KILOBYTES);
    steps.add(
        "{ ulimit -p " + Jail.PROCESSES + " 2>/dev/null || ulimit -u " + Jail.PROCESSES + "; }");
    if (limits.addressMegabytes() > 0) {
      steps.add("ulimit -v " + (limits.addressMegabytes() << 10));
    }
    steps.add("echo " + nonce + " >&2");
    return String.join(" && ", steps) + " && exec \"$@\"";
  }

  /// Makes a process of a script, on a lane's thread.
  static Process start(Jail.Place lane, String script, Path folder) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(SHELL, "-c", script).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/local/bin:/usr/bin:/bin");
    return lane.onThread(builder::start);
  }
}
