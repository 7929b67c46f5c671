package dev.tesuji.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.cluster.LocalCluster;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Runs on a standalone cluster of this machine, whose master and workers are JVMs of their own.
class SparkRunTest {
  private static final Path ROOT =
      Path.of(System.getProperty("tesuji.root", "..")).toAbsolutePath().normalize();

  private static final String RECIPE =
      """
      name: fleet
      seed: 3
      model: MODEL
      task: chainSums
      compute: {products: bfloat16, leaves: 8}
      evaluation: {problems: 24, samples: 2, maxNewTokens: 48}
      stages:
        - rejection:
            name: traces
            prompts: {count: 64, maxTokens: 32}
            promptsPerStep: 32
            samplesPerPrompt: 4
            maxNewTokens: 48
            refused: true
            keep:
              - {reward: accuracy, atLeast: 1}
        - sft:
            data: {stage: traces}
            steps: 3
            batchSize: 16
            maxTokens: 96
            optimizer: {learningRate: 1e-5}
            checkpoint: {everySteps: 1}
        - rl:
            steps: 4
            promptsPerStep: 8
            groupSize: 4
            maxNewTokens: 48
            prompts: {maxTokens: 32}
            rewards:
              - {kind: accuracy, weight: 1}
            grpo: {loss: dapo, scaling: group}
            optimizer: {learningRate: 2.5e-4}
            checkpoint: {everySteps: 1}
      """;

  @TempDir private static Path folder = Path.of("");

