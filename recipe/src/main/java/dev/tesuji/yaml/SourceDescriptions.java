package dev.tesuji.yaml;

import dev.tesuji.check.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads what components of records are for out of the documentation comments in their sources: the
/// text of `@param`.
public final class SourceDescriptions implements JsonSchema.Descriptions {
  private static final Pattern RECORD =
      Pattern.compile(
          "((?:^ *///.*\\R)+)(?:^ *@.*\\R)*^ *(?:public |private |static )*record (\\w+)",
          Pattern.MULTILINE);
  private static final Pattern PARAM = Pattern.compile("@param (\\w+) ([^@]+)");
  private static final Pattern LINK = Pattern.compile("\\[([^\\]]+)\\](?:\\([^)]*\\))?");

  private final Map<String, Path> files = new HashMap<>();
  private final Map<String, Map<String, String>> read = new HashMap<>();

  /// Looks for sources in the modules of a checkout.
  ///
  /// @param root its folder
  /// @throws BadInput when there are none
  public SourceDescriptions(Path root) {
    try (Stream<Path> modules = Files.list(root)) {
      for (Path module : modules.sorted().toList()) {
        collect(module.resolve("src/main/java"));
      }
    } catch (IOException e) {
      throw new BadInput(root + ": could not be read: " + e.getMessage(), e);
    }
    if (files.isEmpty()) {
      throw BadInput.in(root, "holds no sources (MODULE/src/main/java); give a checkout of Tesuji");
    }
  }

  private void collect(Path sources) throws IOException {
    if (!Files.isDirectory(sources)) {
      return;
    }
    try (Stream<Path> all = Files.walk(sources)) {
      List<Path> java = all.filter(f -> f.toString().endsWith(".java")).toList();
      java.forEach(f ->
          files.put(
              sources.relativize(f).toString().replace('/', '.').replaceAll("\\.java$", ""), f));
    }
  }

  @Override
  public Optional<String> of(Class<?> record, String component) {
    Class<?> outermost = record;
    while (outermost.getEnclosingClass() != null) {
      outermost = outermost.getEnclosingClass();
    }
    Path file = files.get(outermost.getName());
    if (file == null) {
      return Optional.empty();
    }
    String key = outermost.getName() + " " + record.getSimpleName();
    if (!read.containsKey(key)) {
      parse(outermost.getName(), file);
    }
    return Optional.ofNullable(read.getOrDefault(key, Map.of()).get(component));
  }

  private void parse(String outermost, Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new BadInput(file + ": could not be read: " + e.getMessage(), e);
    }
    Matcher record = RECORD.matcher(text);
    while (record.find()) {
      Map<String, String> components = new HashMap<>();
      String comment = record.group(1).replaceAll("(?m)^ */// ?", "").replaceAll("\\s+", " ");
      Matcher param = PARAM.matcher(comment);
      while (param.find()) {
        String words = LINK.matcher(param.group(2).strip()).replaceAll("$1").replace("`", "");
        components.put(param.group(1), words);
      }
      read.put(outermost + " " + record.group(2), components);
    }
  }
}
