package dev.tesuji.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.hub.StubHub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Names on the hub on the command line, in processes that see a hub on this machine.
class HubCommandsTest {
  private static final Path MODEL = root().resolve("models/world-tiny");

  @TempDir Path folder;
  private StubHub stub;
  private Path snapshot;

  @BeforeEach
  void start() throws IOException {
    stub = new StubHub();
    for (String file :
        List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")) {
      stub.with(file, Files.readAllBytes(MODEL.resolve(file)));
    }
    snapshot = folder.resolve("cache/models--org--tiny/snapshots").resolve(StubHub.COMMIT);
  }

  @AfterEach
  void stop() {
    stub.close();
  }

  private static Path root() {
    String root = System.getProperty("tesuji.root");
    return Path.of(root == null ? ".." : root).toAbsolutePath().normalize();
  }

  private Child.Said run(Map<String, String> more, String... arguments) throws Exception {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("HF_ENDPOINT", stub.url());
    environment.put("HF_HUB_CACHE", folder.resolve("cache").toString());
    environment.put("HF_HOME", folder.toString());
    return Child.run(folder, environment, List.of(arguments));
  }

  private Child.Said run(String... arguments) throws Exception {
    return run(Map.of(), arguments);
  }

  @Test
  void fetchPrintsTheSnapshotLast() throws Exception {
    Child.Said said = run("fetch", "org/tiny");
    assertThat(said.status()).as(said.err()).isZero();
    assertThat(said.out()).isEqualTo(snapshot + "\n");
    assertThat(said.err()).contains("hf://org/tiny@main: 4 files, ");
    assertThat(snapshot.resolve("model.safetensors"))
        .hasSameBinaryContentAs(MODEL.resolve("model.safetensors"));
  }

  @Test
  void theReasonIsTheLastLineOfAFailure() throws Exception {
    Child.Said said = run("fetch", "org/tiny@v9");
    assertThat(said.status()).isEqualTo(2);
    assertThat(said.out()).isEmpty();
    assertThat(said.err().lines().toList())
        .endsWith("tesuji: hf://org/tiny@v9: the model has no revision 'v9'");
    said = run(Map.of("HF_HUB_OFFLINE", "1"), "inspect", "hf://org/tiny");
    assertThat(said.err().lines().toList().getLast())
        .contains("hf://org/tiny@main: HF_HUB_OFFLINE is set and the cache ");
  }

  @Test
  void commandsTakeNamesOnTheHubInThePlaceOfDirectories() throws Exception {
    Path in = Files.writeString(folder.resolve("in.jsonl"), "{\"text\": \"1 + 1\"}\n");
    Path out = folder.resolve("out.jsonl");
    for (String name : List.of("hf://org/tiny@v1", "org/tiny")) {
      Child.Said said =
          run("tokenize", "--model", name, "--in", in.toString(), "--out", out.toString());
      assertThat(said.status()).as(said.err()).isZero();
      assertThat(out).content().contains("\"ids\":[");
    }
    assertThat(run("inspect", "hf://org/tiny").out()).contains("special token").contains("family");
    assertThat(run("tokenize", "--model", "hf://org/tiny").err())
        .contains("Missing required options")
        .doesNotContain("hf://");
  }

  @Test
  void recipesTakeNamesOnTheHub() throws Exception {
    stub.with("train.jsonl", "{\"prompt\": \"1 + 1\", \"answer\": \"2\"}\n".repeat(8));
    Path recipe =
        Files.writeString(
            folder.resolve("recipe.yaml"),
            """
            name: named
            model: org/tiny@v1
            task: jsonl
            data: hf://datasets/org/sums/train.jsonl
            stages:
              - sft: {name: sft, data: "hf://datasets/org/sums/train.jsonl", epochs: 1}
            """);
    Child.Said said = run("run", recipe.toString(), "--dry-run");
    assertThat(said.out())
        .contains("Model: llama, 231,744 parameters")
        .contains("sft    sft   base  1.0 epochs  train.jsonl")
        .contains("snapshots/" + StubHub.COMMIT + "/train.jsonl:1: is of shape prompt_only");
    assertThat(snapshot.resolve("config.json")).exists();
    assertThat(folder.resolve("cache/datasets--org--sums/snapshots/" + StubHub.COMMIT))
        .isDirectory();
  }

  @Test
  void processesThatAreKilledGoOnWhereTheyWere() throws Exception {
    stub.with("more.safetensors", 6_000_000);
    stub.pauseMicros = 500;
    Random random = new Random(3);
    long all = 6_000_000 + Files.size(MODEL.resolve("model.safetensors"));
    int kills = 0;
    for (; kills < 4; kills++) {
      long before = stub.served.get();
      Process process =
          Child.start(
              folder.resolve("log"),
              Map.of("HF_ENDPOINT", stub.url(), "HF_HUB_CACHE", folder.resolve("cache").toString()),
              List.of("fetch", "org/tiny"));
      long until = before + 200_000 + random.nextInt(1_200_000);
      while (process.isAlive() && stub.served.get() < until) {
        process.waitFor(2, TimeUnit.MILLISECONDS);
      }
      process.destroyForcibly().waitFor();
    }
    stub.pauseMicros = 0;
    Child.Said said = run("fetch", "org/tiny");
    assertThat(said.status()).as(said.err()).isZero();
    assertThat(said.err()).contains("of it here already");
    assertThat(Files.readAllBytes(snapshot.resolve("more.safetensors")))
        .isEqualTo(stub.content("more.safetensors"));
    assertThat(stub.served.get()).isLessThan(all + kills * (1L << 20) + 300_000);
    List<Path> left = new ArrayList<>();
    try (var files = Files.list(folder.resolve("cache/models--org--tiny/blobs"))) {
      files.filter(f -> f.toString().contains("incomplete")).forEach(left::add);
    }
    assertThat(left).isEmpty();
  }
}