  private static SparkHere spark;
  private static LocalCluster cluster;
  private static String master = "";
  private static Path recipe = Path.of("");

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    spark = SparkHere.orSkip();
    cluster = new LocalCluster(folder.resolve("cluster"));
    master = cluster.start(new LocalCluster.Size(2, 2), spark.installation());
    recipe = folder.resolve("fleet.yaml");
    Files.writeString(recipe, RECIPE.replace("MODEL", ROOT.resolve("models/base").toString()));
    Cli local = Cli.run("run", recipe, "--out", folder.resolve("local"));
    assertThat(local.status()).as(local.err()).isZero();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      assertThat(cluster.stop()).as("processes").isEqualTo(3);
      assertThat(cluster.stop()).as("processes, later").isZero();
    }
  }

  @Test
  void twoExecutorsLeaveTheBytesOfOneProcess() throws IOException, InterruptedException {
    Path out = folder.resolve("two");
    String said = run(out, "--executors", "2", "--partitions", "5");
    requireSame(out);
    assertThat(said)
        .contains("Fleet: 2 executors of 1 cores each at " + master)
        .contains("which draw, and compute the gradients of 8 leaves of an update")
        .contains("2 executors, 0 retried, 0 lost chunks");
    requireAccount(Json.readObject(out.resolve("report.json")).path("fleet"));
    assertThat(out.resolve("weights")).doesNotExist();
    Path again = folder.resolve("again.log");
    assertThat(spark.run(again, words(out, "--executors", "2"))).isEqualTo(2);
    assertThat(Files.readString(again)).contains("already holds a run; add --resume");
  }

  /// 64 prompts of 4 samples; 4 steps of 8 times 4; 24 problems of 2, before and after. 7 updates,
  /// of 4 tasks where 8 completions or more have a gradient.
  private static void requireAccount(JsonNode fleet) {
    assertThat(fleet.path("executors").size()).isEqualTo(2);
    int samples = 0;
    int chunks = 0;
    for (JsonNode executor : fleet.path("executors")) {
      samples += executor.path("samples").asInt();
      chunks += executor.path("chunks").asInt();
      assertThat(executor.path("tokens_per_second").asDouble()).isPositive();
    }
    assertThat(samples).isGreaterThanOrEqualTo(64 * 4 + 4 * 8 * 4 + 2 * 24 * 2);
    assertThat(chunks).isEqualTo(fleet.path("chunks").asInt());
    assertThat(fleet.path("versions").asInt()).isEqualTo(8); // the base, and after each step
    assertThat(fleet.path("published_bytes").asLong()).isGreaterThan(8 * 800_000 * 4L);
    assertThat(fleet.path("update_tasks").asInt()).isBetween(3 * 4 + 4 * 2, 7 * 8);
    assertThat(fleet.path("gradient_bytes").asLong())
        .isGreaterThan(fleet.path("update_tasks").asInt() * (800_000 * 4L));
    assertThat(fleet.path("lost_chunks").asInt()).isZero();
  }

  @Test
  @EnabledIfSystemProperty(named = "tesuji.slow", matches = "true")
  void aLagLeavesTheSameBytesWhoeverDraws() throws IOException, InterruptedException {
    Map<String, byte[]> turns = lagged(local("turns", "rl.overlap=false"), "turns");
    requireSame(turns, lagged(local("beside"), "beside"));
    for (int executors = 1; executors <= 3; executors++) {
      String name = "lag-" + executors;
      List<String> words = words(folder.resolve(name), "--executors", "" + executors);
      requireSame(turns, lagged(words, name));
    }
    List<String> words = words(folder.resolve("lag-killed"), "--executors", "2");
    words.add(2, "rl.checkpoint.everySteps=1");
    Path third = folder.resolve("lag-killed/rollouts/rl/step-000003.jsonl");
    killOnce(third, spark.start(folder.resolve("lag-killed.log"), withLag(words)));
    words.addAll(List.of("--resume", "--executors", "1"));
    words.subList(words.indexOf("--executors"), words.indexOf("--executors") + 2).clear();
    requireSame(turns, lagged(words, "lag-killed"));
  }

  private static List<String> local(String name, String... more) {
    List<String> words = new ArrayList<>(List.of("run", recipe.toString()));
    words.addAll(List.of(more));
    words.addAll(List.of("--out", folder.resolve(name).toString()));
    return words;
  }

  private static List<String> withLag(List<String> words) {
    List<String> all = new ArrayList<>(words);
    all.addAll(2, List.of("rl.lag=2", "rl.steps=6"));
    return all;
  }

  /// Runs the recipe with a lag of two steps.
  ///
  /// @return its files, but for those that have its settings in them
  private static Map<String, byte[]> lagged(List<String> words, String name)
      throws IOException, InterruptedException {
    Path log = folder.resolve(name + ".log");
    int status = spark.run(log, withLag(words));
    assertThat(status).as(Files.readString(log)).isZero();
    Map<String, byte[]> files = files(folder.resolve(name));
    files.keySet().removeIf(n -> n.equals("recipe.yaml") || n.endsWith("README.md"));
    return files;
  }

  @Test
  void whereNobodyAnswersNothingIsWritten() throws IOException, InterruptedException {
    Path out = folder.resolve("nobody");
    Path log = folder.resolve("nobody.log");
    List<String> words = words(out, "--executors", "1");
    words.set(words.indexOf(master), "spark://127.0.0.1:1");
    assertThat(spark.run(log, words)).isEqualTo(2);
    assertThat(Files.readString(log))
        .contains("tesuji: no Spark master answers at spark://127.0.0.1:1 (")
        .contains("start one with ./tesuji spark-cluster start");
    assertThat(out).doesNotExist();
  }

  @Test
  @EnabledIfSystemProperty(named = "tesuji.slow", matches = "true")
  void anyNumberOfExecutorsAndPartitionsLeavesTheSameBytes()
      throws IOException, InterruptedException {
    for (int executors = 1; executors <= 3; executors++) {
      for (int partitions : new int[] {5, 12, 40}) {
        Path out = folder.resolve("fleet-" + executors + "-" + partitions);
        run(out, "--executors", "" + executors, "--partitions", "" + partitions);
        requireSame(out);
      }
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "tesuji.slow", matches = "true")
  void anExecutorThatIsKilledChangesNothing() throws IOException, InterruptedException {
    for (String moment : List.of("weights", "data/traces/kept.jsonl", "rollouts/rl")) {
      Path out = folder.resolve("killed-" + moment.replace('/', '-'));
      Path log = folder.resolve("killed.log");
      Process driver = spark.start(log, words(out, "--executors", "2", "--partitions", "12"));
      while (driver.isAlive() && !Files.exists(out.resolve(moment))) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      assertThat(executors()).isNotEmpty();
      executors().getFirst().destroyForcibly();
      assertThat(driver.waitFor(5, TimeUnit.MINUTES)).isTrue();
      assertThat(driver.exitValue()).as(Files.readString(log)).isZero();
      requireSame(out);
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "tesuji.slow", matches = "true")
  void anyNumberOfExecutorsLeavesTheSameOptimizer() throws IOException, InterruptedException {
    byte[] here = optimizer(local("optimizer"), "optimizer");
    assertThat(here.length).isGreaterThan(2 * 800_000 * 4); // two moments
    for (int executors = 1; executors <= 3; executors++) {
      String name = "optimizer-" + executors;
      List<String> words = words(folder.resolve(name), "--executors", "" + executors);
      assertThat(optimizer(words, name)).as(executors + " executors").isEqualTo(here);
      requireSame(folder.resolve(name));
    }
  }

  /// Runs the recipe, and returns its optimizer after the third of four steps.
  private static byte[] optimizer(List<String> words, String name)
      throws IOException, InterruptedException {
    Path log = folder.resolve(name + ".log");
    Path third =
        folder.resolve(name).resolve("checkpoints/rl/step-000003").resolve("optimizer.safetensors");
    byte[] found = {};
    Process driver = spark.start(log, words);
    while (driver.isAlive() && found.length == 0) {
      TimeUnit.MILLISECONDS.sleep(5);
      if (Files.exists(third)) {
        found = Files.readAllBytes(third);
      }
    }
    assertThat(driver.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(driver.exitValue()).as(Files.readString(log)).isZero();
    return found;
  }

  @Test
  @EnabledIfSystemProperty(named = "tesuji.slow", matches = "true")
  void anExecutorThatIsKilledInAnUpdateChangesNothing() throws IOException, InterruptedException {
    for (int update : new int[] {1, 5}) {
      Path out = folder.resolve("update-" + update);
      Path log = folder.resolve("update.log");
      Process driver = spark.start(log, words(out, "--executors", "2"));
      Set<String> seen = new HashSet<>();
      while (driver.isAlive() && seen.size() < update) {
        seen.addAll(updates(out.resolve("weights")));
      }
      List<ProcessHandle> alive = executors();
      assertThat(alive).hasSize(2);
      alive.get(update % 2).destroyForcibly();
      assertThat(driver.waitFor(5, TimeUnit.MINUTES)).isTrue();
      assertThat(driver.exitValue()).as(Files.readString(log)).isZero();
      requireSame(out);
      JsonNode fleet = Json.readObject(out.resolve("report.json")).path("fleet");
      assertThat(fleet.path("executors").findValues("lost"))
          .as("executors lost")
          .anyMatch(JsonNode::asBoolean);
    }
  }

  /// Names the updates of which a first sum is on its way.
  private static List<String> updates(Path weights) {
    String[] names =
        weights
            .toFile()
            .list((root, name) ->
                name.startsWith("learn-") && holdsFiles(root.toPath().resolve(name)));
    return names == null ? List.of() : List.of(names);
  }

  private static boolean holdsFiles(Path folder) {
    String[] files = folder.toFile().list(); // null where it is gone already
    return files != null && files.length > 0;
  }

  /// Kills a driver as soon as a file is there.
  private static void killOnce(Path there, Process driver) throws InterruptedException {
    while (driver.isAlive() && !Files.exists(there)) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    driver.destroyForcibly().waitFor();
  }

  @Test
  @EnabledIfSystemProperty(named = "tesuji.slow", matches = "true")
  void leavesCannotChangeWhenARunIsResumed() throws IOException, InterruptedException {
    Path out = folder.resolve("leaves");
    Path log = folder.resolve("leaves.log");
    killOnce(out.resolve("checkpoints/sft"), spark.start(log, words(out, "--executors", "2")));
    List<String> words = words(out, "--executors", "1");
    words.add(2, "compute.leaves=4");
    words.add("--resume");
    assertThat(spark.run(log, words)).isEqualTo(2);
    assertThat(Files.readString(log))
        .contains("--resume cannot change what steps of the run were made with: compute.leaves");
    words.remove(2);
    assertThat(spark.run(log, words)).as(Files.readString(log)).isZero();
    requireSame(out);
  }

  @Test
  @EnabledIfSystemProperty(named = "tesuji.slow", matches = "true")
  void speculationChangesNothing() throws IOException, InterruptedException {
    Path out = folder.resolve("speculation");
    run(
        out,
        "--executors",
        "3",
        "--partitions",
        "12",
        "--conf",
        "spark.speculation=true",
        "--conf",
        "spark.speculation.multiplier=1.01",
        "--conf",
        "spark.speculation.interval=10ms",
        "--conf",
        "spark.speculation.quantile=0.1");
    requireSame(out);
  }

  @Test
  @EnabledIfSystemProperty(named = "tesuji.slow", matches = "true")
  void aDriverThatIsKilledGoesOnWithTheSameBytes() throws IOException, InterruptedException {
    Path out = folder.resolve("resumed");
    Path log = folder.resolve("resumed.log");
    killOnce(out.resolve("rollouts/rl"), spark.start(log, words(out, "--executors", "2")));
    List<String> words = words(out, "--executors", "1");
    words.add("--resume");
    assertThat(spark.run(log, words)).as(Files.readString(log)).isZero();
    requireSame(out);
  }

  @Test
  @EnabledIfSystemProperty(named = "tesuji.slow", matches = "true")
  void tooFewExecutorsAreSaidSoAfterAWhile() throws IOException, InterruptedException {
    Path out = folder.resolve("many");
    Path log = folder.resolve("many.log");
    List<String> words = words(out, "--executors", "9", "--wait", "30");
    assertThat(spark.run(log, words)).isEqualTo(2);
    assertThat(Files.readString(log))
        .contains("tesuji: 4 of 9 executors with 1 cores each came within 30 s from " + master);
    assertThat(out).doesNotExist();
  }

  private static List<ProcessHandle> executors() {
    return ProcessHandle.current()
        .descendants()
        .filter(p -> words(p).contains("CoarseGrainedExecutorBackend"))
        .toList();
  }

  /// Returns all words of a process, of which Java knows a page: less than a class path.
  private static String words(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
    } catch (IOException e) {
      return ""; // it has ended
    }
  }

  private static String run(Path out, String... options) throws IOException, InterruptedException {
    Path log = folder.resolve(out.getFileName() + ".log");
    int status = spark.run(log, words(out, options));
    String said = Files.readString(log);
    assertThat(status).as(said).isZero();
    return said;
  }

  private static List<String> words(Path out, String... options) {
    List<String> words = new ArrayList<>(List.of("spark", recipe.toString(), "--master", master));
    words.addAll(List.of("--out", out.toString()));
    words.addAll(List.of(options));
    if (!words.contains("--wait")) {
      words.addAll(List.of("--wait", "300")); // a machine that tests share may be slow
    }
    return words;
  }

  /// Compares all that a run makes; what is left out has times in it.
  private static void requireSame(Path out) throws IOException {
    Map<String, byte[]> local = files(folder.resolve("local"));
    assertThat(local)
        .containsKeys("models/rl/model.safetensors", "data/traces/kept.jsonl", "recipe.yaml")
        .containsKeys("evaluations/rl.jsonl", "rollouts/rl/step-000004.jsonl");
    requireSame(local, files(out));
  }

  private static void requireSame(Map<String, byte[]> local, Map<String, byte[]> fleet) {
    assertThat(fleet.keySet()).isEqualTo(local.keySet());
    local.forEach((name, bytes) -> assertThat(fleet.get(name)).as(name).isEqualTo(bytes));
  }

  private static Map<String, byte[]> files(Path root) throws IOException {
    Predicate<String> timed =
        name -> name.matches("tensorboard/.*|metrics\\.jsonl|report\\..*|state\\.json|\\.lock");
    Map<String, byte[]> all = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        String name = root.relativize(path).toString();
        if (!timed.test(name)) {
          all.put(name, Files.readAllBytes(path));
        }
      }
    }
    return all;
  }
}
