package dev.tesuji.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.cluster.FleetSettings;
import java.io.File;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What goes to executors goes before Spark's own jars there.
class ShippedJarsTest {
  @Test
  void noShippedJarHasAPackageOfSparks() throws IOException, InterruptedException {
    SparkHere here = SparkHere.orSkip();
    Map<String, String> spark = new TreeMap<>();
    for (java.nio.file.Path jar : here.installation().jars()) {
      for (String name : packages(jar.toFile())) {
        spark.putIfAbsent(name, jar.getFileName().toString());
      }
    }
    assertThat(spark).hasSizeGreaterThan(1_000).containsKey("org/apache/spark");
    Map<String, String> shared = new TreeMap<>();
    int jars = 0;
    for (String path : here.installation().shipped().split(":", -1)) {
      if (path.endsWith(".jar")) {
        jars++;
        for (String name : packages(new File(path))) {
          String theirs = spark.get(name);
          if (theirs != null) {
            shared.put(name, path.replaceAll(".*/", "") + " and " + theirs);
          }
        }
      }
    }
    assertThat(jars).isGreaterThan(20);
    assertThat(shared).isEmpty();
  }

  @Test
  void executorsCompareTheVersionThatTheCommandsSay() {
    assertThat(FleetSettings.VERSION).isEqualTo(Main.VERSION);
  }

  private static Set<String> packages(File jar) throws IOException {
    try (JarFile file = new JarFile(jar)) {
      return file.stream()
          .map(e -> e.getName())
          .filter(n -> n.endsWith(".class") && n.contains("/") && !n.startsWith("META-INF/"))
          .map(n -> n.substring(0, n.lastIndexOf('/')))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
