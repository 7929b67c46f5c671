package dev.tesuji.labels;

import dev.tesuji.check.BadInput;
import dev.tesuji.check.DidYouMean;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.json.JsonLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A folder of items and what annotators said of them.
///
/// @param root the folder
/// @param settings what is asked, and how
/// @param items by id, in the order of their file
public record Project(Path root, ProjectSettings settings, Map<String, Item> items) {
  private static final String SETTINGS = "project.json";
  private static final String ITEMS = "items.jsonl";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}");

  /// Opens a project.
  ///
  /// @throws BadInput when there is none, or a file of it does not fit
  public static Project open(Path root) {
    Path file = root.resolve(ITEMS);
    if (!Files.exists(file)) {
      throw BadInput.in(
          root,
          "must be a label project, a folder with "
              + ITEMS
              + "; './tesuji labels create --help' says how to make one");
    }
    Map<String, Item> items = new LinkedHashMap<>();
    for (JsonLines.Row row : JsonLines.readAll(file)) {
      Item item = Item.read(row);
      if (items.putIfAbsent(item.id(), item) != null) {
        throw row.bad(
            "field 'id' must be of this item alone, got '"
                + BadInput.brief(item.id())
                + "', which a line before has");
      }
    }
    Path settings = root.resolve(SETTINGS);
    return new Project(
        root,
        Files.exists(settings) ? ProjectSettings.read(settings) : ProjectSettings.DEFAULT,
        items);
  }

  /// Makes a project in a folder that has none.
  ///
  /// @throws BadInput when it has one, or cannot be written
  public static Project create(Path root, ProjectSettings settings, List<Item> items) {
    if (Files.exists(root.resolve(ITEMS))) {
      throw BadInput.in(root, "holds a label project already; give another --project");
    }
    if (items.isEmpty()) {
      throw BadInput.in(root, "must get at least one item with two answers, got none");
    }
    StringBuilder text = new StringBuilder();
    items.forEach(i -> text.append(Json.line(i.toJson())).append('\n'));
    SafeFiles.replace(root.resolve(SETTINGS), Json.pretty(settings.toJson()));
    SafeFiles.replace(root.resolve(ITEMS), text.toString());
    return open(root);
  }

  /// Refuses a name that cannot be a file's.
  ///
  /// @param option what was named
  /// @throws BadInput when it has other signs than letters, digits and `_.@-`, or is too long
  public static String requireName(String option, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new BadInput(
          option
              + " must be 1 to 64 letters, digits and _ . @ -, beginning with a letter or digit,"
              + " got '"
              + BadInput.brief(name)
              + "'");
    }
    return name;
  }

  /// Returns the file of an annotator's judgements.
  public Path judgements(String annotator) {
    return root.resolve("judgements").resolve(requireName("annotator", annotator) + ".jsonl");
  }

  /// Returns an item that must be there.
  public Item item(String id) {
    return Objects.requireNonNull(items.get(id), id);
  }

  /// Reads all judgements that stand, annotator by annotator, each in the order of saying.
  ///
  /// @throws BadInput when a line does not fit, naming file, line and field
  public List<Judgement> judgements() {
    List<Judgement> all = new ArrayList<>();
    for (Path file : files()) {
      all.addAll(Standing.of(lines(file)));
    }
    return all;
  }

  /// Reads all lines, those that are corrected and corrections too, in the same order.
  ///
  /// @throws BadInput when a line does not fit, naming file, line and field
  List<Judgement> said() {
    List<Judgement> all = new ArrayList<>();
    for (Path file : files()) {
      List<Standing.Line> lines = lines(file);
      Standing.of(lines); // refuses what does not fit
      lines.forEach(line -> all.add(line.judgement()));
    }
    return all;
  }

  /// Reads a judgement of an item of this project, kept elsewhere than in its files.
  ///
  /// @param number of the line
  /// @throws BadInput when it does not fit
  public Judgement judgement(long number, String line) {
    JsonLines.Row row = new JsonLines.Row(root, number, Json.readLine(root, number, line));
    return Judgement.read(row, requireItem(row), root + ":" + number);
  }

  /// Returns the SHA-256 of the settings and all items, whatever their files look like.
  public String hash() {
    StringBuilder all = new StringBuilder(Json.line(settings.toJson()));
    items.values().forEach(item -> all.append('\n').append(Json.line(item.toJson())));
    return Draws.sha256(all.toString());
  }

  private List<Path> files() {
    List<Path> files = new ArrayList<>();
    Path shared = root.resolve("judgements.jsonl");
    if (Files.exists(shared)) {
      files.add(shared);
    }
    Path folder = root.resolve("judgements");
    if (Files.isDirectory(folder)) {
      try (Stream<Path> found = Files.list(folder)) {
        found.filter(f -> f.toString().endsWith(".jsonl")).sorted().forEach(files::add);
      } catch (IOException e) {
        throw SafeFiles.failed(folder, e);
      }
    }
    return files;
  }

  /// Reads the lines of a file; half a line at its end was never acknowledged, and is left out.
  List<Standing.Line> lines(Path file) {
    List<Standing.Line> lines = new ArrayList<>();
    JudgementLog.forEachWhole(
        file,
        row -> {
          Item item = requireItem(row);
          String own = file.getFileName() + ":" + row.line();
          lines.add(new Standing.Line(Judgement.read(row, item, own), row::bad));
        });
    return lines;
  }

  private Item requireItem(JsonLines.Row row) {
    String id = row.requireText("item");
    Item item = items.get(id);
    if (item == null) {
      throw row.bad(
          "field 'item' must name an item of "
              + ITEMS
              + ", got '"
              + BadInput.brief(id)
              + "'"
              + DidYouMean.hint(id, items.keySet()));
    }
    return item;
  }
}
