package dev.tesuji.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The way without faults: what is fetched, where it lies, and when nobody is asked.
class FetchTest {
  private static final String COMMIT = StubHub.COMMIT;

  @TempDir Path folder;
  private StubHub stub;
  private Path cache;
  private Fetched hub;

  @BeforeEach
  void start() throws IOException {
    stub = new StubHub();
    stub.with("config.json", "{}").with("tokenizer.json", "{\"a\":1}").with("README.md", "words");
    stub.with("model.safetensors", 700_000).with("onnx/model.onnx", 10).with("sub/vocab.txt", "a");
    cache = folder.resolve("cache");
    hub = new Fetched(stub, cache);
  }

  @AfterEach
  void stop() {
    stub.close();
  }

  private static List<String> files(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(f -> !Files.isDirectory(f))
          .map(f -> root.relativize(f).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void aModelsNeededFilesAreLaidOutAsPythonDoes() throws IOException {
    Path snapshot = hub.model("org/name");
    Path storage = cache.resolve("models--org--name");
    assertThat(snapshot).isEqualTo(storage.resolve("snapshots").resolve(COMMIT));
    assertThat(files(snapshot))
        .containsExactly("config.json", "model.safetensors", "sub/vocab.txt", "tokenizer.json");
    assertThat(Files.readAllBytes(snapshot.resolve("model.safetensors")))
        .isEqualTo(stub.content("model.safetensors"));
    String sha = StubHub.sha256(stub.content("model.safetensors"));
    assertThat(Files.readSymbolicLink(snapshot.resolve("model.safetensors")))
        .isEqualTo(Path.of("../../blobs/" + sha));
    assertThat(Files.readSymbolicLink(snapshot.resolve("sub/vocab.txt")))
        .isEqualTo(Path.of("../../../blobs/" + StubHub.gitBlob(stub.content("sub/vocab.txt"))));
    assertThat(storage.resolve("refs/main")).hasContent(COMMIT);
    assertThat(cache.resolve("CACHEDIR.TAG"))
        .content()
        .startsWith("Signature: 8a477f597d28d172789f06886806bc55");
    assertThat(cache.resolve(".locks/models--org--name/" + sha + ".lock")).exists();
    assertThat(files(storage.resolve("blobs"))).noneMatch(f -> f.contains("incomplete"));
  }

  @Test
  void ofADataSetEveryFileIsNeeded() throws IOException {
    Path snapshot = hub.dataset("org/name");
    assertThat(snapshot).isEqualTo(cache.resolve("datasets--org--name/snapshots").resolve(COMMIT));
    assertThat(files(snapshot)).hasSize(6);
    assertThat(cache.resolve("datasets--org--name/trees/" + COMMIT + ".json")).exists();
  }

  @Test
  void patternsSayWhatIsTaken() throws IOException {
    assertThat(files(hub.model("org/name", "*.md", "onnx/*")))
        .containsExactly("README.md", "onnx/model.onnx");
    assertThat(files(hub.dataset("org/name", "sub"))).containsExactly("sub/vocab.txt");
  }

  @Test
  void aFileCanBeNamedByItself() throws IOException {
    stub.with("q8.gguf", 1000);
    Path snapshot = hub.model("hf://org/name@v1/q8.gguf");
    assertThat(files(snapshot)).containsExactly("q8.gguf");
    assertThat(hub.failure("org/name/q4.gguf"))
        .isEqualTo("hf://org/name@main: the model has no file 'q4.gguf'");
    assertThat(cache.resolve("models--org--name/.no_exist/" + COMMIT + "/q4.gguf")).exists();
  }

  @Test
  void whatIsHereIsNotReadAgain() {
    hub.model("org/name");
    long served = stub.served.get();
    stub.requests.clear();
    hub.model("org/name");
    assertThat(stub.paths("HEAD")).isEmpty();
    assertThat(stub.paths("GET")).containsExactly("/api/models/org/name/revision/main");
    assertThat(stub.served.get() - served).isLessThan(1000);
  }

  @Test
  void aCommitInTheCacheNeedsNoNetwork() {
    Path first = hub.model("org/name@" + COMMIT);
    stub.close();
    assertThat(hub.model("org/name@" + COMMIT)).isEqualTo(first);
  }

  @Test
  void offlineTheCacheIsTaken() {
    Path first = hub.model("org/name");
    stub.requests.clear();
    assertThat(hub.with("HF_HUB_OFFLINE", "1").model("org/name")).isEqualTo(first);
    assertThat(stub.requests).isEmpty();
    assertThat(hub.failure("org/other"))
        .isEqualTo(
            "hf://org/other@main: HF_HUB_OFFLINE is set and the cache "
                + cache
                + " has no copy of this model; fetch it once with the network");
  }

  @Test
  void halfAModelOfflineIsRefused() throws IOException {
    Path snapshot = hub.model("org/name");
    Files.delete(snapshot.resolve("model.safetensors"));
    hub.with("TRANSFORMERS_OFFLINE", "yes");
    assertThat(hub.failure("org/name"))
        .isEqualTo(
            "hf://org/name@main: HF_HUB_OFFLINE is set and the cache "
                + cache
                + " has half a copy, without 'model.safetensors'; fetch it once with the network");
    assertThat(hub.failure("org/name@" + COMMIT)).contains("without 'model.safetensors'");
  }

  @Test
  void whatPythonLeftIsTakenOfflineWhereItCanCompute() throws IOException {
    Path storage = cache.resolve("models--org--name");
    Path snapshot = storage.resolve("snapshots").resolve(COMMIT);
    Files.createDirectories(snapshot);
    Files.createDirectories(storage.resolve("refs"));
    Files.writeString(storage.resolve("refs/main"), COMMIT);
    Files.writeString(snapshot.resolve("config.json"), "{}");
    Files.writeString(
        snapshot.resolve("model.safetensors.index.json"),
        "{\"weight_map\":{\"a\":\"m-1.safetensors\",\"b\":\"m-2.safetensors\"}}");
    Files.writeString(snapshot.resolve("m-1.safetensors"), "x");
    hub.with("HF_HUB_OFFLINE", "1");
    assertThat(hub.failure("org/name")).contains("has half a copy, without 'm-2.safetensors'");
    Files.writeString(snapshot.resolve("m-2.safetensors"), "x");
    assertThat(hub.model("org/name")).isEqualTo(snapshot);
  }

  @Test
  void whereTheHubIsDownTheCacheIsTakenAndSaid() {
    Path first = hub.model("org/name");
    stub.close();
    assertThat(hub.model("org/name")).isEqualTo(first);
    assertThat(hub.said())
        .contains("Note: hf://org/name@main: the hub could not be reached")
        .contains("taking the copy in the cache");
  }

  @Test
  void filesAreCopiedWhereLinksAreNotWanted() throws IOException {
    Path snapshot = hub.with("HF_HUB_DISABLE_SYMLINKS", "1").model("org/name");
    assertThat(snapshot.resolve("config.json")).isRegularFile();
    assertThat(Files.isSymbolicLink(snapshot.resolve("config.json"))).isFalse();
    stub.requests.clear();
    hub.model("org/name");
    assertThat(stub.paths("HEAD")).isEmpty();
  }

  @Test
  void aBlobThatIsALinkIntoASharedStoreIsReadThroughAndStays() throws IOException {
    byte[] weights = stub.content("model.safetensors");
    Path shared = Files.write(folder.resolve("shared"), weights);
    Path blobs = Files.createDirectories(cache.resolve("models--org--name/blobs"));
    Path blob = Files.createSymbolicLink(blobs.resolve(StubHub.sha256(weights)), shared);
    Path snapshot = hub.model("org/name");
    assertThat(Files.readAllBytes(snapshot.resolve("model.safetensors"))).isEqualTo(weights);
    assertThat(Files.isSymbolicLink(blob)).isTrue();
    assertThat(stub.requests).noneMatch(StubHub.Request::store);
  }

  @Test
  void anotherRevisionTakesTheBlobsThatAreHere() {
    hub.model("org/name");
    stub.requests.clear();
    hub.model("org/name@v1");
    assertThat(stub.requests).noneMatch(StubHub.Request::store);
    assertThat(cache.resolve("models--org--name/refs/v1")).hasContent(COMMIT);
  }

  @Test
  void aHubWithoutTreesIsListedByTheRevision() throws IOException {
    stub.listsTrees = false;
    assertThat(files(hub.model("org/name"))).hasSize(4);
  }

  @Test
  void progressHasNumbersWithoutATerminal() {
    hub.model("org/name");
    assertThat(hub.said())
        .contains("hf://org/name@main: 4 files, 700.0 kB")
        .containsPattern("hf://org/name@main: 700\\.0 kB in \\d+s, [\\d.]+ [kMG]B/s");
  }

  @Test
  void emptyFilesAreFiles() throws IOException {
    stub.with("empty.txt", "");
    assertThat(hub.model("org/name").resolve("empty.txt")).hasContent("");
  }
}
