package dev.tesuji.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Namespaces made by `bwrap`: the program sees a system of its own, with `/usr` to read, its
/// files, a small folder to write into, its own processes, and no network.
///
/// Where this process is root, it first becomes a user that owns nothing, one for each lane: limits
/// on processes do not hold for root, whatever it calls itself inside a namespace.
///
/// @param bwrap the program
/// @param filter the file with the filter of system calls; null on an architecture without one
/// @param root whether this process is root
record Bubblewrap(Path bwrap, @Nullable Path filter, boolean root) implements Jail {
  private static final int FIRST_USER = 64_200; // of a range that no distribution gives out
  private static final int FILTER_DESCRIPTOR = 3;
  private static final long MEGABYTE = 1 << 20;
  private static final List<String> TOP = List.of("/bin", "/sbin", "/lib", "/lib32", "/lib64");

  /// What programs in `/usr` read of `/etc`.
  private static final List<String> SETTINGS =
      List.of("/etc/alternatives", "/etc/ld.so.cache", "/etc/localtime", "/etc/java-25-openjdk");

  @Override
  public String label() {
    return "bubblewrap";
  }

  @Override
  public int ownProcesses() {
    return 2; // bwrap outside, and the first process inside
  }

  @Override
  public Process start(Launch launch) throws IOException {
    StringBuilder script = new StringBuilder(Shell.enter(launch.lane()));
    int descriptor = FILTER_DESCRIPTOR;
    if (filter != null) {
      open(script, descriptor, filter);
    }
    for (String name : launch.names()) {
      open(script, ++descriptor, launch.file(name));
    }
    script.append("exec");
    for (String word : words(launch)) {
      script.append(' ').append(Shell.quoted(word));
    }
    return Shell.start(script.toString(), launch.folder());
  }

  private static void open(StringBuilder script, int descriptor, Path file) {
    script
        .append("exec ")
        .append(descriptor)
        .append('<')
        .append(Shell.quoted(file.toString()))
        .append(" || exit 95\n");
  }

  private List<String> words(Launch launch) {
    List<String> words = new ArrayList<>(Shell.pinned(launch.lane()));
    if (root) {
      int user = FIRST_USER + launch.lane().index();
      words.addAll(
          List.of(
              "/usr/bin/setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups", "--"));
    }
    words.add(bwrap.toString());
    words.addAll(
        List.of(
            "--unshare-user",
            "--unshare-ipc",
            "--unshare-pid",
            "--unshare-net",
            "--unshare-uts",
            "--unshare-cgroup-try",
            "--disable-userns",
            "--uid",
            "65534",
            "--gid",
            "65534",
            "--hostname",
            "box",
            "--cap-drop",
            "ALL",
            "--die-with-parent",
            "--new-session",
            "--clearenv"));
    environment(words);
    system(words, launch.job().readable());
    files(words, launch);
    words.addAll(
        List.of("--", Shell.SHELL, "-c", Shell.limits(launch.job(), launch.nonce()), "sh"));
    words.addAll(launch.job().command());
    return words;
  }

  private static void environment(List<String> words) {
    Environment.VARIABLES.forEach((name, value) -> words.addAll(List.of("--setenv", name, value)));
    words.addAll(List.of("--setenv", "HOME", Job.SCRATCH, "--setenv", "TMPDIR", Job.SCRATCH));
  }

  private static void system(List<String> words, List<Path> readable) {
    words.addAll(List.of("--ro-bind", "/usr", "/usr"));
    for (String top : TOP) {
      Path path = Path.of(top);
      if (Files.isSymbolicLink(path)) {
        words.addAll(List.of("--symlink", link(path), top));
      } else if (Files.isDirectory(path)) {
        words.addAll(List.of("--ro-bind", top, top));
      }
    }
    for (String settings : SETTINGS) {
      words.addAll(List.of("--ro-bind-try", settings, settings));
    }
    for (Path folder : readable) {
      words.addAll(List.of("--ro-bind", folder.toString(), folder.toString()));
    }
    words.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
    sized(words, 16 * MEGABYTE, "/dev/shm");
    sized(words, SCRATCH_MEGABYTES * MEGABYTE, Job.SCRATCH);
  }

  private static void sized(List<String> words, long bytes, String folder) {
    words.addAll(List.of("--size", Long.toString(bytes), "--tmpfs", folder));
  }

  private void files(List<String> words, Launch launch) {
    int descriptor = FILTER_DESCRIPTOR;
    words.addAll(List.of("--dir", Job.BOX));
    for (String name : launch.names()) {
      descriptor++;
      words.addAll(
          List.of("--perms", "0555", "--file", Integer.toString(descriptor), Job.BOX + name));
    }
    if (filter != null) {
      words.addAll(List.of("--seccomp", Integer.toString(FILTER_DESCRIPTOR)));
    }
    words.addAll(List.of("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", Job.SCRATCH));
  }

  private static String link(Path path) {
    try {
      return Files.readSymbolicLink(path).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
