package dev.tesuji.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.gguf.Quantization;
import dev.tesuji.serve.model.ServedModel;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.weights.GgufConverter;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The file that llama.cpp's server is given as a control.
class ScriptedModelTest {
  @TempDir Path folder;

  @Test
  @Timeout(60)
  void asGgufItSaysTheSame() {
    Path file = folder.resolve("scripted.gguf");
    GgufConverter.convert(TestServer.model(), file, Quantization.F32);
    LoadedModel loaded = LoadedModel.load(file, Dtype.FLOAT32, Device.CPU);
    List<ServedModel> models = List.of(new ServedModel("scripted", loaded, 1, 1, 8192));
    try (TestServer server = new TestServer(Duration.ofSeconds(20), models)) {
      for (String start : List.of("", "[think]", "[half]")) {
        String said = server.chat(start, "").json().at("/choices/0/message/content").asString();
        String want =
            start.equals("[think]")
                ? "The answer is café now"
                : start.isEmpty() ? "Hello world!" : "half";
        assertThat(said).isEqualTo(want);
      }
    }
  }
}
