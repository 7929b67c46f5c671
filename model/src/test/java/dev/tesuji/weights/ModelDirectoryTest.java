package dev.tesuji.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.check.BadInput;
import dev.tesuji.compute.choice.Decoders;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ModelFixture;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Memory;
import dev.tesuji.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

@ExtendWith(LeakCheck.class)
class ModelDirectoryTest {
  @TempDir private Path folder = Path.of("");

  private static ModelFixture qwen() {
    return ModelFixture.at(Fixtures.require("models/qwen2"));
  }

  /// Returns a number of the fixture's configuration.
  private static int number(String field) {
    return Json.readObject(qwen().directory().resolve("config.json")).path(field).intValue();
  }

  private static CausalLm load(Path directory) {
    return ModelDirectory.load(directory, Dtype.FLOAT32, Device.CPU);
  }

  private void refused(String message) {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> load(folder).close())
        .withMessage(message);
  }

  @Test
  void aSavedModelIsTheSameInOneFileAndInShards() {
    ModelFixture fixture = qwen();
    ModelFiles files = ModelFiles.read(fixture.directory());
    try (CausalLm model = fixture.load()) {
      for (long shard : new long[] {ModelDirectory.SHARD_BYTES, 100_000}) {
        Path target = folder.resolve("shards" + shard);
        ModelDirectory.save(model, files, target, shard);
        try (CausalLm again = load(target)) {
          Map<String, Tensor> want = ModelDirectory.weights(model);
          Map<String, Tensor> got = ModelDirectory.weights(again);
          assertThat(got.keySet()).isEqualTo(want.keySet());
          got.forEach((name, tensor) ->
              assertThat(tensor.toFloats())
                  .as(name)
                  .isEqualTo(want.getOrDefault(name, tensor).toFloats()));
        }
        assertThat(Files.exists(target.resolve("model.safetensors.index.json")))
            .isEqualTo(shard == 100_000);
        assertThat(Json.readObject(target.resolve("config.json")))
            .isEqualTo(Json.readObject(fixture.directory().resolve("config.json")));
      }
    }
  }

  @Test
  void aFolderWithoutConfigIsNamed() {
    refused(folder + ": has no config.json, so it is not a Hugging Face model directory");
  }

  @Test
  void anUnknownArchitectureIsNamedWithTheKnownOnes() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"mamba\"}");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> load(folder).close())
        .withMessageStartingWith(
            folder.resolve("config.json")
                + ": architecture 'mamba' is not known; Tesuji knows llama, qwen2");
  }

  @Test
  void aFolderWithoutWeightsIsNamed() throws IOException {
    copy("config.json");
    refused(
        folder
            + ": has no weights: it must hold model.safetensors or model.safetensors.index.json");
  }

  @Test
  void missingAndSurplusTensorsAreNamed() throws IOException {
    copy("config.json");
    try (CausalLm model = qwen().load()) {
      Map<String, Tensor> weights = new LinkedHashMap<>(ModelDirectory.weights(model));
      Tensor norm = weights.remove("model.norm.weight");
      assertThat(norm).isNotNull();
      weights.put("model.extra.weight", norm);
      Safetensors.write(folder.resolve("model.safetensors"), weights);
    }
    refused(
        folder
            + ": weights do not match config.json: 1 missing (model.norm.weight); 1 not asked for"
            + " (model.extra.weight)");
  }

  @Test
  void aTensorOfAnotherShapeIsNamed() throws IOException {
    ObjectNode config = Json.readObject(qwen().directory().resolve("config.json"));
    config.put("intermediate_size", 100);
    Files.writeString(folder.resolve("config.json"), Json.pretty(config));
    copy("model.safetensors");
    refused(
        folder.resolve("model.safetensors")
            + ": tensor 'model.layers.0.mlp.gate_proj.weight' must have shape [100, "
            + number("hidden_size")
            + "], as config.json says, got ["
            + number("intermediate_size")
            + ", "
            + number("hidden_size")
            + "]");
  }

  @Test
  void aConfigurationThatAsksForMoreThanItsFilesHoldTakesNoMemory() throws IOException {
    copy("model.safetensors");
    configure("num_hidden_layers", 1_000_000);
    refused(
        folder
            + ": weights do not match config.json: it asks for 1000000 layers, and the files hold "
            + stored()
            + " tensors");
    configure("vocab_size", Integer.MAX_VALUE);
    refused(
        folder.resolve("config.json")
            + ": field 'vocab_size' must be at most 1048576, got 2147483647");
    configure("vocab_size", 1_048_576); // 256 MB if it were believed
    long before = Memory.peakResident();
    refused(
        folder.resolve("model.safetensors")
            + ": tensor 'model.embed_tokens.weight' must have shape [1048576, "
            + number("hidden_size")
            + "], as config.json says, got ["
            + number("vocab_size")
            + ", "
            + number("hidden_size")
            + "]");
    assertThat(Memory.peakResident() - before).isLessThan(100_000_000);
  }

  private int stored() {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      return checkpoint.names().size();
    }
  }

  private void configure(String field, int value) throws IOException {
    ObjectNode config = Json.readObject(qwen().directory().resolve("config.json"));
    Files.writeString(folder.resolve("config.json"), Json.pretty(config.put(field, value)));
  }

  @Test
  void quantisedWeightsAreRefused() throws IOException {
    copy("config.json");
    try (CausalLm model = qwen().load()) {
      Map<String, Tensor> weights = new LinkedHashMap<>(ModelDirectory.weights(model));
      weights.replace("model.norm.weight", Tensor.zeros(Dtype.UINT8, number("hidden_size")));
      Safetensors.write(folder.resolve("model.safetensors"), weights);
    }
    refused(
        folder.resolve("model.safetensors")
            + ": tensor 'model.norm.weight' must be float32, bfloat16, float16 or float64, got"
            + " uint8: quantised weights are not known; take the model's unquantised weights");
  }

  @Test
  void anEndTokenWithoutEmbeddingIsNamed() throws IOException {
    copy("config.json");
    copy("model.safetensors");
    int vocabulary = number("vocab_size");
    Files.writeString(
        folder.resolve("generation_config.json"), "{\"eos_token_id\": [2, " + vocabulary + "]}");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> LoadedModel.load(folder, Dtype.FLOAT32, Device.CPU).close())
        .withMessage(
            folder
                + ": the end-of-sequence token must be from 0 to "
                + (vocabulary - 1)
                + ", got "
                + vocabulary
                + ": correct eos_token_id"
                + " in generation_config.json or config.json");
  }

  @Test
  void aMissingShardIsNamed() throws IOException {
    copy("config.json");
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"model.norm.weight\": \"model-00001-of-00002.safetensors\"}}");
    refused(folder.resolve("model-00001-of-00002.safetensors") + ": no such file");
  }

  @Test
  void aTokenizerLargerThanTheEmbeddingIsNamed() throws IOException {
    ObjectNode config = Json.readObject(qwen().directory().resolve("config.json"));
    config.put("vocab_size", 300);
    Files.writeString(folder.resolve("config.json"), Json.pretty(config));
    try (CausalLm model =
        Decoders.create(dev.tesuji.nn.ConfigReader.read(folder), Dtype.FLOAT32, Device.CPU)) {
      model.initialise(1);
      ModelDirectory.save(model, new ModelFiles(config, Map.of()), folder);
    }
    Files.copy(
        Fixtures.require("tokenizers/qwen2_style/tokenizer.json"),
        folder.resolve("tokenizer.json"));
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> LoadedModel.load(folder, Dtype.FLOAT32, Device.CPU).close())
        .withMessageStartingWith(
            folder + ": tokenizer.json has 600 tokens, more than the 300 rows of the embedding");
  }

  private void copy(String name) throws IOException {
    Files.copy(qwen().directory().resolve(name), folder.resolve(name));
  }
}
