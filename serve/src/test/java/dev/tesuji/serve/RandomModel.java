package dev.tesuji.serve;

import dev.tesuji.check.BadInput;
import dev.tesuji.compute.choice.Decoders;
import dev.tesuji.json.Json;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.weights.ModelDirectory;
import dev.tesuji.weights.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// A Llama of random weights with the tokens and the template of the [ScriptedModel]. Each of its
/// tokens depends on all that came before, so that a wrong key or value shows.
final class RandomModel {
  static final int POSITIONS = 8192;

  private RandomModel() {}

  /// Writes one.
  ///
  /// @param folder takes it, and the scripted model beside it
  /// @param size the hidden size, the feed-forward's, layers and heads
  static Path write(Path folder, int... size) {
    Path scripted = ScriptedModel.write(folder.resolve("words"));
    ObjectNode config = Json.MAPPER.createObjectNode();
    config.putArray("architectures").add("LlamaForCausalLM");
    config.put("model_type", "llama").put("vocab_size", ScriptedModel.SIZE);
    config.put("hidden_size", size[0]).put("intermediate_size", size[1]);
    config.put("num_hidden_layers", size[2]).put("num_attention_heads", size[3]);
    config.put("num_key_value_heads", size[3]).put("max_position_embeddings", POSITIONS);
    config.put("torch_dtype", "float32");
    Path directory = folder.resolve("model");
    try (CausalLm model =
        Decoders.create(ConfigReader.parse(directory, config), Dtype.FLOAT32, Device.CPU)) {
      model.initialise(7);
      Map<String, byte[]> files = new LinkedHashMap<>();
      for (String file : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
        files.put(file, Files.readAllBytes(scripted.resolve(file)));
      }
      ModelDirectory.save(model, new ModelFiles(config, files), directory);
    } catch (IOException e) {
      throw new BadInput("cannot write", e);
    }
    return directory;
  }
}
