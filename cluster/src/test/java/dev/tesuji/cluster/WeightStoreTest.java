package dev.tesuji.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.NewModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightStoreTest {
  @TempDir private Path folder = Path.of("");

  private WeightStore store = WeightStore.at(Path.of(""));
  private LoadedModel model;

  @BeforeEach
  void load() {
    new NewModel(1, 16, 24, 2, 1, 64).create(folder.resolve("model"), 5);
    model = LoadedModel.load(folder.resolve("model"), Dtype.FLOAT32, Device.CPU);
    store = WeightStore.at(folder.resolve("weights"));
  }

  @AfterEach
  void close() {
    model.close();
  }

  private void move() {
    try (NoGrad _ = NoGrad.on()) {
      model.decoder().parameters().getFirst().tensor().mul_(1.5);
    }
  }

  private long folders() throws IOException {
    try (Stream<Path> all = Files.list(folder.resolve("weights"))) {
      return all.count();
    }
  }

  @Test
  void theSameWeightsAreOneVersion() throws IOException {
    assertThat(store.publish(model, _ -> {})).isEqualTo(store.publish(model, _ -> {}));
    assertThat(folders()).isEqualTo(1);
  }

  @Test
  void weightsThatMovedAreAnotherVersionOfTheSameBuild() {
    WeightStore.Version before = store.publish(model, _ -> {});
    move();
    WeightStore.Version after = store.publish(model, _ -> {});
    assertThat(after.hash()).isNotEqualTo(before.hash());
    assertThat(after.build()).isEqualTo(before.build());
    assertThat(Path.of(after.folder()).getFileName()).hasToString(after.hash());
  }

  @Test
  void oldVersionsGoAndAllAtTheEnd() throws IOException {
    WeightStore.Version first = store.publish(model, _ -> {});
    for (int i = 0; i < 10; i++) {
      move();
      store.publish(model, _ -> {});
    }
    assertThat(folders()).isEqualTo(8);
    assertThatThrownBy(() -> WeightStore.verify(first))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the published weights are not there")
        .hasMessageContaining("--weights DIR");
    store.clear();
    assertThat(folder.resolve("weights")).doesNotExist();
  }

  @Test
  void whatIsReadIsWhatWasPublishedOrRefused() throws IOException {
    WeightStore.Version version = store.publish(model, _ -> {});
    WeightStore.verify(version);
    try (LoadedModel read =
        LoadedModel.load(Path.of(version.folder()), Dtype.FLOAT32, Device.CPU)) {
      assertThat(store.publish(read, _ -> {})).isEqualTo(version);
    }
    Path file = Path.of(version.folder(), "model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> WeightStore.verify(version))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the published weights are damaged: their hash is ");
  }
}
