package dev.tesuji.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The means that this machine has to hold programs.
final class Machine {
  /// The advice where nothing works.
  static final String REMEDY =
      "install bubblewrap 0.8 or later (apt-get install bubblewrap), in a container allow user"
          + " namespaces (docker run --security-opt seccomp=unconfined --security-opt"
          + " systempaths=unconfined), or write 'unsafe: true' where the code is trusted;"
          + " './tesuji doctor' says what works";

  private static final List<Path> PLACES =
      List.of(Path.of("/usr/bin"), Path.of("/usr/local/bin"), Path.of("/bin"));

  private Machine() {}

  /// Returns the jails to try, the best one first.
  ///
  /// @param folder where files that they need are put
  /// @param troubles takes why one is not among them
  static List<Jail> jails(Path folder, List<String> troubles) throws IOException {
    List<Jail> found = new ArrayList<>();
    if (!System.getProperty("os.name").equals("Linux")) {
      troubles.add("walls are made by Linux, this is " + System.getProperty("os.name"));
      return found;
    }
    Path bwrap = program("bwrap");
    if (bwrap == null) {
      troubles.add("bubblewrap: no program 'bwrap' in /usr/bin");
    } else if (isRoot() && program("setpriv") == null) {
      troubles.add("bubblewrap: as root it needs the program 'setpriv' of util-linux");
    } else {
      found.add(new Bubblewrap(bwrap, SeccompFilter.inNamespaces(), isRoot()));
    }
    landlock(folder, found, troubles);
    return found;
  }

  private static void landlock(Path folder, List<Jail> found, List<String> troubles)
      throws IOException {
    byte[] alone = SeccompFilter.withoutNamespaces(false);
    byte[] forking = SeccompFilter.withoutNamespaces(true);
    if (alone == null || forking == null) {
      troubles.add("Landlock: no filter of system calls for " + System.getProperty("os.arch"));
    } else if (!LandlockLauncher.isThere()) {
      troubles.add("Landlock: this kernel has none");
    } else {
      Path single = Files.write(folder.resolve("filter-alone"), alone);
      Path several = Files.write(folder.resolve("filter-forking"), forking);
      found.add(new Landlock(single, several, isRoot()));
    }
  }

  static boolean isRoot() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines.anyMatch(line -> line.matches("Uid:\\s+\\d+\\s+0\\s.*"));
    }
  }

  static @Nullable Path program(String name) {
    return PLACES.stream()
        .map(folder -> folder.resolve(name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  /// Returns the processors that this process may use, no more than the JVM counts; empty where the
  /// system does not say.
  static List<Integer> cores() {
    List<Integer> cores = new ArrayList<>();
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      String allowed =
          lines.filter(line -> line.startsWith("Cpus_allowed_list:")).findFirst().orElse(":");
      for (String range : allowed.substring(allowed.indexOf(':') + 1).strip().split(",", -1)) {
        String[] ends = range.split("-", -1);
        for (int core = Integer.parseInt(ends[0]);
            core <= Integer.parseInt(ends[ends.length - 1]);
            core++) {
          cores.add(core);
        }
      }
    } catch (IOException | NumberFormatException _) {
      return List.of();
    }
    int most = Runtime.getRuntime().availableProcessors();
    return cores.size() > most ? List.copyOf(cores.subList(0, most)) : cores;
  }
}
