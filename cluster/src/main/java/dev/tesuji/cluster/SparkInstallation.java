package dev.tesuji.cluster;

import dev.tesuji.check.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// The parts of Spark on this machine, as `./tesuji` finds them.
///
/// @param jars the class path of Spark
/// @param options a file with the options of its JVMs
/// @param shipped the class path of Tesuji for executors, without what Spark brings itself
public record SparkInstallation(List<Path> jars, Path options, String shipped) {
  /// Copies the list.
  public SparkInstallation {
    jars = List.copyOf(jars);
  }

  /// Reads what the launcher says.
  ///
  /// @throws BadInput when this program was not started by it
  public static SparkInstallation ofLauncher() {
    String jars = System.getProperty("tesuji.spark.jars");
    String options = System.getProperty("tesuji.spark.options");
    String shipped = System.getProperty("tesuji.spark.shipped");
    if (jars == null || options == null || shipped == null) {
      throw new BadInput(
          "Spark's jars are not on the class path; start this command as ./tesuji spark or"
              + " ./tesuji spark-cluster, which puts them there");
    }
    return new SparkInstallation(read(Path.of(jars)), Path.of(options), shipped);
  }

  private static List<Path> read(Path file) {
    try {
      return Arrays.stream(Files.readString(file).strip().split("[:\\n]")).map(Path::of).toList();
    } catch (IOException e) {
      throw new BadInput(file + ": could not be read: " + e.getMessage(), e);
    }
  }
}
