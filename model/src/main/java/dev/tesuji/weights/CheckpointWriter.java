package dev.tesuji.weights;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.weights.SafetensorsWriter.Form;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// Writes the weights of a model directory, one tensor at a time: `model.safetensors`, or shards
/// with an index.
final class CheckpointWriter {
  private CheckpointWriter() {}

  /// Writes tensors in the map's order, in files of at most `shardBytes` (one tensor may be
  /// larger).
  ///
  /// @param source makes the tensor of a name in the innermost scope; asked for one at a time
  /// @throws BadInput when a file cannot be written
  static void write(
      Path directory, Map<String, Form> forms, Function<String, Tensor> source, long shardBytes) {
    List<Map<String, Form>> shards = shards(forms, shardBytes);
    if (shards.size() == 1) {
      Path file = directory.resolve("model.safetensors");
      SafetensorsWriter.write(file, shards.getFirst(), source, Safetensors.METADATA);
      return;
    }
    ObjectNode index = Json.MAPPER.createObjectNode();
    long total = forms.values().stream().mapToLong(Form::bytes).sum();
    index.putObject("metadata").put("total_size", total);
    ObjectNode map = index.putObject("weight_map");
    for (int i = 0; i < shards.size(); i++) {
      String name =
          String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards.size());
      SafetensorsWriter.write(directory.resolve(name), shards.get(i), source, Safetensors.METADATA);
      shards.get(i).keySet().forEach(tensor -> map.put(tensor, name));
    }
    SafeFiles.replace(directory.resolve("model.safetensors.index.json"), Json.pretty(index));
  }

  private static List<Map<String, Form>> shards(Map<String, Form> forms, long shardBytes) {
    List<Map<String, Form>> shards = new ArrayList<>();
    long room = 0;
    for (Map.Entry<String, Form> e : forms.entrySet()) {
      long bytes = e.getValue().bytes();
      if (shards.isEmpty() || bytes > room) {
        shards.add(new LinkedHashMap<>());
        room = shardBytes;
      }
      shards.getLast().put(e.getKey(), e.getValue());
      room -= bytes;
    }
    return shards;
  }
}
