package dev.tesuji.cluster;

import dev.tesuji.check.BadInput;
import dev.tesuji.check.Require;
import dev.tesuji.files.SafeFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A standalone Spark cluster on this machine, for trying and for tests: a master and workers, each
/// a JVM of its own that listens on 127.0.0.1 only.
///
/// ```
/// processes      who was started, and when        spark/jars/   a jar that names Spark's jars
/// master.log     worker-1.log ...                 worker-1/     the logs of its executors
/// ```
///
/// @param folder where it keeps its files
public record LocalCluster(Path folder) {
  private static final String HOST = "127.0.0.1";
  private static final String LOGGING = "log4j2.properties";
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final long LOOK_MS = 100;

  /// The size of a cluster.
  ///
  /// @param workers how many
  /// @param cores that each of them offers, whatever the machine has
  public record Size(int workers, int cores) {
    /// Checks the ranges.
    public Size {
      Require.atLeast(1, "workers", workers);
      Require.atLeast(1, "cores", cores);
    }
  }

  /// Starts a cluster, and returns when all workers have joined.
  ///
  /// @param spark what its processes are made of
  /// @return the master's address
  /// @throws BadInput when one is running already, or a process does not come up, after which
  ///   nothing is left of it
  public String start(Size size, SparkInstallation spark) {
    try {
      if (ClusterProcess.read(processes()).stream().anyMatch(p -> p.find().isPresent())) {
        throw BadInput.in(
            folder,
            "holds a cluster that is running ("
                + Files.readString(address()).strip()
                + "); end it with ./tesuji spark-cluster stop, or give another --dir");
      }
      install(spark.jars());
      return launch(size, spark);
    } catch (IOException e) {
      throw SafeFiles.failed(folder, e);
    }
  }

  private Path processes() {
    return folder.resolve("processes");
  }

  private Path address() {
    return folder.resolve("address");
  }

  private Path home() {
    return folder.resolve("spark").toAbsolutePath();
  }

  /// Lays out an installation of Spark, in which a worker looks for what an executor is made of.
  private void install(List<Path> jars) throws IOException {
    if (Files.exists(folder)) {
      requireOurs();
      SafeFiles.deleteFolder(folder);
    }
    Manifest manifest = new Manifest();
    Attributes names = manifest.getMainAttributes();
    names.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    names.put(
        Attributes.Name.CLASS_PATH,
        jars.stream().map(jar -> jar.toUri().toString()).collect(Collectors.joining(" ")));
    Path folded = Files.createDirectories(home().resolve("jars")).resolve("spark.jar");
    new JarOutputStream(Files.newOutputStream(folded), manifest).close();
    Path conf = Files.createDirectories(home().resolve("conf"));
    try (InputStream in = LocalCluster.class.getResourceAsStream(LOGGING)) {
      if (in == null) {
        throw new IllegalStateException(LOGGING + " is missing in this program");
      }
      Files.copy(in, conf.resolve(LOGGING));
    }
  }

  private void requireOurs() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      if (files.findAny().isPresent() && !Files.isDirectory(home().resolve("jars"))) {
        throw BadInput.in(
            folder, "must be an empty folder, or one of an earlier cluster; give another --dir");
      }
    }
  }

  private String launch(Size size, SparkInstallation spark) throws IOException {
    boolean whole = false;
    try {
      int port = freePort();
      String master = "spark://" + HOST + ":" + port;
      SafeFiles.replace(address(), master + "\n");
      Process first =
          start("master", spark, List.of("master.Master", "--port", Integer.toString(port)));
      await("master", first, () -> answers(port));
      List<Process> workers = new ArrayList<>();
      for (int w = 1; w <= size.workers(); w++) {
        String name = "worker-" + w;
        Path work = Files.createDirectories(folder.resolve(name).toAbsolutePath());
        workers.add(
            start(
                name,
                spark,
                List.of(
                    "worker.Worker",
                    "--cores",
                    Integer.toString(size.cores()),
                    "--work-dir",
                    work.toString(),
                    master)));
      }
      for (int w = 1; w <= size.workers(); w++) {
        String name = "worker-" + w;
        await(name, workers.get(w - 1), () -> says(name, "Successfully registered with master"));
      }
      whole = true;
      return master;
    } finally {
      if (!whole) {
        stop();
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }

  /// Starts a process, which goes on when this one ends.
  private Process start(String name, SparkInstallation spark, List<String> arguments)
      throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.add("@" + spark.options());
    words.addAll(List.of("-XX:+UseSerialGC", "-Xmx512m", "-cp"));
    List<String> path = new ArrayList<>(List.of(home().resolve("conf").toString()));
    spark.jars().forEach(jar -> path.add(jar.toAbsolutePath().toString()));
    words.add(String.join(":", path));
    words.add("org.apache.spark.deploy." + arguments.getFirst());
    words.addAll(List.of("--host", HOST, "--webui-port", "0"));
    words.addAll(arguments.subList(1, arguments.size()));
    Path log = log(name);
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(log.toFile());
    builder.environment().put("SPARK_HOME", home().toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", HOST);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().keySet().removeIf(v -> v.equals("SPARK_CONF_DIR"));
    Process process = builder.start();
    ClusterProcess.of(name.replaceAll("-.*", ""), process).note(processes());
    return process;
  }

  private Path log(String name) {
    return folder.resolve(name + ".log");
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), Math.toIntExact(LOOK_MS));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private boolean says(String name, String sentence) {
    try {
      return Files.readString(log(name)).contains(sentence);
    } catch (IOException e) {
      return false;
    }
  }

  private void await(String name, Process process, BooleanSupplier ready) throws IOException {
    long start = System.nanoTime();
    while (!ready.getAsBoolean()) {
      if (!process.isAlive() || System.nanoTime() - start > PATIENCE.toNanos()) {
        String end = Files.readString(log(name)).lines().reduce((_, last) -> last).orElse("");
        String how =
            process.isAlive()
                ? "was not ready after " + PATIENCE.toSeconds() + " s"
                : "ended with status " + process.exitValue();
        throw new BadInput(
            "the " + name + " " + how + ", and said last: " + end.strip() + " (" + log(name) + ")");
      }
      try {
        Thread.sleep(LOOK_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  /// Ends what [#start] started, and nothing else; harmless when nothing runs.
  ///
  /// @return how many processes were running, executors not counted
  public int stop() {
    try {
      List<ClusterProcess> all = ClusterProcess.read(processes());
      int running = 0;
      for (ClusterProcess process : all.reversed()) { // workers before their master
        running += process.end() ? 1 : 0;
      }
      if (Files.exists(processes())) {
        SafeFiles.delete(processes());
      }
      return running;
    } catch (IOException e) {
      throw SafeFiles.failed(folder, e);
    }
  }
}
