package dev.tesuji.nn;

import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.weights.ModelDirectory;
import dev.tesuji.weights.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// A tiny random model of a family with the numbers that transformers gets from it; see
/// `families/generate.py` among the test resources.
///
/// @param directory the model
/// @param reference its `reference.json`
public record FamilyFixture(Path directory, JsonNode reference) {
  /// The tolerance of logits in float32, that of the large fixtures.
  public static final Tolerance LOGITS = new Tolerance(1e-4, 2e-4);

  /// Lists all settings of all families.
  public static Stream<FamilyFixture> all() {
    Path folder = Fixtures.checkout().resolve("model/src/test/resources/families");
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isDirectory)
          .sorted()
          .map(d -> new FamilyFixture(d, Json.readObject(d.resolve("reference.json"))))
          .filter(f -> f.reference.has("lengths"))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Loads the model.
  public CausalLm load(Dtype dtype) {
    return ModelDirectory.load(directory, dtype, Device.CPU);
  }

  /// Reads the sequences.
  public List<int[]> sequences() {
    int[] ids;
    try (Safetensors file = Safetensors.open(directory.resolve("reference.safetensors"))) {
      ids = file.read("ids").toInts();
    }
    List<int[]> all = new ArrayList<>();
    int at = 0;
    for (JsonNode length : reference.path("lengths")) {
      all.add(Arrays.copyOfRange(ids, at, at + length.asInt()));
      at += length.asInt();
    }
    return all;
  }

  /// Reads the logits of all sequences, end to end.
  public float[] logits() {
    try (Safetensors file = Safetensors.open(directory.resolve("reference.safetensors"))) {
      return file.read("logits").toFloats();
    }
  }

  @Override
  public String toString() {
    return directory.getFileName().toString();
  }
}
