package dev.tesuji.dataset;

import dev.tesuji.check.BadInput;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// The shapes of data sets: which columns a row has, and so what can be learned from it.
///
/// They stand in the order in which they are looked for: a row that has what one shape needs is of
/// that shape, whatever else it has.
public enum Shape {
  /// `chosen` and `rejected`, with `prompt` or with what both begin with.
  PREFERENCE,
  /// `prompt` and `responses`, with or without `ranks`.
  RANKING,
  /// `prompt`, `completions` and `labels`.
  STEPWISE,
  /// `prompt`, `completion` and `label`, which is true or false.
  UNPAIRED_PREFERENCE,
  /// `prompt` and `completion`.
  PROMPT_COMPLETION,
  /// `messages` or `text`.
  LANGUAGE_MODELING,
  /// `prompt`.
  PROMPT_ONLY;

  /// ShareGPT's column for conversations.
  static final String CONVERSATIONS = "conversations";

  /// Returns whether a row is one of OpenAI's preferences.
  static boolean isOpenAi(Row row) {
    return has(row, "input", "preferred_output", "non_preferred_output");
  }

  /// Returns the shape of a row from the columns that it has.
  ///
  /// @throws BadInput when it is of none, naming the columns and how to map them
  public static Shape of(Row row, Columns columns) {
    return find(row, columns)
        .orElseThrow(() ->
            row.bad(
                "the columns are those of no data set that is known: "
                    + row.fields().propertyNames().stream()
                        .map(n -> "'" + n + "'")
                        .collect(Collectors.joining(", "))
                    + "; say which of them holds what, such as columns: {prompt: question,"
                    + " completion: answer}"));
  }

  /// Returns the shape of a row from the columns that it has; empty where it is of none.
  static Optional<Shape> find(Row row, Columns columns) {
    return Arrays.stream(values()).filter(s -> s.fits(row, columns)).findFirst();
  }

  private boolean fits(Row row, Columns c) {
    return switch (this) {
      case PREFERENCE -> has(row, c.chosen(), c.rejected()) || isOpenAi(row);
      case RANKING -> has(row, c.prompt(), c.responses());
      case STEPWISE -> has(row, c.prompt(), c.completions(), c.labels());
      case UNPAIRED_PREFERENCE ->
          has(row, c.prompt(), c.completion()) && ExampleReader.isLabel(row.get(c.label()));
      case PROMPT_COMPLETION -> has(row, c.prompt(), c.completion());
      case LANGUAGE_MODELING ->
          has(row, c.text()) || has(row, c.messages()) || has(row, CONVERSATIONS);
      case PROMPT_ONLY -> has(row, c.prompt());
    };
  }

  private static boolean has(Row row, String... columns) {
    return Arrays.stream(columns).allMatch(c -> row.fields().has(c) || row.get(c) != null);
  }

  /// Reads a row as an example of this shape.
  ///
  /// @throws BadInput when it does not fit, naming the line, the field and what it must be
  public Example read(Row row, Columns columns) {
    return new ExampleReader(row, columns).read(this);
  }

  /// Returns the name that recipes and people use: `prompt_completion`.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
