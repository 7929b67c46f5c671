package dev.tesuji.cli;

import dev.tesuji.dataset.DataInspection;
import dev.tesuji.folder.ModelFolder;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.train.MemoryPlan;
import dev.tesuji.weights.AdapterDirectory;
import dev.tesuji.weights.ModelSummary;
import dev.tesuji.weights.ModelSummary.Section;
import dev.tesuji.weights.ModelSummary.Special;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Looks into a model directory.
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Says what a model holds, without reading its weights.",
    description = {
      "",
      "  ./tesuji inspect DIR",
      "  ./tesuji inspect DIR --text \"1 + 1 = 2\"      and how a text is cut into tokens",
      ""
    })
final class InspectCommand implements Runnable {
  private static final int OTHERS_SHOWN = 12;
  private static final long LARGE = 100_000_000;

  @Parameters(
      paramLabel = "PATH",
      description = "A Hugging Face model directory, a .gguf file, or a data file.")
  Path path = Path.of("");

  @Option(
      names = "--text",
      paramLabel = "TEXT",
      description = "A text to be shown token by token, one line each: its id and what it reads.")
  @Nullable String text;

  @Override
  public void run() {
    if (Files.isRegularFile(path) && !ModelFolder.isModel(path)) {
      DataInspection.of(List.of(path)).lines().forEach(System.out::println);
    } else {
      Path base = AdapterDirectory.baseOf(path);
      if (!base.equals(path)) {
        line("adapter of", base.toString());
      }
      inspectModel(base, ModelSummary.of(base));
    }
  }

  private void inspectModel(Path directory, ModelSummary model) {
    ModelConfig config = model.config();
    line("family", config.modelType());
    line("layers", config.layers() + " of width " + config.hiddenSize());
    line("attention", attention(model));
    line(
        "rope",
        "theta " + config.rope().theta() + ", scaling " + word(config.rope().scaling().toString()));
    String sights = sights(config);
    if (!sights.isEmpty()) {
      line("looking back", sights);
    }
    line("positions", String.format(Locale.ROOT, "%,d", config.maxPositions()));
    line("vocabulary", String.format(Locale.ROOT, "%,d rows", config.vocabularySize()));
    for (Section section : Section.values()) {
      if (model.weights().containsKey(section) || section == Section.HEAD) {
        line(section.toString(), weights(model, section));
      }
    }
    line("weights", String.format(Locale.ROOT, "%,d", model.total()));
    line(
        "types",
        model.types().entrySet().stream()
            .map(e -> String.format(Locale.ROOT, "%,d in %s", e.getValue(), e.getKey()))
            .collect(Collectors.joining(", ")));
    line("size", size(model));
    line("fits config", model.misfit() == null ? "yes" : "no: " + model.misfit());
    line("chat template", model.hasChatTemplate(directory) ? "yes" : "none");
    line("end tokens", model.endTokens().stream().sorted().toList().toString());
    if (Tokenizer.exists(directory)) {
      specials(model.specials());
      model.remarks().forEach(remark -> line("note", remark));
    } else {
      line("tokenizer", "none: only token ids can be used");
    }
    if (text != null) {
      tokens(directory, text);
    }
  }

  private static String attention(ModelSummary model) {
    String known = model.config().attention().heads() + " heads";
    String keys = model.files().config().path("num_key_value_heads").asString("");
    String dimension = model.files().config().path("head_dim").asString("");
    if (model.config().attention() instanceof AttentionConfig.Grouped grouped) {
      dimension = Integer.toString(grouped.headDim());
    } else if (dimension.isEmpty()) {
      dimension =
          Integer.toString(model.config().hiddenSize() / model.config().attention().heads());
    }
    return known
        + (keys.isEmpty() ? "" : ", " + keys + " for keys and values")
        + ", of dimension "
        + dimension;
  }

  /// Says in words which layers differ from one that sees all and that positions turn.
  private static String sights(ModelConfig config) {
    Map<Integer, Long> windows =
        IntStream.range(0, config.layers())
            .mapToObj(l -> config.sight(l).window())
            .filter(w -> w > 0)
            .collect(Collectors.groupingBy(w -> w, TreeMap::new, Collectors.counting()));
    long still =
        IntStream.range(0, config.layers()).filter(l -> config.sight(l).rope() == null).count();
    Stream<String> some =
        windows.entrySet().stream()
            .map(w -> "a window of " + w.getKey() + " in " + w.getValue() + " layers");
    Stream<String> none =
        still == 0 ? Stream.of() : Stream.of("no positions in " + still + " layers");
    return Stream.concat(some, none).collect(Collectors.joining(", "));
  }

  private static String size(ModelSummary model) {
    String large = model.bytes() < LARGE ? "" : " (" + MemoryPlan.gigabytes(model.bytes()) + ")";
    return String.format(Locale.ROOT, "%,d bytes", model.bytes())
        + large
        + " in "
        + model.shards()
        + (model.shards() == 1 ? " file" : " files");
  }

  private static String weights(ModelSummary model, Section section) {
    Long count = model.weights().get(section);
    if (count == null) {
      return "tied: the embedding itself";
    }
    boolean spare = section == Section.HEAD && model.config().tiedEmbeddings();
    return String.format(
        Locale.ROOT,
        "%,d (%.1f %%)%s",
        count,
        100.0 * count / model.total(),
        spare ? ", not used: tied to the embedding" : "");
  }

  /// Shows the tokens that play a role, and the first of the others: some models reserve hundreds.
  private static void specials(List<Special> tokens) {
    tokens.stream().filter(t -> !t.roles().isEmpty()).forEach(InspectCommand::special);
    List<Special> others = tokens.stream().filter(t -> t.roles().isEmpty()).toList();
    others.stream().limit(OTHERS_SHOWN).forEach(InspectCommand::special);
    if (others.size() > OTHERS_SHOWN) {
      line("special token", "and " + (others.size() - OTHERS_SHOWN) + " more");
    }
  }

  private static void special(Special token) {
    String roles = token.roles().isEmpty() ? "" : " (" + String.join(", ", token.roles()) + ")";
    line("special token", token.id() + " " + visible(token.text()) + roles);
  }

  private static void tokens(Path directory, String text) {
    try (Tokenizer tokenizer = Tokenizer.load(directory)) {
      int[] ids = tokenizer.encodeWithSpecials(text);
      List<String> lines =
          IntStream.of(ids)
              .mapToObj(id -> id + " '" + visible(tokenizer.decodeWithSpecials(id)) + "'")
              .toList();
      line("text", ids.length + " tokens");
      lines.forEach(each -> line("token", each));
    }
  }

  /// Writes what a terminal would swallow as escapes.
  private static String visible(String text) {
    return text.codePoints()
        .mapToObj(c ->
            switch (c) {
              case '\n' -> "\\n";
              case '\t' -> "\\t";
              default ->
                  Character.isISOControl(c)
                      ? String.format(Locale.ROOT, "\\u%04x", c)
                      : Character.toString(c);
            })
        .collect(Collectors.joining());
  }

  private static String word(String record) {
    return record.equals("None[]") ? "none" : record;
  }

  private static void line(String name, String value) {
    System.out.printf(Locale.ROOT, "%-16s %s%n", name, value);
  }
}
