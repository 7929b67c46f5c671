package dev.tesuji.dataset;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A survey of a whole data set.
///
/// @param shape the shape of the first row; null where it is of none
/// @param conversational whether the first row is a conversation
/// @param files how many files there are
/// @param rows how many rows there are
/// @param duplicates how many rows say what an earlier one says
/// @param misfits how many rows do not fit the shape
/// @param firstMisfit what is wrong with the first of those; null where all fit
/// @param columns the columns, in the order in which they turn up
/// @param first the first row
public record DataInspection(
    @Nullable Shape shape,
    boolean conversational,
    int files,
    long rows,
    long duplicates,
    long misfits,
    @Nullable String firstMisfit,
    List<Column> columns,
    Row first) {

  /// A column.
  ///
  /// @param name its name
  /// @param types what its values are: `text`, `number`, `true or false`, `messages`, `list`,
  ///   `object`
  /// @param missing the share of rows that have no value in it, 0 to 1
  /// @param lengths how long its texts are; null where it has none
  public record Column(String name, Set<String> types, double missing, @Nullable Lengths lengths) {}

  /// How long texts are, in characters; of lists and conversations, all of their texts together.
  ///
  /// @param shortest the fewest characters
  /// @param median half of the texts have at most so many
  /// @param longest the most characters
  public record Lengths(int shortest, int median, int longest) {}

  /// Reads a data set whole, holding one row at a time, and sums it up.
  ///
  /// Rows that do not fit the shape of the first are counted, not refused.
  ///
  /// @param paths files, folders and patterns, as [DataFiles] reads them
  /// @throws BadInput when a file is missing, empty or broken, naming the line
  public static DataInspection of(List<Path> paths) {
    Survey survey = new Survey();
    DataFiles.forEach(paths, survey::add);
    return survey.sum(DataFiles.expand(paths).size());
  }

  /// Writes it for people.
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(line("shape", shapeWords()));
    lines.add(line("files", number(files)));
    lines.add(line("rows", number(rows)));
    lines.add(line("duplicates", number(duplicates)));
    if (firstMisfit != null) {
      lines.add(line("misfits", number(misfits) + ", the first: " + firstMisfit));
    }
    lines.add("");
    int name = width("column", columns.stream().map(Column::name).toList());
    int type = width("type", columns.stream().map(c -> types(c)).toList());
    String format = "%-" + name + "s  %-" + type + "s  %8s  %10s %10s %10s";
    lines.add(format.formatted("column", "type", "missing", "shortest", "median", "longest"));
    for (Column c : columns) {
      Lengths l = c.lengths();
      lines.add(
          format
              .formatted(
                  c.name(),
                  types(c),
                  String.format(Locale.ROOT, "%.1f %%", 100 * c.missing()),
                  l == null ? "" : number(l.shortest()),
                  l == null ? "" : number(l.median()),
                  l == null ? "" : number(l.longest()))
              .stripTrailing());
    }
    lines.add("");
    lines.add("first row (" + first.place() + ")");
    Json.pretty(first.fields()).lines().forEach(lines::add);
    return lines;
  }

  private String shapeWords() {
    return shape == null
        ? "none that is known; name the columns, such as columns: {prompt: question}"
        : shape.word() + (conversational ? ", conversational" : ", plain");
  }

  private static String line(String name, String value) {
    return String.format(Locale.ROOT, "%-11s %s", name, value);
  }

  private static String number(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  private static String types(Column c) {
    return c.types().isEmpty() ? "nothing" : String.join(", ", c.types());
  }

  private static int width(String title, List<String> words) {
    return words.stream().mapToInt(String::length).reduce(title.length(), Math::max);
  }
}
