package dev.tesuji.weights;

import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.check.BadInput;
import dev.tesuji.folder.ModelFolder;
import dev.tesuji.hub.HubPaths;
import dev.tesuji.hub.Repository;
import dev.tesuji.json.Json;
import dev.tesuji.text.Tokenizer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The folders that the parts of a model come from: one for a whole model; for an adapter its own
/// and that of its base.
///
/// An adapter's own tokenizer and its own chat template go before those of its base.
///
/// @param base where the configuration and the weights are
/// @param adapter where the adapters are; null for a whole model
/// @param tokenizer where the tokenizer's files are
/// @param template where the chat template is
public record ModelParts(Path base, @Nullable Path adapter, Path tokenizer, Path template) {
  private static final String CONFIG = "adapter_config.json";
  private static final List<String> ADAPTERS =
      List.of("adapter_model.safetensors", "adapter_model.bin");
  private static final List<String> MODELS =
      List.of("model.safetensors", "model.safetensors.index.json");

  /// Finds the parts of a model directory or of an adapter's.
  ///
  /// @throws BadInput when an adapter does not name a folder that is here
  public static ModelParts of(Path directory) {
    if (!isAdapter(directory)) {
      return whole(directory);
    }
    Path base = base(directory);
    boolean own = Tokenizer.exists(directory);
    Path template = ChatTemplate.exists(directory) ? directory : base;
    return new ModelParts(base, directory, own ? directory : base, template);
  }

  /// Returns the parts of a whole model, which all come from one folder.
  public static ModelParts whole(Path directory) {
    return new ModelParts(directory, null, directory, directory);
  }

  /// Returns the parts of an adapter that stands beside these ones' weights, whatever base it
  /// names.
  ModelParts beside(Path other) {
    Path words = Tokenizer.exists(other) ? other : tokenizer;
    return new ModelParts(base, other, words, ChatTemplate.exists(other) ? other : template);
  }

  /// Returns whether a directory holds an adapter and not a whole model. The `config.json` of its
  /// base may lie beside it.
  ///
  /// @throws BadInput when it has the weights of both
  public static boolean isAdapter(Path directory) {
    if (!Files.exists(directory.resolve(CONFIG))) {
      return false;
    }
    boolean adapter = ADAPTERS.stream().anyMatch(f -> Files.exists(directory.resolve(f)));
    boolean model = MODELS.stream().anyMatch(f -> Files.exists(directory.resolve(f)));
    if (adapter && model) {
      throw BadInput.in(
          directory,
          "holds the weights of a whole model and those of an adapter; move the adapter ("
              + CONFIG
              + ", adapter_model.safetensors) to a folder of its own");
    }
    return !model && (adapter || !Files.exists(directory.resolve("config.json")));
  }

  /// Returns the folder that names the model: the adapter's where there is one.
  public Path path() {
    return adapter == null ? base : adapter;
  }

  /// Reads the chat template, which sees the special tokens of the tokenizer; null where there is
  /// none.
  ///
  /// @throws BadInput when it is broken
  public @Nullable ChatTemplate chatTemplate() {
    return ChatTemplate.exists(template)
        ? ChatTemplate.read(template).withSpecialTokens(ChatTemplate.specialTokens(tokenizer))
        : null;
  }

  private static Path base(Path directory) {
    Path file = directory.resolve(CONFIG);
    String name = Json.readObject(file).path(AdapterConfig.BASE).asString("");
    try {
      for (Path from : List.of(directory.toAbsolutePath(), Path.of("").toAbsolutePath())) {
        Path base = from.resolve(name).normalize();
        if (!name.isEmpty() && ModelFolder.isModel(base)) {
          return base;
        }
      }
    } catch (InvalidPathException e) {
      throw new BadInput(
          file + ": field '" + AdapterConfig.BASE + "' must be a directory, got '" + name + "'", e);
    }
    if (HubPaths.address(Path.of(name), name, Repository.Kind.MODEL).isPresent()) {
      try {
        return HubPaths.model(Path.of(name));
      } catch (BadInput e) {
        throw new BadInput(file + ": field '" + AdapterConfig.BASE + "': " + e.getMessage(), e);
      }
    }
    throw BadInput.in(
        file,
        "field '"
            + AdapterConfig.BASE
            + "' must be the directory of the base model, got '"
            + name
            + "'; put the path of the base there");
  }
}
