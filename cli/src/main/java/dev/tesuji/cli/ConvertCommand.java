package dev.tesuji.cli;

import dev.tesuji.check.BadInput;
import dev.tesuji.gguf.Quantization;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.text.NewTokens;
import dev.tesuji.weights.GgufConverter;
import dev.tesuji.weights.ModelConverter;
import dev.tesuji.weights.ModelDirectory;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Rewrites a model.
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Rewrites a model in another type, in other shards, or as GGUF and back.",
    description = {
      "",
      "Configuration, tokenizer and chat template go along. One tensor is in memory at a time.",
      "",
      "An adapter's directory (PEFT's) becomes a whole model: its base with the adapter merged in.",
      "",
      "A GGUF file becomes a Hugging Face directory: its weights are decoded, its tokenizer is"
          + " written as tokenizer.json. With --to gguf a model becomes a GGUF file for llama.cpp and"
          + " Ollama, with Ollama's Modelfile beside it.",
      "",
      "  ./tesuji convert --model DIR --out OTHER --dtype bfloat16",
      "  ./tesuji convert --model DIR --out OTHER --add-token '<think>' --add-token '</think>'",
      "  ./tesuji convert --model FILE.gguf --out DIR",
      "  ./tesuji convert --model DIR --out FILE.gguf --to gguf --quantization q4_k_m",
      ""
    })
final class ConvertCommand implements Runnable {
  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,12}(?:\\.\\d{1,3})?)\\s*(KB|MB|GB|TB)");

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The model directory, adapter's directory, or .gguf file, to read.")
  Path model = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "PATH",
      description =
          "The directory to write, which must be empty or not exist; the file with --to gguf.")
  Path out = Path.of("");

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description =
          "float32, bfloat16 or float16. Default: each tensor keeps its own. float16 is refused"
              + " where weights are too large for it.")
  @Nullable String dtype;

  @Option(
      names = "--shard-size",
      paramLabel = "SIZE",
      description = "The size above which weights are split into files: 500MB, 2GB. Default: 5GB.")
  @Nullable String shardSize;

  @Option(
      names = "--add-token",
      paramLabel = "TEXT",
      description =
          "A token to add, such as '<think>'; may be repeated. Its rows of the embedding are the mean"
              + " of the others.")
  List<String> addTokens = List.of();

  @Option(
      names = "--add-special-token",
      paramLabel = "TEXT",
      description = "The same for a token that is left out where completions are read.")
  List<String> addSpecialTokens = List.of();

  @Option(
      names = "--to",
      defaultValue = "huggingface",
      paramLabel = "FORMAT",
      description = "huggingface, or gguf. Default: ${DEFAULT-VALUE}.")
  String to = "huggingface";

  @Option(
      names = "--quantization",
      paramLabel = "TYPE",
      description =
          "With --to gguf: f16, bf16, f32, q8_0, or q4_k_m (a mixture of 4 and 6 bits). Default: f16.")
  @Nullable String quantization;

  @Override
  public void run() {
    switch (to) {
      case "huggingface" -> toHuggingFace();
      case "gguf" -> toGguf();
      default -> throw new BadInput("--to must be huggingface or gguf, got '" + to + "'");
    }
    System.out.println("wrote " + out);
  }

  private void toGguf() {
    if (!addTokens.isEmpty() || !addSpecialTokens.isEmpty()) {
      throw new BadInput(
          "tokens are added with --to huggingface; convert the model that this writes to gguf");
    }
    if (dtype != null || shardSize != null) {
      throw new BadInput(
          (dtype == null ? "--shard-size" : "--dtype")
              + " is for --to huggingface; with --to gguf the type is --quantization");
    }
    GgufConverter.convert(
        model, out, Quantization.named(quantization == null ? "f16" : quantization));
  }

  private void toHuggingFace() {
    if (quantization != null) {
      throw new BadInput("--quantization is for --to gguf; here the type is --dtype");
    }
    Dtype type = dtype == null ? null : type(dtype);
    long bytes = shardSize == null ? ModelDirectory.SHARD_BYTES : bytes(shardSize);
    NewTokens tokens = tokens();
    ModelConverter.convert(model, out, new ModelConverter.Changes(type, bytes, tokens))
        .forEach((token, id) -> System.out.println("added token " + id + ": " + token));
  }

  private NewTokens tokens() {
    try {
      return new NewTokens(addTokens, addSpecialTokens);
    } catch (IllegalArgumentException e) {
      throw new BadInput("--add-token, --add-special-token: " + e.getMessage(), e);
    }
  }

  private static Dtype type(String name) {
    return switch (name) {
      case "float32" -> Dtype.FLOAT32;
      case "bfloat16" -> Dtype.BFLOAT16;
      case "float16" -> Dtype.FLOAT16;
      default ->
          throw new BadInput("--dtype must be float32, bfloat16 or float16, got '" + name + "'");
    };
  }

  /// Reads a size in decimal units.
  private static long bytes(String size) {
    Matcher m = SIZE.matcher(size.toUpperCase(Locale.ROOT));
    if (m.matches()) {
      long unit =
          switch (m.group(2)) {
            case "KB" -> 1_000L;
            case "MB" -> 1_000_000L;
            case "GB" -> 1_000_000_000L;
            default -> 1_000_000_000_000L;
          };
      BigDecimal bytes = new BigDecimal(m.group(1)).multiply(BigDecimal.valueOf(unit));
      if (bytes.signum() > 0 && bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) < 0) {
        return bytes.longValue();
      }
    }
    throw new BadInput("--shard-size must be a size such as 500MB or 2GB, got '" + size + "'");
  }
}
