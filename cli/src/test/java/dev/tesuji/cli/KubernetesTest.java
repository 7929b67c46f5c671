package dev.tesuji.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/// The manifest for Kubernetes, as far as it can be checked without one, and the script that its
/// containers begin with.
class KubernetesTest {
  private static final Path ROOT =
      Path.of(System.getProperty("tesuji.root", "..")).toAbsolutePath().normalize();
  private static final Path KUBERNETES = ROOT.resolve("cluster/kubernetes");
  private static final String MASTER = "spark://tesuji-master-0.tesuji-master:7077";

  @TempDir private Path folder = Path.of("");

  private static Map<String, JsonNode> objects() throws IOException {
    Map<String, JsonNode> objects = new TreeMap<>();
    String text = Files.readString(KUBERNETES.resolve("tesuji.yaml"));
    for (Object one : new Load(LoadSettings.builder().build()).loadAllFromString(text)) {
      JsonNode object = Json.MAPPER.valueToTree(one);
      String kind = object.path("kind").asString("");
      assertThat(object.path("apiVersion").asString("")).isEqualTo(version(kind));
      String name = kind + " " + object.path("metadata").path("name").asString("");
      assertThat(objects.put(name, object)).as("a second " + name).isNull();
    }
    return objects;
  }

  private static String version(String kind) {
    return switch (kind) {
      case "PersistentVolumeClaim", "Service" -> "v1";
      case "StatefulSet", "Deployment" -> "apps/v1";
      case "Job" -> "batch/v1";
      default -> throw new AssertionError("kind " + kind);
    };
  }

  private static JsonNode object(String name) throws IOException {
    return Objects.requireNonNull(objects().get(name), name);
  }

  private static List<String> words(JsonNode list) {
    List<String> words = new ArrayList<>();
    list.forEach(word -> {
      assertThat(word.isString()).as(word + " is text").isTrue();
      words.add(word.asString());
    });
    return words;
  }

  private static JsonNode container(String name) throws IOException {
    JsonNode all = object(name).path("spec").path("template").path("spec").path("containers");
    assertThat(all.size()).isEqualTo(1);
    return all.path(0);
  }

  @Test
  void theManifestHasEverythingOnce() throws IOException {
    assertThat(objects().keySet())
        .containsExactly(
            "Deployment tesuji-workers",
            "Job tesuji-run",
            "PersistentVolumeClaim tesuji-runs",
            "Service tesuji-master",
            "StatefulSet tesuji-master");
  }

  @Test
  void selectorsFindTheirPods() throws IOException {
    for (String name : List.of("StatefulSet tesuji-master", "Deployment tesuji-workers")) {
      JsonNode spec = object(name).path("spec");
      assertThat(spec.path("selector").path("matchLabels").isObject()).isTrue();
      assertThat(spec.path("template").path("metadata").path("labels"))
          .isEqualTo(spec.path("selector").path("matchLabels"));
    }
    JsonNode service = object("Service tesuji-master").path("spec");
    JsonNode master = object("StatefulSet tesuji-master").path("spec");
    assertThat(service.path("selector"))
        .isEqualTo(master.path("template").path("metadata").path("labels"));
    assertThat(service.path("clusterIP").asString("")).isEqualTo("None");
    assertThat(service.path("ports").path(0).path("port").asInt()).isEqualTo(7077);
    assertThat(master.path("serviceName").asString("")).isEqualTo("tesuji-master");
  }

  @Test
  void volumesThatAreMountedAreThere() throws IOException {
    for (String name : List.of("Deployment tesuji-workers", "Job tesuji-run")) {
      JsonNode pod = object(name).path("spec").path("template").path("spec");
      Set<String> there = new HashSet<>();
      for (JsonNode volume : pod.path("volumes")) {
        there.add(volume.path("name").asString());
        JsonNode claim = volume.path("persistentVolumeClaim").path("claimName");
        if (!claim.isMissingNode()) {
          object("PersistentVolumeClaim " + claim.asString());
        }
      }
      Set<String> mounted = new HashSet<>();
      container(name).path("volumeMounts").forEach(m -> mounted.add(m.path("name").asString()));
      assertThat(mounted).as(name).isEqualTo(there).contains("runs");
    }
    assertThat(words(object("PersistentVolumeClaim tesuji-runs").path("spec").path("accessModes")))
        .containsExactly("ReadWriteMany");
  }

