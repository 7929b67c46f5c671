package dev.tesuji.cli;

import dev.tesuji.json.JsonLines;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.weights.ModelParts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Turns texts into token ids.
@Command(
    name = "tokenize",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Turns texts into token ids.",
    description = {
      "",
      "A line has 'text'; the answer adds 'ids'. The tokenizer's own special tokens, such as a"
          + " beginning of sequence, are added unless --no-special is given.",
      ""
    })
final class TokenizeCommand implements Runnable {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "A directory with a tokenizer.json, or a .gguf file.")
  Path directory = Path.of("");

  @Mixin FileOptions files = new FileOptions();

  @Option(names = "--no-special", description = "Adds no special tokens.")
  boolean noSpecial;

  @Override
  public void run() {
    List<JsonLines.Row> rows = files.read();
    try (Tokenizer tokenizer = Tokenizer.load(ModelParts.of(directory).tokenizer())) {
      List<ObjectNode> lines = new ArrayList<>();
      for (JsonLines.Row row : rows) {
        String text = row.requireText("text");
        ObjectNode line = row.fields().deepCopy();
        ArrayNode ids = line.putArray("ids");
        for (int id : noSpecial ? tokenizer.encode(text) : tokenizer.encodeWithSpecials(text)) {
          ids.add(id);
        }
        lines.add(line);
      }
      files.write(lines);
    }
  }
}
