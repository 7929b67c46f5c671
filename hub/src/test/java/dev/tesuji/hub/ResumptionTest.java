package dev.tesuji.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Downloads that are broken off: nothing that was had is read again, but for what was under way.
class ResumptionTest {
  private static final int SIZE = 6_000_000;
  private static final long CUT = 512 << 10;
  private static final long KILL = 1 << 20;

  @TempDir Path folder;
  private StubHub stub;
  private Path cache;

  @BeforeEach
  void start() throws IOException {
    stub = new StubHub();
    stub.with("config.json", "{}").with("tokenizer.json", "{}");
    stub.with("model-1.safetensors", SIZE).with("model-2.safetensors", SIZE / 3);
    cache = folder.resolve("cache");
  }

  @AfterEach
  void stop() {
    stub.close();
  }

  private Fetched hub() {
    return new Fetched(stub, cache);
  }

  private void requireWhole(Path snapshot) throws IOException {
    for (String file : List.of("model-1.safetensors", "model-2.safetensors")) {
      assertThat(Files.readAllBytes(snapshot.resolve(file))).isEqualTo(stub.content(file));
    }
  }

  @Test
  void fiftyCutsCostLittle() throws IOException {
    Random random = new Random(1);
    AtomicInteger cuts = new AtomicInteger();
    stub.faults.add((r, c) -> {
      if (!r.store() || cuts.get() >= 50) {
        return false;
      }
      cuts.incrementAndGet();
      byte[] content = stub.content(contentOf(r));
      int from = (int) r.from();
      int to = Math.min(content.length, from + Partial.SEGMENT);
      c.head(
          206,
          java.util.Map.of(
              "Content-Range", "bytes " + from + "-" + (to - 1) + "/" + content.length),
          to - from);
      c.write(content, from, from + random.nextInt(to - from));
      if (random.nextBoolean()) {
        c.cut();
      } else {
        c.reset();
      }
      return true;
    });
    requireWhole(hub().model("org/name"));
    assertThat(cuts).hasValue(50);
    long twice = stub.served.get() - SIZE - SIZE / 3;
    assertThat(twice).isLessThan(50 * CUT / 4); // a reset loses what was on its way
  }

  private String contentOf(StubHub.Request r) {
    String first = StubHub.sha256(stub.content("model-1.safetensors"));
    return r.path().endsWith(first) ? "model-1.safetensors" : "model-2.safetensors";
  }

  @Test
  void fiftyProcessesThatDieCostLittle() throws Exception {
    Random random = new Random(2);
    stub.pauseMicros = 100;
    int kills = 0;
    for (; kills < 50; kills++) {
      long before = stub.served.get();
      // A hub that is given up at a random moment leaves what a killed process leaves.
      long after = 20_000L + random.nextInt(350_000);
      stub.faults.clear();
      stub.faults.add((r, c) -> {
        if (r.store() && stub.served.get() - before > after) {
          c.cut();
          return true;
        }
        return false;
      });
      Fetched hub = hub();
      hub.patience = new Patience(1, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO);
      try {
        hub.model("org/name");
        break;
      } catch (dev.tesuji.check.BadInput e) {
        assertThat(e).hasMessageContaining("could not be reached");
      }
    }
    stub.faults.clear();
    requireWhole(hub().model("org/name"));
    assertThat(kills).isGreaterThan(8);
    assertThat(stub.served.get() - SIZE - SIZE / 3).isLessThan(kills * KILL);
    assertThat(unfinished()).isEmpty();
  }

  @Test
  void aBrokenJournalIsNotBelieved() throws IOException {
    String sha = StubHub.sha256(stub.content("model-1.safetensors"));
    Path blobs = Files.createDirectories(cache.resolve("models--org--name/blobs"));
    Files.write(blobs.resolve(sha + ".aaaaaaaa" + Partial.JOURNAL), new byte[40]);
    Files.write(blobs.resolve(sha + ".aaaaaaaa" + Partial.DATA), new byte[SIZE]);
    Files.write(blobs.resolve(sha + ".bbbbbbbb" + Partial.DATA), new byte[5]); // Python's
    requireWhole(hub().model("org/name"));
    assertThat(blobs.resolve(sha + ".aaaaaaaa" + Partial.DATA)).doesNotExist();
    assertThat(blobs.resolve(sha + ".bbbbbbbb" + Partial.DATA)).hasSize(5);
  }

