package dev.tesuji.weights;

import dev.tesuji.compute.choice.Decoders;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Ordeal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/// Reads whole models whose small files are broken.
@ExtendWith(LeakCheck.class)
class ModelFilesFuzzTest {
  private static final int CASES = Integer.getInteger("tesuji.fuzz.cases", 700);

  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void makeAModel() throws IOException {
    ObjectNode config =
        Json.readObject(Fixtures.require("models/qwen2/config.json")).put("vocab_size", 600);
    config.put("hidden_size", 16).put("intermediate_size", 16).put("num_hidden_layers", 1);
    config.put("num_attention_heads", 2).put("num_key_value_heads", 1).put("head_dim", 8);
    Path tokenizer = Fixtures.require("tokenizers/qwen2_style");
    for (String name : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
      Files.copy(tokenizer.resolve(name), folder.resolve(name));
    }
    try (CausalLm model =
        Decoders.create(ConfigReader.parse(folder, config), Dtype.FLOAT32, Device.CPU)) {
      model.initialise(1);
      ModelDirectory.save(model, new ModelFiles(config, Map.of()), folder, 20_000);
    }
  }

  @Test
  void aBrokenTokenizerConfigurationIsReadOrRefusedInASentence() throws Exception {
    ObjectNode whole = Json.readObject(folder.resolve("tokenizer_config.json"));
    whole.putObject("pad_token").put("content", "<|endoftext|>").put("special", true);
    withBroken("tokenizer_config.json", whole, CASES);
  }

  @Test
  void aBrokenGenerationConfigurationIsReadOrRefusedInASentence() throws Exception {
    ObjectNode whole = Json.MAPPER.createObjectNode().put("do_sample", true).put("pad_token_id", 3);
    whole.putArray("eos_token_id").add(2).add(3);
    withBroken("generation_config.json", whole, CASES);
  }

  @Test
  void aBrokenIndexOfShardsIsReadOrRefusedInASentence() throws Exception {
    String name = "model.safetensors.index.json";
    withBroken(name, Json.readObject(folder.resolve(name)), CASES);
  }

  private void withBroken(String name, ObjectNode whole, int cases) throws Exception {
    load(); // libraries take their memory once, which is no file's
    try (Ordeal ordeal = new Ordeal(folder)) {
      ordeal.run(
          cases,
          mutations -> {
            Files.write(folder.resolve(name), mutations.jsonFile(whole));
            return new Ordeal.Trial(size(), this::load);
          });
      ordeal.requireBoth();
    }
  }

  private void load() {
    try (LoadedModel model = LoadedModel.load(folder, Dtype.FLOAT32, Device.CPU)) {
      model.endToken();
    }
  }

  private long size() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(f -> f.toFile().length()).sum();
    }
  }
}
