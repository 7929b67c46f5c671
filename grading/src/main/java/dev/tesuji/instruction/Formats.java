package dev.tesuji.instruction;

import dev.tesuji.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;

/// Checks of lists, headings and other marks in a text.
final class Formats {
  // UNIX_LINES, for only a line feed ends a line in Python's expressions, which define these.
  private static final int LINES = Pattern.MULTILINE | Pattern.UNIX_LINES;
  private static final Pattern PLACEHOLDER = Pattern.compile("\\[.*?]", Pattern.UNIX_LINES);
  private static final Pattern STAR = Pattern.compile("^\\s*\\*[^*].*$", LINES);
  private static final Pattern DASH = Pattern.compile("^\\s*-.*$", LINES);
  private static final Pattern HIGHLIGHT = Pattern.compile("\\*[^\\n*]*\\*");
  private static final Pattern BOLD = Pattern.compile("\\*\\*[^\\n*]*\\*\\*");
  private static final Pattern TITLE = Pattern.compile("<<[^\\n]+>>");
  private static final List<String> CONSTRAINED =
      List.of("My answer is yes.", "My answer is no.", "My answer is maybe.");
  private static final List<String> FENCES = List.of("```json", "```Json", "```JSON", "```");
  private static final ObjectReader JSON =
      Json.MAPPER
          .readerFor(JsonNode.class)
          .with(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Formats() {}

  /// Counts what stands in square brackets.
  static long placeholders(String text) {
    return PLACEHOLDER.matcher(text).results().count();
  }

  /// Checks for a postscript.
  static Predicate<String> postscript(String marker) {
    String pattern =
        switch (marker) {
          case "P.P.S" -> "\\s*p\\.\\s?p\\.\\s?s.*$";
          case "P.S." -> "\\s*p\\.\\s?s\\..*$";
          default -> "\\s*" + marker.toLowerCase(Locale.ROOT) + ".*$";
        };
    Pattern compiled = Pattern.compile(pattern, LINES);
    return text -> compiled.matcher(text.toLowerCase(Locale.ROOT)).find();
  }

  /// Counts lines that begin with one star or a dash.
  static long bullets(String text) {
    return STAR.matcher(text).results().count() + DASH.matcher(text).results().count();
  }

  static boolean isConstrained(String text) {
    return CONSTRAINED.stream().anyMatch(text::contains);
  }

  /// Counts what stands between stars, and between pairs of stars.
  static long highlights(String text) {
    long plain =
        HIGHLIGHT
            .matcher(text)
            .results()
            .filter(m -> !m.group().replaceAll("^\\*+|\\*+$", "").isBlank())
            .count();
    long bold =
        BOLD.matcher(text)
            .results()
            .filter(m -> !m.group().substring(2, m.group().length() - 2).isBlank())
            .count();
    return plain + bold;
  }

  /// Checks for so many sections, each with its mark and a number.
  static Predicate<String> sections(String mark, int least) {
    Pattern pattern = Pattern.compile("\\s?" + mark + "\\s?\\d+\\s?");
    return text -> pattern.matcher(text).results().count() >= least;
  }

  /// Returns whether a text is JSON, perhaps in a fence of Markdown.
  static boolean isJson(String text) {
    String bare = text.strip();
    for (String fence : FENCES) {
      bare = bare.startsWith(fence) ? bare.substring(fence.length()) : bare;
    }
    bare = bare.endsWith("```") ? bare.substring(0, bare.length() - 3) : bare;
    try {
      JsonNode value = JSON.readValue(bare.strip());
      return !value.isMissingNode();
    } catch (JacksonException e) {
      return false;
    }
  }

  /// Returns whether there is something between double angle brackets.
  static boolean hasTitle(String text) {
    return TITLE
        .matcher(text)
        .results()
        .anyMatch(m -> !m.group().replaceAll("^<+", "").replaceAll(">+$", "").isBlank());
  }
}
