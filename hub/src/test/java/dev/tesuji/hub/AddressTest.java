package dev.tesuji.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import dev.tesuji.hub.Repository.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Names on the hub: what they mean, and which are refused.
class AddressTest {
  @TempDir Path folder;

  private static Address model(String text) {
    return Address.of(text, Kind.MODEL);
  }

  @Test
  void anAddressHasARepositoryARevisionAndAPath() {
    Address a = model("hf://org/My-model_1.5@v2/sub/file.gguf");
    assertThat(a.repository()).isEqualTo(new Repository(Kind.MODEL, "org", "My-model_1.5"));
    assertThat(a.revision()).isEqualTo("v2");
    assertThat(a.path()).isEqualTo("sub/file.gguf");
    assertThat(a).hasToString("hf://org/My-model_1.5@v2");
  }

  @Test
  void mainIsMeantWhereNoRevisionIsNamed() {
    assertThat(model("org/name").revision()).isEqualTo("main");
    assertThat(model("hf://org/name/").path()).isNull();
  }

  @Test
  void dataSetsAreNamedAsSuchOrMeantByTheirPlace() {
    assertThat(model("hf://datasets/org/name@main/data/*.parquet"))
        .isEqualTo(
            new Address(new Repository(Kind.DATASET, "org", "name"), "main", "data/*.parquet"));
    assertThat(Address.of("hf://org/name", Kind.DATASET))
        .hasToString("hf://datasets/org/name@main");
    assertThat(Address.of("hf://models/org/name", Kind.DATASET).repository().kind())
        .isEqualTo(Kind.MODEL);
  }

  @Test
  void aPathThatHasSwallowedASlashIsRead() {
    assertThat(model(Path.of("hf://org/name").toString())).isEqualTo(model("hf://org/name"));
  }

  @Test
  void revisionsMayHaveSlashes() {
    assertThat(model("org/name@refs/pr/3").revision()).isEqualTo("refs/pr/3");
    assertThat(model("org/name@feature%2Fx/f.gguf").revision()).isEqualTo("feature/x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf://name",
        "hf://",
        "hf://../name",
        "hf://org/..",
        "hf://org/a..b",
        "hf://org/a--b",
        "hf://org/.a",
        "hf://org/a.",
        "hf://org/a.git",
        "hf://org/a b",
        "hf://org/a?b",
        "hf://org/name@..",
        "hf://org/name@a..b",
        "hf://org/name@-x",
        "hf://org/name@a%2F..%2Fb",
        "hf://org/name@",
        "hf://org/name/../x",
        "hf://org/name/a/./b",
        "hf://org/name//b",
        "hf://org/name/a\\b",
        "hf://org\n/name"
      })
  void oddNamesAreRefused(String text) {
    assertThatThrownBy(() -> model(text))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("must be hf://OWNER/NAME[@REVISION][/FILE] of a model");
  }

  @Test
  void whatIsHereIsAPath() throws Exception {
    Path here = Files.createDirectories(folder.resolve("org/name"));
    assertThat(HubPaths.address(here, "org/name", Kind.MODEL)).isEmpty();
    assertThat(HubPaths.model(here)).isEqualTo(here);
    assertThat(HubPaths.address(folder.resolve("x"), "org/name", Kind.MODEL))
        .contains(model("org/name"));
  }

  @Test
  void aPathInTheCacheHasAnOrigin() {
    String commit = "0123456789abcdef0123456789abcdef01234567";
    Path model = Path.of("/c/hub/models--org--a-model/snapshots/" + commit);
    assertThat(HubPaths.origin(model))
        .map(Address::toString)
        .hasValue("hf://org/a-model@" + commit);
    assertThat(HubPaths.origin(model.resolve("x.gguf"))).map(Address::id).hasValue("org/a-model");
    assertThat(HubPaths.origin(Path.of("/models/base"))).isEmpty();
    assertThat(
            HubPaths.named(
                "data: \"/my cache/datasets--o--d/snapshots/%s/a.jsonl\"".formatted(commit)))
        .contains("hf://datasets/o/d@" + commit + "/a.jsonl");
    assertThat(HubPaths.named("model: " + model)).isEqualTo("model: hf://org/a-model@" + commit);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"name", "./name", "../name", "/org/name", "a/b/c", "a/b.gguf", "runs/x y", ""})
  void whatHasNotTheFormIsAPath(String text) {
    assertThat(HubPaths.address(folder.resolve("x"), text, Kind.MODEL)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"data/train.jsonl", "data/train.JSON.gz", "a/b.parquet", "data/*.csv"})
  void whatHasTheEndingOfADataFileIsAPath(String text) {
    assertThat(HubPaths.address(folder.resolve("x"), text, Kind.DATASET)).isEmpty();
  }
}
