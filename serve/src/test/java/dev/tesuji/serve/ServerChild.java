package dev.tesuji.serve;

import dev.tesuji.serve.http.HttpSettings;
import dev.tesuji.serve.http.ServerProcess;
import dev.tesuji.serve.model.ServedModel;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.weights.LoadedModel;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A server in a process of its own, which can be killed, and what it holds.
final class ServerChild implements AutoCloseable {
  static final String KEY = "the right key";
  static final int ROWS = 16;
  static final int CONTEXT = 2048;
  private static final long KEPT = 8 << 20;
  private static final Duration START = Duration.ofMinutes(2);

  private final Process process;
  private final Path log;
  private final HttpClient client = HttpClient.newHttpClient();
  final int port;

  /// The things that a server holds.
  ///
  /// @param answers that are being generated or wait
  /// @param requests that are being answered
  /// @param connections that are open
  /// @param threads of the process that are not the JVM's own
  /// @param files that it has open
  /// @param objects outside of Java's memory, without what is kept of prompts
  /// @param nativeBytes handed out outside of Java's memory, without what is kept of prompts
  /// @param heapBytes of Java's memory that are in use after it was collected
  record Holding(
      long answers,
      long requests,
      long connections,
      long threads,
      long files,
      long objects,
      long nativeBytes,
      long heapBytes) {
    /// Returns whether nothing is done but to tell this.
    boolean isAtRest() {
      return answers == 0 && requests == 1 && connections == 1;
    }
  }

  /// Starts one and waits until it is ready.
  ///
  /// @param port 0 for any that is free
  ServerChild(Path model, Path log, int port, Duration patience, int waiting) throws Exception {
    this.log = log;
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.add("@" + Path.of(System.getProperty("tesuji.root"), ".mvn", "java-options"));
    // The JVM's own threads come and go otherwise; the little memory shows what is wasted.
    words.addAll(List.of("-XX:-UseDynamicNumberOfCompilerThreads", "-Xmx768m", "-Xss1m"));
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    words.addAll(List.of(model.toString(), Integer.toString(port)));
    words.addAll(List.of(Long.toString(patience.toMillis()), Integer.toString(waiting)));
    ProcessBuilder builder = new ProcessBuilder(words);
    process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    this.port = awaitReady();
  }

  /// The program of the process.
  static final class Main {
    private Main() {}

    /// Serves until a signal comes; collects its garbage for each byte that it reads.
    public static void main(String[] args) {
      Thread.ofPlatform().daemon().name("collector").start(() -> collect(System.in));
      HttpSettings http =
          new HttpSettings(
              "127.0.0.1",
              Integer.parseInt(args[1]),
              16 << 20,
              32 << 10,
              Duration.ofMillis(Long.parseLong(args[2])));
      ServerSettings settings =
          new ServerSettings(http, List.of(KEY), Duration.ofSeconds(1), "", System.err::println);
      ServedModel.Room room = new ServedModel.Room(ROWS, Integer.parseInt(args[3]), CONTEXT, KEPT);
      ServerProcess.run(
          "127.0.0.1",
          () ->
              new Server(
                  settings,
                  () ->
                      List.of(
                          new ServedModel(
                              "model",
                              LoadedModel.load(Path.of(args[0]), Dtype.FLOAT32, Device.CPU),
                              room))));
    }

    private static void collect(InputStream in) {
      try {
        while (in.read() >= 0) {
          System.gc();
        }
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private int awaitReady() throws Exception {
    long end = System.nanoTime() + START.toNanos();
    while (System.nanoTime() < end && process.isAlive()) {
      List<String> ready =
          Files.readAllLines(log).stream().filter(l -> l.startsWith("listening on")).toList();
      if (!ready.isEmpty() && answers(ready.getLast())) {
        return URI.create(ready.getLast().substring("listening on ".length())).getPort();
      }
      Thread.sleep(50);
    }
    close();
    throw new AssertionError("the server must start, got\n" + Files.readString(log));
  }

  /// Returns whether the line is of a server that runs: one of an earlier one may stand before it.
  private boolean answers(String line) throws InterruptedException {
    try {
      URI uri = URI.create(line.substring("listening on ".length()) + "/health");
      HttpRequest request = HttpRequest.newBuilder(uri).build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private String metrics() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + "/metrics");
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofSeconds(60))
            .header("Authorization", "Bearer " + KEY)
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private static long value(String metrics, String name) {
    String line =
        metrics.lines().filter(l -> l.matches(name + "(\\{.*})? .*")).findFirst().orElse("");
    if (line.isEmpty()) {
      throw new AssertionError("/metrics must have " + name + ", got\n" + metrics);
    }
    return Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
  }

  /// Waits until no answer is generated and nobody else is connected, and returns what is held.
  Holding rest(Duration most) throws Exception {
    long end = System.nanoTime() + most.toNanos();
    Holding holding = holding();
    while (System.nanoTime() < end && !holding.isAtRest()) {
      Thread.sleep(100);
      holding = holding();
    }
    if (!holding.isAtRest()) {
      dumpThreads();
      return holding;
    }
    for (int i = 0; i < 3; i++) { // what the first collection frees, the next may collect
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
      Thread.sleep(300);
    }
    return holding();
  }

  /// Writes what the server's threads are at, virtual ones too, to standard output.
  private void dumpThreads() throws Exception {
    Path to = log.resolveSibling("threads-" + System.nanoTime());
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    String pid = Long.toString(process.pid());
    new ProcessBuilder(jcmd, pid, "Thread.dump_to_file", to.toString()).start().waitFor();
    Files.readAllLines(to).forEach(System.out::println);
  }

  private Holding holding() throws Exception {
    String metrics = metrics();
    return new Holding(
        value(metrics, "tesuji_running") + value(metrics, "tesuji_waiting"),
        value(metrics, "tesuji_requests_active"),
        value(metrics, "tesuji_connections"),
        threads(),
        count("fd"),
        value(metrics, "tesuji_native_objects") - value(metrics, "tesuji_prefix_cache_pages"),
        value(metrics, "tesuji_native_bytes") - value(metrics, "tesuji_prefix_cache_bytes"),
        value(metrics, "tesuji_heap_bytes"));
  }

  private Path proc(String part) {
    return Path.of("/proc", Long.toString(process.pid()), part);
  }

  private long count(String part) throws IOException {
    try (Stream<Path> all = Files.list(proc(part))) {
      return all.count();
    }
  }

  private long threads() throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> all = Files.list(proc("task"))) {
      for (Path each : all.toList()) {
        names.add(Files.readString(each.resolve("comm")).strip());
      }
    }
    return names.stream().filter(n -> !n.matches("(C[12] |G1 |GC |VM |Sweeper|Common).*")).count();
  }

  /// Returns what it has written, since the first of all that write there.
  List<String> log() throws IOException {
    return Files.readAllLines(log, StandardCharsets.UTF_8);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /// Ends it without a word.
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /// Asks it to end, and returns its status.
  int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("the server must stop within 30 seconds");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    client.close();
  }
}
