package dev.tesuji.jinja;

import dev.tesuji.jinja.Arguments.Bound;
import dev.tesuji.jinja.Value.Sequence;
import dev.tesuji.jinja.Value.Text;
import dev.tesuji.jinja.Value.Whole;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The filters that take a value's text.
final class TextFilters {
  private final Budget budget;

  TextFilters(Budget budget) {
    this.budget = budget;
  }

  /// Applies a filter; null where there is none of that name.
  @Nullable Value apply(String name, Value value, Arguments a) {
    String text =
        switch (name) {
          case "trim" -> {
            Bound b = a.bind(name, "chars");
            yield Strings.strip(str(value), b.has(0) ? b.text(0) : null, true, true);
          }
          case "upper" -> str(value).toUpperCase(Locale.ROOT);
          case "lower" -> str(value).toLowerCase(Locale.ROOT);
          case "capitalize" -> Strings.capitalize(str(value));
          case "title" -> title(str(value));
          case "string", "safe" -> str(value);
          case "escape", "e", "forceescape" -> escape(str(value));
          case "replace" -> {
            Bound b = a.bind(name, "old", "new", "count");
            yield Strings.replace(
                str(value), str(b.value(0)), str(b.value(1)), b.whole(2, -1), budget);
          }
          case "indent" -> indent(str(value), a.bind(name, "width", "first", "blank"));
          case "center" -> center(str(value), a.bind(name, "width").whole(0, 80));
          case "truncate" ->
              truncate(str(value), a.bind(name, "length", "killwords", "end", "leeway"));
          case "striptags" -> stripTags(str(value));
          case "urlencode" ->
              URLEncoder.encode(str(value), StandardCharsets.UTF_8)
                  .replace("+", "%20")
                  .replace("%2F", "/")
                  .replace("%7E", "~")
                  .replace("*", "%2A");
          case "format" ->
              new Formatting(budget)
                  .percent(str(value), new Sequence(Value.Kind.TUPLE, a.positional()));
          default -> null;
        };
    if (text == null) {
      return name.equals("wordcount") ? Whole.of(words(str(value))) : null;
    }
    return new Text(text);
  }

  private String str(Value value) {
    return Printing.str(value, budget);
  }

  /// Writes the first letter of each word large and the others small; words end at blanks and
  /// opening brackets, unlike those of Python's own `title()`.
  private static String title(String text) {
    StringBuilder out = new StringBuilder();
    boolean begins = true;
    for (int c : text.codePoints().toArray()) {
      String one = Character.toString(c);
      out.append(begins ? one.toUpperCase(Locale.ROOT) : one.toLowerCase(Locale.ROOT));
      begins = Python.isSpace(c) || "-({[<".indexOf(c) >= 0;
    }
    return out.toString();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace(">", "&gt;")
        .replace("<", "&lt;")
        .replace("'", "&#39;")
        .replace("\"", "&#34;");
  }

  private String indent(String text, Bound bound) {
    boolean given = bound.has(0) && bound.value(0) instanceof Text;
    int width = given ? 0 : bound.whole(0, 4);
    budget.characters(width);
    String indent = given ? bound.text(0) : " ".repeat(Math.max(0, width));
    boolean blank = bound.flag(2, false);
    List<String> lines = Strings.lines(text + "\n", false);
    budget.characters((long) indent.length() * lines.size() + text.length());
    StringBuilder out = new StringBuilder(bound.flag(1, false) ? indent : "");
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      out.append(i == 0 ? "" : "\n");
      out.append(i > 0 && (blank || !line.isEmpty()) ? indent : "").append(line);
    }
    return out.toString();
  }

  private String center(String text, int width) {
    int missing = Math.max(0, width - text.codePointCount(0, text.length()));
    budget.characters(missing);
    int before = missing / 2 + (missing & width & 1);
    return " ".repeat(before) + text + " ".repeat(missing - before);
  }

  private static String truncate(String text, Bound bound) {
    int length = bound.whole(0, 255);
    String end = bound.text(2, "...");
    int size = text.codePointCount(0, text.length());
    if (length < end.length()) {
      throw new Trouble("truncate() must leave room for '" + end + "', got length " + length);
    }
    if (size <= (long) length + bound.whole(3, 5)) {
      return text;
    }
    String cut = text.substring(0, text.offsetByCodePoints(0, length - end.length()));
    int blank = bound.flag(1, false) ? -1 : cut.lastIndexOf(' ');
    return (blank < 0 ? cut : cut.substring(0, blank)) + end;
  }

  private static String stripTags(String text) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    for (int open = text.indexOf('<'); open >= 0; open = text.indexOf('<', at)) {
      int close = text.indexOf('>', open);
      if (close < 0) {
        break;
      }
      out.append(text, at, open);
      at = close + 1;
    }
    return String.join(" ", Strings.words(out.append(text.substring(at)).toString(), -1, false));
  }

  private static int words(String text) {
    int words = 0;
    boolean inside = false;
    for (int c : text.codePoints().toArray()) {
      boolean letter = Character.isLetterOrDigit(c) || c == '_';
      words += letter && !inside ? 1 : 0;
      inside = letter;
    }
    return words;
  }
}
