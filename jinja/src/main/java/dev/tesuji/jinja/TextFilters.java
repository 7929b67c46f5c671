package dev.tesuji.jinja;

import dev.tesuji.jinja.Value.Sequence;
import dev.tesuji.jinja.Value.Text;
import dev.tesuji.jinja.Value.Whole;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The filters that take a value's text.
final class TextFilters {
  private final Budget budget;
  private final Markup.Mode mode;

  TextFilters(Budget budget, Markup.Mode mode) {
    this.budget = budget;
    this.mode = mode;
  }

  /// Applies a filter; null where there is none of that name.
  @Nullable Value apply(String name, Value value, Arguments a) {
    return switch (name) {
      case "trim" -> {
        Bound b = Bound.of(a, name, "chars");
        Text text = soft(value);
        yield text.with(Strings.strip(text.text(), b.has(0) ? b.text(0) : null, true, true));
      }
      case "upper" -> soft(value).with(str(value).toUpperCase(Locale.ROOT));
      case "lower" -> soft(value).with(str(value).toLowerCase(Locale.ROOT));
      case "capitalize" -> soft(value).with(Strings.capitalize(str(value)));
      case "string" -> soft(value);
      case "title" -> new Text(title(str(value)));
      case "safe" -> new Text(str(value), true);
      case "escape", "e" -> Markup.escape(value, budget);
      case "forceescape" -> new Text(Markup.escape(str(value)), true);
      case "striptags" -> new Text(Markup.stripTags(str(value)));
      case "wordcount" -> Whole.of(words(str(value)));
      case "pprint" -> new Text(PrettyPrint.of(value, budget));
      default -> shaped(name, value, a);
    };
  }

  private @Nullable Value shaped(String name, Value value, Arguments a) {
    return switch (name) {
      case "replace" -> replace(value, Bound.of(a, name, "old", "new", "count"));
      case "indent" -> indent(soft(value), Bound.of(a, name, "width", "first", "blank"));
      case "center" ->
          soft(value).with(center(str(value), Bound.of(a, name, "width").whole(0, 80)));
      case "truncate" ->
          truncate(soft(value), Bound.of(a, name, "length", "killwords", "end", "leeway"));
      case "urlencode" -> new Text(UrlEncoding.of(value, budget));
      case "format" -> format(soft(value), a);
      case "wordwrap" -> new Text(wrap(str(value), a));
      case "xmlattr" -> attributes(value, Bound.of(a, name, "autospace").flag(0, true));
      default -> null;
    };
  }

  /// Returns a value as text that is safe where the value is.
  private Text soft(Value value) {
    return value instanceof Text t ? t : new Text(str(value));
  }

  private Value replace(Value value, Bound b) {
    int most = b.whole(2, -1);
    if (!mode.on) {
      return new Text(Strings.replace(str(value), str(b.value(0)), str(b.value(1)), most, budget));
    }
    Text text = soft(value);
    boolean safe = soft(b.value(0)).safe() || soft(b.value(1)).safe();
    text = safe ? Markup.escape(text, budget) : text;
    String by = text.safe() ? Markup.escape(b.value(1), budget).text() : str(b.value(1));
    return text.with(Strings.replace(text.text(), str(b.value(0)), by, most, budget));
  }

  private Value format(Text format, Arguments a) {
    if (!a.positional().isEmpty() && !a.named().isEmpty()) {
      throw new Trouble("can't handle positional and keyword arguments at the same time");
    }
    Map<Value, Value> named = new LinkedHashMap<>();
    a.named().forEach((key, value) -> named.put(new Text(key), value));
    Value values =
        named.isEmpty() ? new Sequence(Value.Kind.TUPLE, a.positional()) : new Value.Mapping(named);
    return format.with(new Formatting(budget, format.safe()).percent(format.text(), values));
  }

  private String wrap(String text, Arguments a) {
    Bound b =
        Bound.of(a, "wordwrap", "width", "break_long_words", "wrapstring", "break_on_hyphens");
    WordWrap wrap = new WordWrap(b.whole(0, 79), b.flag(1, true), b.flag(3, true));
    budget.characters(text.length());
    String between = b.text(2, "\n");
    StringBuilder out = new StringBuilder();
    List<String> lines = Strings.lines(text, false);
    for (int i = 0; i < lines.size(); i++) {
      out.append(i == 0 ? "" : between).append(String.join(between, wrap.lines(lines.get(i))));
      budget.fits(out.length());
    }
    return out.toString();
  }

  private Value attributes(Value value, boolean space) {
    if (!(Python.defined(value) instanceof Value.Mapping m)) {
      throw new Trouble("xmlattr needs a dict, got " + Python.typeName(value));
    }
    StringBuilder out = new StringBuilder();
    m.entries()
        .forEach((key, each) -> {
          if (each == Value.None.NONE || each instanceof Value.Undefined) {
            return;
          }
          if (str(key).chars().anyMatch(c -> Python.isSpace(c) || "/>=".indexOf(c) >= 0)) {
            throw new Trouble("Invalid character in attribute name: " + Printing.repr(key, budget));
          }
          out.append(out.isEmpty() && !space ? "" : " ").append(Markup.escape(key, budget).text());
          out.append("=\"").append(Markup.escape(each, budget).text()).append('"');
          budget.fits(out.length());
        });
    return new Text(out.toString(), mode.on);
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

  private Text indent(Text whole, Bound bound) {
    String text = whole.text();
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
    return whole.with(out.toString());
  }

  private String center(String text, int width) {
    int missing = Math.max(0, width - text.codePointCount(0, text.length()));
    budget.characters(missing);
    int before = missing / 2 + (missing & width & 1);
    return " ".repeat(before) + text + " ".repeat(missing - before);
  }

  private Text truncate(Text whole, Bound bound) {
    String text = whole.text();
    int length = bound.whole(0, 255);
    Text end = bound.has(2) && bound.value(2) instanceof Text t ? t : new Text("...");
    int size = text.codePointCount(0, text.length());
    if (length < end.length()) {
      throw new Trouble(
          "truncate() must leave room for '" + end.text() + "', got length " + length);
    }
    if (size <= (long) length + bound.whole(3, 5)) {
      return whole;
    }
    String cut = text.substring(0, text.offsetByCodePoints(0, length - end.length()));
    int blank = bound.flag(1, false) ? -1 : cut.lastIndexOf(' ');
    Text kept = whole.with(blank < 0 ? cut : cut.substring(0, blank));
    return kept.safe() || end.safe()
        ? new Text(Markup.escape(kept, budget).text() + Markup.escape(end, budget).text(), true)
        : new Text(kept.text() + end.text());
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
