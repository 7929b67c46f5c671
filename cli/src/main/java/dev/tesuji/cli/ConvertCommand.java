package dev.tesuji.cli;

import dev.tesuji.check.BadInput;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.weights.ModelConverter;
import dev.tesuji.weights.ModelDirectory;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Rewrites a model directory.
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Rewrites a model directory with another type of weights or in other shards.",
    description = {
      "",
      "Configuration, tokenizer and chat template go along. One tensor is in memory at a time.",
      "",
      "An adapter's directory (PEFT's) becomes a whole model: its base with the adapter merged in.",
      "",
      "  ./tesuji convert --model DIR --out OTHER --dtype bfloat16",
      ""
    })
final class ConvertCommand implements Runnable {
  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,12}(?:\\.\\d{1,3})?)\\s*(KB|MB|GB|TB)");

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The model directory, or adapter's directory, to read.")
  Path model = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "The directory to write; it must be empty or not exist.")
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

  @Override
  public void run() {
    Dtype type = dtype == null ? null : type(dtype);
    long bytes = shardSize == null ? ModelDirectory.SHARD_BYTES : bytes(shardSize);
    ModelConverter.convert(model, out, type, bytes);
    System.out.println("wrote " + out);
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
