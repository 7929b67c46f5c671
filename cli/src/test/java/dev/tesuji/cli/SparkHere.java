package dev.tesuji.cli;

import dev.tesuji.cluster.SparkInstallation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// Spark on this machine, laid out for a driver as the launcher `./tesuji` does it.
///
/// @param ours what a driver has of Tesuji and its libraries
/// @param installation Spark's jars, and what executors get
record SparkHere(String ours, SparkInstallation installation) {
  private static final Path ROOT =
      Path.of(System.getProperty("tesuji.root", "..")).toAbsolutePath().normalize();
  private static final Path SPARK = ROOT.resolve("cluster/spark");
  private static final Path JARS = ROOT.resolve("cluster/target/spark-classpath");

  /// Finds Spark's jars; skips the test, and says so, where they cannot be had.
  static SparkHere orSkip() throws IOException, InterruptedException {
    if (!Files.exists(JARS) && !resolve("-o") && !resolve("-B")) {
      String sentence =
          "SKIPPED: Spark's jars could not be resolved (see "
              + JARS
              + ".log); nothing of"
              + " './tesuji spark' was tested";
      System.err.println(sentence);
      Assumptions.abort(sentence);
    }
    List<String> all =
        Arrays.stream(System.getProperty("java.class.path").split(":", -1))
            .filter(p -> Files.exists(Path.of(p)))
            .toList();
    String ours = without(all, names("provided"));
    List<Path> jars =
        Arrays.stream(Files.readString(JARS).strip().split(":", -1)).map(Path::of).toList();
    String shipped = without(List.of(ours.split(":", -1)), names("provided-by-distributions"));
    return new SparkHere(
        withoutTests(ours, jars),
        new SparkInstallation(jars, SPARK.resolve("java-options"), withoutTests(shipped, jars)));
  }

  private static boolean resolve(String how) throws IOException, InterruptedException {
    Files.createDirectories(JARS.getParent());
    return new ProcessBuilder(
                ROOT.resolve("mvnw").toString(),
                how,
                "-q",
                "-f",
                SPARK.resolve("pom.xml").toString(),
                "dependency:build-classpath",
                "-Dmdep.outputFile=" + JARS)
            .redirectErrorStream(true)
            .redirectOutput(Path.of(JARS + ".log").toFile())
            .start()
            .waitFor()
        == 0;
  }

  private static List<String> names(String list) throws IOException {
    return Files.readAllLines(SPARK.resolve(list)).stream()
        .filter(line -> !line.startsWith("#"))
        .toList();
  }

  private static String without(List<String> path, List<String> names) {
    String pattern = ".*/(" + String.join("|", names) + ")[-.][0-9][^/]*\\.jar";
    return path.stream().filter(p -> !p.matches(pattern)).collect(Collectors.joining(":"));
  }

  /// Leaves out the jars that only tests need, and those of Spark that a test's class path has.
  private static String withoutTests(String path, List<Path> spark) {
    String tests =
        ".*/(junit|opentest4j|apiguardian|assertj|byte-buddy|archunit|langchain4j|openai|okhttp|okio"
            + "|kotlin|jackson-(datatype|module)[^/]*-2\\."
            + "|httpc|jsonschema|swagger|classmate|victools|logging-interceptor|annotations-13|jtokkit)[^/]*\\.jar|.*/test-classes|.*/test";
    return Stream.of(path.split(":", -1))
        .filter(p -> !p.matches(tests) && !spark.contains(Path.of(p)))
        .collect(Collectors.joining(":"));
  }

  /// Starts a driver.
  ///
  /// @param log takes what it says
  Process start(Path log, List<String> arguments) throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.add("@" + ROOT.resolve(".mvn/java-options"));
    words.add("@" + SPARK.resolve("java-options"));
    words.addAll(List.of("-XX:+UseSerialGC", "-Dtesuji.spark.jars=" + JARS));
    words.add("-Dlog4j2.configurationFile=classpath:dev/tesuji/cluster/driver-log4j2.properties");
    words.add("-Dtesuji.spark.options=" + SPARK.resolve("java-options"));
    words.add("-Dtesuji.spark.shipped=" + installation.shipped());
    String spark =
        installation.jars().stream().map(Path::toString).collect(Collectors.joining(":"));
    words.addAll(List.of("-cp", ours + ":" + spark, "dev.tesuji.cli.Main"));
    words.addAll(arguments);
    return new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  /// Runs a driver to its end, and returns its status.
  int run(Path log, List<String> arguments) throws IOException, InterruptedException {
    Process process = start(log, arguments);
    if (!process.waitFor(10, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IllegalStateException("the driver did not end: " + Files.readString(log));
    }
    return process.exitValue();
  }
}
