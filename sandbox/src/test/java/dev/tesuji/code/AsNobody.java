package dev.tesuji.code;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// Starts a program of the tests as the user `nobody`, who owns nothing.
final class AsNobody {
  private static final List<String> NEEDED = List.of("jackson", "tesuji", "jspecify");

  private AsNobody() {}

  /// Starts it; skips the test where this process may not become another user.
  ///
  /// @param folder takes what of the class path the user could not read otherwise
  static Process start(Path folder, Class<?> program) throws IOException {
    Path setpriv = Path.of("/usr/bin/setpriv");
    boolean root = "root".equals(System.getProperty("user.name"));
    Assumptions.assumeTrue(
        root && Files.isExecutable(setpriv), "SKIPPED: only root becomes another user");
    List<String> words = new ArrayList<>();
    words.addAll(List.of(setpriv.toString(), "--reuid=65534", "--regid=65534", "--clear-groups"));
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xmx1g"));
    words.add("-Dtesuji.hostile=" + System.getProperty("tesuji.hostile", "200"));
    words.add("-Djava.io.tmpdir=" + own(folder.resolve("tmp"), "rwxrwxrwx"));
    words.addAll(List.of("-cp", readable(folder), program.getName()));
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().put("HOME", folder.resolve("tmp").toString());
    return builder.directory(folder.toFile()).start();
  }

  private static Path own(Path folder, String permissions) throws IOException {
    Files.createDirectories(folder);
    return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
  }

  private static String readable(Path folder) throws IOException {
    own(folder, "rwxr-xr-x");
    List<String> all = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path from = Path.of(entry);
      Path to = folder.resolve(all.size() + "-" + from.getFileName());
      boolean needed = NEEDED.stream().anyMatch(n -> from.getFileName().toString().contains(n));
      if (Files.isDirectory(from)) {
        copy(from, to);
        all.add(to.toString());
      } else if (needed && Files.isRegularFile(from)) {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        all.add(to.toString());
      }
    }
    return String.join(File.pathSeparator, all);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.toList()) {
        Path target = to.resolve(from.relativize(each).toString());
        if (Files.isDirectory(each)) {
          own(target, "rwxr-xr-x");
        } else {
          Files.copy(each, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }
}
