package dev.tesuji.weights;

import dev.tesuji.folder.ModelFolder;
import dev.tesuji.json.Json;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.nn.ModelConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Weights in the files beyond those that `config.json` speaks of, and their treatment.
///
/// 1. An output projection beside a tied embedding: where it differs from the embedding, a training
///    without tying left it there, and it is used, as transformers does.
/// 2. Layers that predict further tokens (`num_nextn_predict_layers`), which the model works
///    without: they are left out.
/// 3. `rotary_emb.inv_freq`, which old checkpoints carry, says nothing new.
/// 4. Scales of 8-bit floats: they are multiplied with the weights, and those become larger floats.
public final class WeightsBeyond {
  private static final String HEAD = "lm_head.weight";
  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final Pattern LAYER = Pattern.compile("model\\.layers\\.(\\d{1,6})\\..*");
  private static final Pattern MTP = Pattern.compile("(model\\.)?mtp\\..*");
  private static final List<String> FIELDS = List.of("num_nextn_predict_layers", "num_mtp_layers");

  private WeightsBeyond() {}

  /// Returns whether the weights have an output projection that differs from the embedding which
  /// `config.json` ties to it.
  static boolean hasOwnHead(Path directory, ModelConfig config) {
    if (!config.tiedEmbeddings() || Architecture.scores(directory)) {
      return false;
    }
    if (Checkpoint.missing(directory)) {
      return false;
    }
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      Set<String> names = checkpoint.names();
      return names.contains(HEAD)
          && names.contains(EMBEDDING)
          && !checkpoint.isSame(HEAD, EMBEDDING);
    }
  }

  /// Returns whether a weight can be left out whatever it holds.
  static boolean mayBeLeftOut(String name, ModelConfig config) {
    return name.endsWith("rotary_emb.inv_freq") || (config.tiedEmbeddings() && name.equals(HEAD));
  }

  /// Returns those of some names that belong to layers which predict further tokens.
  static Set<String> predictionLayers(
      Path directory, ModelConfig config, Collection<String> names) {
    Set<String> found = new TreeSet<>();
    ModelFolder folder = ModelFolder.of(directory);
    JsonNode json =
        folder.has("config.json") ? folder.json("config.json") : Json.MAPPER.createObjectNode();
    int further = FIELDS.stream().mapToInt(f -> json.path(f).asInt(0)).max().orElse(0);
    for (String name : names) {
      Matcher layer = LAYER.matcher(name);
      int number = layer.matches() ? Integer.parseInt(layer.group(1)) - config.layers() : -1;
      if ((number >= 0 && number < further) || MTP.matcher(name).matches()) {
        found.add(name);
      }
    }
    return found;
  }

  /// Says in sentences what a model directory holds beyond its configuration; nothing where its
  /// weights are missing.
  ///
  /// @throws dev.tesuji.check.BadInput when the directory is no model
  public static List<String> notes(Path directory) {
    List<String> notes = new ArrayList<>();
    ModelConfig config = ConfigReader.read(directory);
    if (Checkpoint.missing(directory)) {
      return notes;
    }
    if (hasOwnHead(directory, config)) {
      notes.add(
          directory
              + ": lm_head.weight differs from the embedding, though config.json says"
              + " tie_word_embeddings: the file's lm_head.weight is used");
    }
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      int left = predictionLayers(directory, config, checkpoint.names()).size();
      if (left > 0) {
        notes.add(
            directory
                + ": "
                + left
                + " weights of layers that predict further tokens (num_nextn_predict_layers) are"
                + " left out");
      }
    }
    return notes;
  }
}