  @Test
  void theJournalIsMadeBeforeTheBytes() throws IOException {
    Path blobs = Files.createDirectories(folder.resolve("blobs"));
    Path data = Files.createDirectory(blobs.resolve("abc.aaaaaaaa" + Partial.DATA));
    assertThatThrownBy(() -> Partial.at(data, 100)).isInstanceOf(IOException.class);
    assertThat(blobs.resolve("abc.aaaaaaaa" + Partial.JOURNAL)).exists();
  }

  /// What a kill leaves at each step: before the bytes are made, before the journal has its first
  /// line, after the bytes have gone to their place, and where the snapshot lacks its link.
  @Test
  void nothingStaysOfAKillAtAnyStep() throws IOException {
    Path blobs = Files.createDirectories(cache.resolve("models--org--name/blobs"));
    String first = StubHub.sha256(stub.content("model-1.safetensors"));
    String second = StubHub.sha256(stub.content("model-2.safetensors"));
    Files.createFile(blobs.resolve(first + ".aaaaaaaa" + Partial.JOURNAL));
    Files.createFile(blobs.resolve(second + ".aaaaaaaa" + Partial.JOURNAL));
    Files.createFile(blobs.resolve(second + ".aaaaaaaa" + Partial.DATA));
    Path snapshot = hub().model("org/name");
    requireWhole(snapshot);
    assertThat(unfinished()).isEmpty();

    Files.write(blobs.resolve(first + ".bbbbbbbb" + Partial.JOURNAL), new byte[40]);
    Files.delete(snapshot.resolve("model-1.safetensors"));
    requireWhole(hub().model("org/name"));
    assertThat(unfinished()).isEmpty();
    assertThat(stub.served.get()).isLessThan(SIZE + SIZE / 3 + 100_000);
  }

  @Test
  void copiesWithoutLinksThatAKillLeftAreOverwritten() throws IOException {
    Path config =
        hub().with("HF_HUB_DISABLE_SYMLINKS", "1").model("org/name").resolve("config.json");
    Files.delete(config);
    Files.writeString(config.resolveSibling(".config.json.copy"), "half");
    hub().with("HF_HUB_DISABLE_SYMLINKS", "1").model("org/name");
    assertThat(config).hasContent("{}").isRegularFile();
    try (var files = Files.list(config.resolveSibling(""))) {
      assertThat(files).noneMatch(f -> f.getFileName().toString().startsWith("."));
    }
  }

  private List<Path> unfinished() throws IOException {
    try (var files = Files.list(cache.resolve("models--org--name/blobs"))) {
      return files.filter(f -> f.toString().contains("incomplete")).toList();
    }
  }

  @Test
  void bytesThatWereSpoiledOnTheDiskAreFoundAndReadAgain() throws IOException {
    Fetched broken = hub();
    broken.patience = new Patience(1, Duration.ZERO, Duration.ZERO, Duration.ZERO);
    stub.faults.add((r, c) -> {
      if (r.store() && stub.served.get() > 2_000_000) {
        c.cut();
        return true;
      }
      return false;
    });
    assertThat(broken.failure("org/name")).contains("could not be reached");
    stub.faults.clear();
    List<Path> data;
    try (var files = Files.list(cache.resolve("models--org--name/blobs"))) {
      data = files.filter(f -> f.toString().endsWith(Partial.DATA)).toList();
    }
    assertThat(data).isNotEmpty();
    for (Path file : data) {
      byte[] bytes = Files.readAllBytes(file);
      for (int i = 0; i < bytes.length; i += 1000) {
        bytes[i]++;
      }
      Files.write(file, bytes);
    }
    requireWhole(hub().model("org/name"));
  }

  @Test
  void severalAtOnceReadOnce() throws Exception {
    stub.pauseMicros = 200;
    List<Future<Path>> all = new ArrayList<>();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 4; i++) {
        all.add(pool.submit(() -> hub().model("org/name")));
      }
    }
    for (Future<Path> each : all) {
      requireWhole(each.get());
    }
    assertThat(stub.served.get()).isLessThan(SIZE + SIZE / 3 + 100_000);
  }
}
