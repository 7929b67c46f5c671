package dev.tesuji.nn;

import dev.tesuji.compute.TokenBatch;
import dev.tesuji.json.Json;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Ordeal;
import dev.tesuji.weights.ModelDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/// Reads broken configurations beside whole weights; those that are accepted make a model that
/// reads tokens.
@ExtendWith(LeakCheck.class)
class ConfigFuzzTest {
  private static final int CASES = Integer.getInteger("tesuji.fuzz.cases", 2500);

  @TempDir private Path folder = Path.of("");

  @Test
  void aBrokenConfigurationMakesAModelOrIsRefusedInASentence() throws Exception {
    List<Path> models =
        Stream.concat(
                ModelFixture.batched().map(ModelFixture::directory),
                FamilyFixture.all().map(FamilyFixture::directory))
            .distinct()
            .toList();
    List<ObjectNode> configs = new ArrayList<>();
    for (Path model : models) {
      Path copy = Files.createDirectory(folder.resolve(model.getFileName()));
      Files.copy(model.resolve("model.safetensors"), copy.resolve("model.safetensors"));
      configs.add(Json.readObject(model.resolve("config.json")));
      configs.add(Json.readObject(model.resolve("config.legacy.json")));
    }
    try (Ordeal ordeal = new Ordeal(folder)) {
      ordeal.run(
          CASES,
          mutations -> {
            int which = mutations.below(configs.size());
            Path copy = folder.resolve(models.get(which / 2).getFileName());
            Files.write(copy.resolve("config.json"), mutations.jsonFile(configs.get(which)));
            return new Ordeal.Trial(size(copy), () -> use(copy));
          });
      ordeal.requireBoth();
    }
  }

  private static void use(Path directory) {
    try (CausalLm model = ModelDirectory.load(directory, Dtype.FLOAT32, Device.CPU);
        NoGrad _ = NoGrad.on()) {
      model.logits(
          model.hidden(TokenBatch.of(List.of(new int[] {1, 2, 3}, new int[] {4}), Device.CPU)));
    }
  }

  private static long size(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.mapToLong(f -> f.toFile().length()).sum();
    }
  }
}