  @Test
  void containersBeginWithWhatTheImageHas() throws IOException {
    assertThat(KUBERNETES.resolve("spark-process")).isExecutable();
    String image = Files.readString(KUBERNETES.resolve("Containerfile"));
    assertThat(image)
        .contains("COPY . /opt/tesuji")
        .contains("ENTRYPOINT [\"/opt/tesuji/tesuji\"]");
    JsonNode master = container("StatefulSet tesuji-master");
    JsonNode worker = container("Deployment tesuji-workers");
    for (JsonNode one : List.of(master, worker)) {
      assertThat(words(one.path("command")))
          .containsExactly("/opt/tesuji/cluster/kubernetes/spark-process");
    }
    assertThat(words(master.path("args")))
        .containsExactly("master", "tesuji-master-0.tesuji-master");
    assertThat(words(worker.path("args"))).containsExactly("worker", "$(POD_IP)", "8", MASTER);
    assertThat(worker.path("resources").path("requests").path("cpu").asString()).isEqualTo("8");
    for (JsonNode one : List.of(worker, container("Job tesuji-run"))) {
      JsonNode address = one.path("env").path(0);
      assertThat(address.path("name").asString()).isEqualTo("POD_IP");
      assertThat(address.path("valueFrom").path("fieldRef").path("fieldPath").asString())
          .isEqualTo("status.podIP");
    }
  }

  @Test
  void theJobAsksForTheWorkersThatThereAre() throws IOException {
    List<String> words = words(container("Job tesuji-run").path("args"));
    assertThat(words.getFirst()).isEqualTo("spark");
    SparkCommand command = new SparkCommand();
    new CommandLine(command).parseArgs(words.subList(1, words.size()).toArray(new String[0]));
    assertThat(command.master).isEqualTo(MASTER);
    JsonNode workers = object("Deployment tesuji-workers").path("spec");
    assertThat(command.executors).isEqualTo(workers.path("replicas").asInt());
    assertThat(Integer.toString(command.cores))
        .isEqualTo(words(container("Deployment tesuji-workers").path("args")).get(2));
    assertThat(command.weights).isEqualTo(Path.of("/runs/weights"));
    assertThat(command.conf).containsEntry("spark.driver.host", "$(POD_IP)");
    Path inImage = Path.of("/opt/tesuji").relativize(command.options.recipe);
    assertThat(ROOT.resolve(inImage)).isRegularFile();
  }

  @Test
  @EnabledIfSystemProperty(named = "tesuji.slow", matches = "true")
  void itsProcessesAreAClusterThatRunsARecipe() throws IOException, InterruptedException {
    SparkHere spark = SparkHere.orSkip();
    int port = 20_000 + (int) (ProcessHandle.current().pid() % 20_000);
    String master = "spark://127.0.0.1:" + port;
    Process first = process("master", port, "master", "127.0.0.1");
    Process worker = process("worker", port, "worker", "127.0.0.1", "1", master);
    try {
      Path log = folder.resolve("worker.log");
      while (worker.isAlive() && !Files.readString(log).contains("registered with master")) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
      Path said = folder.resolve("run.log");
      List<String> words =
          List.of(
              "spark",
              ROOT.resolve("recipes/r1-zero.yaml").toString(),
              "rl.steps=1",
              "compute.leaves=4",
              "evaluation.problems=8",
              "--master=" + master,
              "--wait=300",
              "--out=" + folder.resolve("run"));
      assertThat(spark.run(said, words)).as(Files.readString(said)).isZero();
    } finally {
      worker.descendants().forEach(ProcessHandle::destroy);
      worker.destroy();
      first.destroy();
    }
  }

  private Process process(String name, int port, String... arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of(KUBERNETES.resolve("spark-process").toString()));
    words.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("TESUJI_SPARK_PORT", Integer.toString(port));
    builder.environment().put("TMPDIR", folder.toString());
    return builder.start();
  }

  @Test
  void aProcessThatIsNotKnownIsRefused() throws IOException, InterruptedException {
    Process process = process("driver", 0, "driver");
    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(Files.readString(folder.resolve("driver.log")))
        .isEqualTo(
            "spark-process: must be told master HOST, or worker HOST CORES MASTER, got 'driver'\n");
  }
}
