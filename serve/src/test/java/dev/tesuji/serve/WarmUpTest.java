package dev.tesuji.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.serve.model.ServedModel;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A model that generates before anyone asks.
@Timeout(60)
class WarmUpTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"1, 0, 2", "2, 0, 100", "16, 4, 2048"})
  void leavesNothingBehindHoweverLittleRoomThereIs(int rows, int waiting, int context) {
    Path model = RandomModel.write(folder, 32, 32, 1, 2);
    LoadedModel loaded = LoadedModel.load(model, Dtype.FLOAT32, Device.CPU);
    ServedModel.Room room = new ServedModel.Room(rows, waiting, context, 1 << 20);
    try (ServedModel served = new ServedModel("warm", loaded, room)) {
      served.warmUp();
      assertThat(served.engine().hasWork()).isFalse();
      assertThat(served.engine().running()).isZero();
    }
  }
}
