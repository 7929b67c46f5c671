package dev.tesuji.studio;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.tesuji.files.SafeFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A PostgreSQL server of its own, from the programs that Debian's `postgresql` has. It will not
/// run as root: the user `postgres` runs it then.
public final class Postgres implements AutoCloseable {
  private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
  private static final String USER = "postgres";

  private final Path bin;
  private final Path folder;
  private final int port;
  private Process process;

  private Postgres(Path bin, Path folder, int port) throws Exception {
    this.bin = bin;
    this.folder = folder;
    this.port = port;
    process = serve();
  }

  /// Starts a server with an empty database; skips the test where there is none.
  public static Postgres start() throws Exception {
    Optional<Path> bin = find();
    if (bin.isEmpty()) {
      return abort("no PostgreSQL under " + DEBIAN + " (apt-get install postgresql): not tested");
    }
    Path folder = Files.createTempDirectory("tesuji-postgres");
    if (isRoot()) {
      UserPrincipal user =
          folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(USER);
      Files.setOwner(folder, user);
    }
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    Path data = folder.resolve("data");
    run(
        bin.get().resolve("initdb").toString(),
        "-D",
        data.toString(),
        "-U",
        "tesuji",
        "--auth=trust",
        "--no-sync",
        "--no-locale",
        "--encoding=UTF8");
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = free.getLocalPort();
      free.close();
      return new Postgres(bin.get(), folder, port);
    }
  }

  private static Optional<Path> find() throws IOException {
    if (!Files.isDirectory(DEBIAN)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(DEBIAN)) {
      return versions
          .map(v -> v.resolve("bin"))
          .filter(b -> Files.isExecutable(b.resolve("initdb")))
          .max(Comparator.naturalOrder());
    }
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static ProcessBuilder command(String... words) {
    List<String> all = new ArrayList<>();
    if (isRoot()) {
      all.addAll(List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups"));
    }
    all.addAll(List.of(words));
    return new ProcessBuilder(all)
        .directory(Path.of("/").toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD);
  }

  private static void run(String... words) throws Exception {
    Process process = command(words).start();
    if (process.waitFor() != 0) {
      throw new IOException(words[0] + " failed with " + process.exitValue());
    }
  }

  private Process serve() throws Exception {
    Process begun =
        command(
                bin.resolve("postgres").toString(),
                "-D",
                folder.resolve("data").toString(),
                "-p",
                Integer.toString(port),
                "-k",
                folder.toString(),
                "-c",
                "listen_addresses=127.0.0.1")
            .start();
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!answers()) {
      if (!begun.isAlive() || System.nanoTime() > end) {
        throw new IOException("PostgreSQL did not start");
      }
      Thread.sleep(50);
    }
    return begun;
  }

  /// Returns whether the server answers a client's first question, which it does once it is ready.
  private boolean answers() {
    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return new ProcessBuilder(
                  bin.resolve("pg_isready").toString(), "-h", "127.0.0.1", "-p", "" + port)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Returns the address as users write it.
  public String url() {
    return "postgresql://tesuji@127.0.0.1:" + port + "/postgres";
  }

  /// Kills the server with all its processes, and starts it again.
  public void killAndRestart() throws Exception {
    kill();
    Files.deleteIfExists(folder.resolve("data/postmaster.pid"));
    process = serve();
  }

  private void kill() {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(one -> one.onExit().join());
  }

  @Override
  public void close() {
    kill();
    SafeFiles.deleteFolder(folder);
  }
}
