package dev.tesuji.nn;

import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.weights.AdapterDirectory;
import dev.tesuji.weights.ModelDirectory;
import dev.tesuji.weights.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// A model directory of the fixtures with its reference numbers.
///
/// @param directory the folder
/// @param reference its `reference.json`
public record ModelFixture(Path directory, JsonNode reference) {
  /// Lists the fixtures.
  public static Stream<ModelFixture> all() {
    return Fixtures.list("models").stream()
        .filter(d -> Files.exists(d.resolve("model.safetensors")))
        .filter(d -> Files.exists(d.resolve("reference.safetensors")))
        .map(ModelFixture::at);
  }

  /// Lists those that were made with padded batches (the pretrained one has texts instead), and the
  /// families'.
  public static Stream<ModelFixture> batched() {
    return Stream.concat(all().filter(f -> f.reference().has("grad")), families());
  }

  /// Lists the tiny models of families that were made with padded batches; see
  /// `families/generate.py` among the test resources.
  public static Stream<ModelFixture> families() {
    Path folder = Fixtures.checkout().resolve("model/src/test/resources/families");
    try (Stream<Path> all = Files.list(folder)) {
      return all
          .filter(f -> Files.exists(f.resolve("reference.json")))
          .sorted()
          .map(f -> new ModelFixture(f, Json.readObject(f.resolve("reference.json"))))
          .filter(f -> f.reference.has("padded"))
          .map(f -> new ModelFixture(f.directory, f.reference.path("padded")))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Lists those with gradients and training steps: the padded ones and the adapter.
  public static Stream<ModelFixture> trained() {
    return Stream.concat(batched(), Stream.of(adapter()));
  }

  /// Opens the fixture in a folder.
  public static ModelFixture at(Path directory) {
    return new ModelFixture(directory, Json.readObject(directory.resolve("reference.json")));
  }

  /// Opens the adapter's fixture.
  public static ModelFixture adapter() {
    return at(Fixtures.require("lora"));
  }

  /// Returns the fixture of the model that this one's adapter belongs to; itself for a whole model.
  public ModelFixture base() {
    return AdapterDirectory.isAdapter(directory)
        ? at(Fixtures.require(reference.path("base_model").asString()))
        : this;
  }

  /// Returns its `config.json`.
  public JsonNode config() {
    return Json.readObject(directory.resolve("config.json"));
  }

  /// Returns the name of a parameter in the reference numbers.
  public String nameOf(String parameter) {
    return AdapterDirectory.isAdapter(directory) ? "base_model.model." + parameter : parameter;
  }

  /// Loads the model in float32, with its adapter where the fixture is one.
  public CausalLm load() {
    if (AdapterDirectory.isAdapter(directory)) {
      CausalLm model = base().load();
      AdapterDirectory.load(model, directory);
      return model;
    }
    return ModelDirectory.load(directory, Dtype.FLOAT32, Device.CPU);
  }

  /// Copies the fixture to a folder, with the older layout of the configuration.
  public ModelFixture withLegacyConfig(Path target) {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
      Files.copy(
          directory.resolve("config.legacy.json"),
          target.resolve("config.json"),
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ModelFixture(target, reference);
  }

  /// The padded reference batch of one side, and where its real tokens are.
  ///
  /// @param sequences the rows without their padding
  /// @param rows per row the first real column
  public record Batch(List<int[]> sequences, List<Integer> rows) {}

  /// Reads the reference batch that was padded on `side` (`left` or `right`).
  public Batch batch(String side) {
    try (Safetensors file = Safetensors.open(directory.resolve("reference.safetensors"))) {
      Tensor ids = file.read("input_ids_" + side);
      long[] flat = ids.toLongs();
      long[] mask = file.read("attention_mask_" + side).toLongs();
      int width = (int) ids.size(1);
      List<int[]> sequences = new ArrayList<>();
      List<Integer> firsts = new ArrayList<>();
      for (int r = 0; r < ids.size(0); r++) {
        int first = 0;
        while (mask[r * width + first] == 0) {
          first++;
        }
        int length = 0;
        while (first + length < width && mask[r * width + first + length] == 1) {
          length++;
        }
        int[] sequence = new int[length];
        for (int t = 0; t < length; t++) {
          sequence[t] = (int) flat[r * width + first + t];
        }
        sequences.add(sequence);
        firsts.add(first);
      }
      return new Batch(sequences, firsts);
    }
  }

  /// Reads the real positions of a reference tensor `[B, T]` or `[B, T, V]`, end to end.
  public float[] real(String name, Batch batch) {
    try (Safetensors file = Safetensors.open(directory.resolve("reference.safetensors"))) {
      Tensor all = file.read(name);
      List<Tensor> parts = new ArrayList<>();
      for (int r = 0; r < batch.sequences().size(); r++) {
        parts.add(all.select(0, r).narrow(0, batch.rows().get(r), batch.sequences().get(r).length));
      }
      return Tensor.cat(parts, 0).toFloats();
    }
  }

  /// Returns the tolerance of that name.
  public Tolerance tolerance(String name) {
    JsonNode own = reference.path("tolerance").path(name);
    JsonNode node = own.isMissingNode() ? base().reference.path("tolerance").path(name) : own;
    return new Tolerance(node.path("rtol").asDouble(), node.path("atol").asDouble());
  }

  @Override
  public String toString() {
    return directory.getFileName().toString();
  }
}
