package dev.tesuji.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import dev.tesuji.hub.StubHub.Request;
import dev.tesuji.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The upload of a directory.
class PushTest {
  private static final byte[] NOTHING = new byte[0];

  @TempDir Path folder;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>();
  private StubHub stub;
  private Path model;

  @BeforeEach
  void start() throws IOException {
    stub = new StubHub();
    model = Files.createDirectories(folder.resolve("model"));
    Files.writeString(model.resolve("config.json"), "{\"a\": 1}");
    Files.writeString(model.resolve("run.log"), "words");
    Files.createDirectories(model.resolve(".git"));
    Files.writeString(model.resolve(".git/config"), "secret");
    Files.write(model.resolve("model-1.safetensors"), bytes(1, 700_001));
    Files.write(model.resolve("model-2.safetensors"), bytes(2, 1000));
    environment.put("HF_ENDPOINT", stub.url());
    environment.put("HF_HOME", folder.toString());
    environment.put("HF_TOKEN", "hf_writes");
  }

  @AfterEach
  void stop() {
    stub.close();
  }

  private static byte[] bytes(int seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private URI push(@Nullable Path tokenFile, boolean hidden) {
    Meter meter = new Meter(new PrintStream(said, true, StandardCharsets.UTF_8), false, "up");
    return new Hub(HubSettings.of(environment))
        .push(
            model,
            Address.of("org/made", Repository.Kind.MODEL),
            new Hub.Upload(tokenFile, hidden, meter, Fetched.QUICK));
  }

  private JsonNode created() {
    return stub.requests.stream()
        .filter(r -> r.path().equals("/api/repos/create"))
        .map(r -> Json.MAPPER.readTree(r.body()))
        .findFirst()
        .orElseThrow();
  }

  private List<JsonNode> commit() {
    return stub.requests.stream()
        .filter(r -> r.path().equals("/api/models/org/made/commit/main"))
        .flatMap(r -> new String(r.body(), StandardCharsets.UTF_8).lines())
        .map(Json.MAPPER::readTree)
        .toList();
  }

  @Test
  void oneCommitNamesAllFilesAndTheStoreHasTheLargeOnes() {
    assertThat(push(null, true)).hasToString(stub.url() + "/org/made");
    JsonNode created = created();
    assertThat(created.path("name").asString("")).isEqualTo("made");
    assertThat(created.path("organization").asString("")).isEqualTo("org");
    assertThat(created.path("type").asString("")).isEqualTo("model");
    assertThat(created.path("private").asBoolean()).isTrue();
    for (byte[] weights : List.of(bytes(1, 700_001), bytes(2, 1000))) {
      assertThat(stub.uploaded.get(StubHub.sha256(weights))).isEqualTo(weights);
    }
    List<JsonNode> lines = commit();
    assertThat(lines.stream().map(l -> l.path("key").asString("")))
        .containsExactly("header", "file", "lfsFile", "lfsFile");
    JsonNode small = lines.get(1).path("value");
    assertThat(small.path("path").asString("")).isEqualTo("config.json");
    assertThat(Base64.getDecoder().decode(small.path("content").asString("")))
        .asString()
        .isEqualTo("{\"a\": 1}");
    JsonNode large = lines.get(2).path("value");
    assertThat(large.path("path").asString("")).isEqualTo("model-1.safetensors");
    assertThat(large.path("size").asInt()).isEqualTo(700_001);
    assertThat(large.path("oid").asString("")).isEqualTo(StubHub.sha256(bytes(1, 700_001)));
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("hf://org/made@main: made a private repository")
        .contains("hf://org/made@main: the repository ignores run.log")
        .contains("up: 3 files, 701.0 kB");
  }

  @Test
  void theTokenGoesToTheHubAlone() {
    push(null, false);
    assertThat(created().path("private").asBoolean()).isFalse();
    assertThat(stub.requests)
        .allSatisfy(r ->
            assertThat(r.header("authorization")).isEqualTo(r.store() ? null : "Bearer hf_writes"));
    assertThat(stub.requests).filteredOn(Request::store).hasSize(4);
  }

  @Test
  void withoutATokenThatIsGivenForItNothingIsSent() throws IOException {
    environment.remove("HF_TOKEN");
    Files.writeString(folder.resolve("token"), "hf_of_a_login");
    assertThatThrownBy(() -> push(null, true))
        .isInstanceOf(BadInput.class)
        .hasMessage(
            "hf://org/made@main: an upload needs a token that is given for it: set HF_TOKEN, or add"
                + " --token-file FILE");
    assertThat(stub.requests).isEmpty();
    Path file = Files.writeString(folder.resolve("given"), "hf_file\n");
    push(file, true);
    assertThat(stub.requests)
        .filteredOn(r -> !r.store())
        .allSatisfy(r -> assertThat(r.header("authorization")).isEqualTo("Bearer hf_file"));
    assertThatThrownBy(() -> push(folder.resolve("none"), true))
        .hasMessage(folder.resolve("none") + ": must hold a token of the hub, got no such thing");
  }

  @Test
  void whatTheHubHasIsNotSentAgain() {
    push(null, true);
    stub.requests.clear();
    push(null, true);
    assertThat(stub.requests).noneMatch(Request::store);
    assertThat(commit()).hasSize(4);
  }

  @Test
  void aStoreThatIsIllIsAskedAgain() {
    AtomicInteger left = new AtomicInteger(3);
    stub.faults.add((r, c) -> {
      if (!r.store() || left.getAndDecrement() <= 0) {
        return false;
      }
      if (left.get() == 1) {
        c.reset();
      } else {
        c.reply(500, Map.of(), NOTHING);
      }
      return true;
    });
    push(null, true);
    assertThat(stub.uploaded).hasSize(2);
  }

  @Test
  void aRepositoryThatIsThereIsAddedTo() {
    stub.faults.add((r, c) -> {
      boolean create = r.path().equals("/api/repos/create");
      if (create) {
        c.reply(409, Map.of(), NOTHING);
      } else if (r.path().equals("/api/models/org/made")) {
        c.reply(200, Map.of(), "{\"private\":false}".getBytes(StandardCharsets.UTF_8));
        return true;
      }
      return create;
    });
    push(null, true);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("hf://org/made@main: adding to the repository that is there, which is public");
  }

  @Test
  void aTokenThatMayNotWriteIsSaid() {
    stub.faults.add((_, c) -> {
      c.reply(403, Map.of("X-Error-Message", "Read only."), NOTHING);
      return true;
    });
    assertThatThrownBy(() -> push(null, true))
        .hasMessage(
            "hf://org/made@main: the token may not write to this repository (status 403: Read"
                + " only); make one with write access on "
                + stub.url()
                + "/settings/tokens");
  }

  @Test
  void onlyADirectoryWithFilesIsSent() throws IOException {
    model = Files.createDirectories(folder.resolve("empty"));
    assertThatThrownBy(() -> push(null, true)).hasMessage(model + ": has no file to upload");
    model = folder.resolve("none");
    assertThatThrownBy(() -> push(null, true))
        .hasMessage(model + ": must be a directory to upload");
    assertThat(stub.requests).isEmpty();
  }
}
