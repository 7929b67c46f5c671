package dev.tesuji.weights;

import dev.tesuji.files.SafeFiles;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.text.Tokenizer;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/// Writes Ollama's [Modelfile](https://docs.ollama.com/modelfile) beside a GGUF file.
///
/// Ollama takes its template from the file's chat template where it knows that; it does not read
/// Jinja. Its own context is short, so the model's is written down, and the texts that end a turn.
final class Modelfile {
  private static final String NAME = "Modelfile";
  private static final int LONGEST = 32_768; // Ollama takes the memory of the whole context at once

  private Modelfile() {}

  /// Writes `Modelfile`; where there is one of another file, `NAME.Modelfile`.
  static void write(Path gguf, ModelParts parts, ModelConfig config, ModelFiles files) {
    String from = "FROM ./" + gguf.getFileName();
    Path usual = gguf.resolveSibling(NAME);
    Path path =
        Files.exists(usual) && !isOf(usual, from)
            ? gguf.resolveSibling(gguf.getFileName() + "." + NAME)
            : usual;
    StringBuilder text = new StringBuilder();
    text.append("# ollama create NAME -f ").append(path.getFileName()).append('\n');
    text.append(from).append('\n');
    text.append("PARAMETER num_ctx ").append(Math.min(config.maxPositions(), LONGEST)).append('\n');
    for (String stop : stops(parts, config, files)) {
      text.append("PARAMETER stop \"").append(stop.replace("\"", "\\\"")).append("\"\n");
    }
    SafeFiles.replace(path, text.toString());
  }

  private static boolean isOf(Path modelfile, String from) {
    try {
      return Files.readAllLines(modelfile).contains(from);
    } catch (MalformedInputException e) {
      return false;
    } catch (IOException e) {
      throw SafeFiles.failed(modelfile, e);
    }
  }

  private static Set<String> stops(ModelParts parts, ModelConfig config, ModelFiles files) {
    Set<String> stops = new TreeSet<>();
    if (Tokenizer.exists(parts.tokenizer())) {
      try (Tokenizer tokenizer = Tokenizer.load(parts.tokenizer(), config.vocabularySize())) {
        for (int end : LoadedModel.endTokens(parts.base(), config, files, tokenizer)) {
          String text = tokenizer.decodeWithSpecials(end);
          if (!text.isBlank()) {
            stops.add(text);
          }
        }
      }
    }
    return stops;
  }
}
