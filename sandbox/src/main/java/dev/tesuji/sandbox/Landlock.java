package dev.tesuji.sandbox;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/// Landlock and a filter of system calls, for where namespaces are forbidden: the program shares
/// the host's system, may read `/usr` and its own files, write nothing, start no process, open no
/// socket and send no signal.
///
/// A small JVM puts up the walls around itself and becomes the program ([LandlockLauncher]).
///
/// @param alone the file with the filter for programs
/// @param forking that for compilers, which start processes and write files
/// @param root whether this process is root
record Landlock(Path alone, Path forking, boolean root) implements Jail {
  private static final int FIRST_USER = 64_200;

  @Override
  public String label() {
    return "Landlock and seccomp";
  }

  @Override
  public int ownProcesses() {
    return 0;
  }

  @Override
  public boolean endsAtOnce() {
    return false;
  }

  @Override
  public Process start(Launch launch) throws IOException {
    Job job = launch.job();
    Path scratch = Files.createDirectories(launch.folder().resolve("tmp"));
    open(launch.folder(), "rwxr-xr-x");
    open(launch.folder().resolve("box"), "rwxr-xr-x");
    for (String name : launch.names()) {
      open(launch.file(name), "rwxr-xr-x");
    }
    open(scratch, job.forks() ? "rwxrwxrwx" : "r-xr-xr-x");
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Xshare:auto",
                "-Xmx16m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(),
                LandlockLauncher.class.getName(),
                root ? Integer.toString(FIRST_USER + launch.lane().index()) : "-",
                (job.forks() ? forking : alone).toString(),
                job.forks() ? scratch.toString() : "-",
                readable(launch)));
    return Shell.start(launch.lane(), OnHost.script(launch, scratch, words), scratch);
  }

  private static void open(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private static String readable(Launch launch) throws IOException {
    List<String> paths = new ArrayList<>(List.of("/usr", "/bin", "/lib", "/lib32", "/lib64"));
    paths.addAll(List.of("/etc/alternatives", "/etc/ld.so.cache", "/etc/localtime"));
    paths.add("/etc/ssl/openssl.cnf"); // without it node ends at once
    launch.job().readable().forEach(path -> paths.add(path.toString()));
    paths.add(launch.folder().toString());
    return String.join(File.pathSeparator, paths);
  }

  /// Returns where this module's classes are: the launcher needs nothing else.
  private static String classPath() throws IOException {
    try {
      return Path.of(
              LandlockLauncher.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }
}
