package dev.tesuji.cli;

import dev.tesuji.chat.AssistantMask;
import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.chat.ChatTokens;
import dev.tesuji.chat.Conversation;
import dev.tesuji.check.BadInput;
import dev.tesuji.folder.ModelFolder;
import dev.tesuji.json.JsonLines;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.weights.ModelParts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/// Renders conversations with a chat template.
@Command(
    name = "render",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Turns conversations into the text that a model reads.",
    description = {
      "",
      "A line has 'messages', each with 'role' and 'content', and maybe 'tools', 'documents' and"
          + " other variables of the template. The answer adds 'text', as transformers'"
          + " apply_chat_template gives it.",
      "",
      "  ./tesuji render --model DIR --in in.jsonl --out out.jsonl",
      "  ./tesuji render --model DIR --in in.jsonl --out out.jsonl --show-tokens",
      ""
    })
final class RenderCommand implements Runnable {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "A model directory or .gguf file: its chat template and tokenizer.")
  Path directory = Path.of("");

  @Mixin FileOptions files = new FileOptions();

  @Option(
      names = "--template",
      paramLabel = "FILE",
      description = "A Jinja template to use instead of the model's.")
  @Nullable Path template;

  @Option(
      names = "--generation-prompt",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description =
          "Ends the text where the assistant's next turn begins. Default: ${DEFAULT-VALUE}.")
  boolean generationPrompt = true;

  @Option(
      names = "--show-tokens",
      description =
          "Prints the tokens of the first conversation, without a generation prompt, and which of"
              + " them a training run would learn.")
  boolean showTokens;

  @Override
  public void run() {
    ChatTemplate chat = template(directory, template);
    List<JsonLines.Row> rows = files.read();
    List<ObjectNode> lines = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      JsonLines.Row row = rows.get(i);
      ObjectNode line = row.fields().deepCopy();
      try {
        line.put("text", chat.render(Conversation.of(row.fields()), generationPrompt).text());
      } catch (BadInput e) {
        throw bad(row, i, e);
      }
      lines.add(line);
    }
    if (showTokens) {
      show(chat, rows.getFirst());
    }
    files.write(lines);
  }

  /// Returns the template of a file where one is given, else that of the model directory.
  private static ChatTemplate template(Path directory, @Nullable Path file) {
    if (!ModelFolder.isThere(directory)) {
      throw BadInput.in(directory, "no such model directory");
    }
    ModelParts parts = ModelParts.of(directory);
    if (file != null) {
      return ChatTemplate.readFile(file)
          .withSpecialTokens(ChatTemplate.specialTokens(parts.tokenizer()));
    }
    ChatTemplate own = parts.chatTemplate();
    return own == null ? ChatTemplate.read(directory) : own; // which says what is missing
  }

  private static BadInput bad(JsonLines.Row row, int conversation, BadInput e) {
    return row.bad("conversation " + conversation + ": " + e.getMessage());
  }

  private void show(ChatTemplate chat, JsonLines.Row row) {
    try (Tokenizer tokenizer = Tokenizer.load(ModelParts.of(directory).tokenizer())) {
      ChatTokens tokens;
      try {
        tokens = ChatTokens.of(chat, Conversation.of(row.fields()), tokenizer);
      } catch (BadInput e) {
        throw bad(row, 0, e);
      }
      AssistantMask mask = tokens.mask();
      System.out.println("     id  loss  token");
      int counted = 0;
      for (int i = 0; i < tokens.ids().length; i++) {
        int id = tokens.ids()[i];
        boolean weight = tokens.assistant()[i];
        counted += weight ? 1 : 0;
        String text = visible(tokenizer.decodeWithSpecials(id));
        System.out.printf(Locale.ROOT, "%7d  %4s  %s%n", id, weight ? "1" : "0", text);
      }
      System.out.printf(
          Locale.ROOT,
          "%d of %d tokens have loss weight; the mask comes from %s%s%n",
          counted,
          tokens.ids().length,
          mask.source().words(),
          mask.why().isEmpty() ? "" : " (" + mask.why() + ")");
    }
  }

  /// Writes a token so that its whitespace shows.
  private static String visible(String text) {
    return "'"
        + text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
        + "'";
  }
}
