package dev.tesuji.jinja;

import dev.tesuji.jinja.Value.Mapping;
import dev.tesuji.jinja.Value.Real;
import dev.tesuji.jinja.Value.Text;
import dev.tesuji.jinja.Value.Undefined;
import dev.tesuji.jinja.Value.Whole;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The filters of jinja2: what may stand behind `|`. Those of lists are in [ListFilters], those of
/// text in [TextFilters].
final class Filters {
  /// All names.
  static final List<String> NAMES =
      List.of(
          "abs",
          "attr",
          "batch",
          "capitalize",
          "center",
          "count",
          "d",
          "default",
          "dictsort",
          "e",
          "escape",
          "filesizeformat",
          "first",
          "float",
          "forceescape",
          "format",
          "groupby",
          "indent",
          "int",
          "items",
          "join",
          "last",
          "length",
          "list",
          "lower",
          "map",
          "max",
          "min",
          "pprint",
          "reject",
          "rejectattr",
          "replace",
          "reverse",
          "round",
          "safe",
          "select",
          "selectattr",
          "slice",
          "sort",
          "string",
          "striptags",
          "sum",
          "title",
          "tojson",
          "trim",
          "truncate",
          "unique",
          "upper",
          "urlencode",
          "wordcount",
          "wordwrap",
          "xmlattr");

  /// Those of jinja2 that are refused, and why.
  private static final Map<String, String> REFUSED =
      Map.of(
          "random", "a rendering must be the same every time, and this filter draws by chance",
          "urlize", "it writes links in HTML, which no model reads");

  private static final Set<String> WITHOUT_ARGUMENTS =
      Set.of(
          "abs",
          "capitalize",
          "count",
          "e",
          "escape",
          "first",
          "forceescape",
          "items",
          "last",
          "length",
          "list",
          "lower",
          "pprint",
          "reverse",
          "safe",
          "string",
          "striptags",
          "title",
          "upper",
          "urlencode",
          "wordcount");

  private static final int FINEST = 400; // digits behind the point; a double has at most 1074

  private static final Pattern FLOAT =
      Pattern.compile("[-+]?([0-9]++\\.?[0-9]*+|\\.[0-9]++)([eE][-+]?[0-9]++)?");

  private final Budget budget;
  private final Attributes attributes;
  private final TextFilters texts;
  private final ListFilters lists;

  Filters(Budget budget, Attributes attributes, Tests tests, Markup.Mode mode) {
    this.budget = budget;
    this.attributes = attributes;
    this.texts = new TextFilters(budget, mode);
    this.lists = new ListFilters(budget, attributes, tests, this, mode);
  }

  /// Applies a filter.
  ///
  /// @throws Trouble when there is none of that name, or it cannot be applied to this value
  Value apply(String name, Value value, Arguments arguments) {
    Python.reading(budget, value);
    if (WITHOUT_ARGUMENTS.contains(name)) {
      Bound.of(arguments, name);
    }
    Value result = number(name, value, arguments);
    result = result == null ? texts.apply(name, value, arguments) : result;
    result = result == null ? lists.apply(name, value, arguments) : result;
    if (result == null && REFUSED.containsKey(name)) {
      throw new Trouble("filter '" + name + "' is refused: " + REFUSED.get(name));
    }
    if (result == null) {
      throw new Trouble("No filter named '" + name + "'" + Suggestion.hint(name, NAMES));
    }
    Python.reading(budget, result);
    return result;
  }

  private @Nullable Value number(String name, Value value, Arguments a) {
    return switch (name) {
      case "default", "d" -> {
        Bound b = Bound.of(a, name, "default_value", "boolean");
        boolean missing = value instanceof Undefined || (b.flag(1, false) && !Python.isTrue(value));
        yield missing ? b.value(0, Value.EMPTY) : value;
      }
      case "abs" -> {
        Value number = needNumber(value);
        yield number instanceof Whole w
            ? new Whole(w.value().abs())
            : new Real(Math.abs(Numbers.real(number)));
      }
      case "int" -> whole(Python.defined(value), Bound.of(a, name, "default", "base"));
      case "float" -> {
        Double real = real(Python.defined(value));
        yield real == null ? Bound.of(a, name, "default").value(0, new Real(0)) : new Real(real);
      }
      case "filesizeformat" -> {
        Double bytes = real(Python.defined(value));
        if (bytes == null) {
          throw new Trouble("filesizeformat needs a number, got " + Python.typeName(value));
        }
        yield new Text(FileSize.format(bytes, Bound.of(a, name, "binary").flag(0, false)));
      }
      case "round" -> round(needNumber(value), Bound.of(a, name, "precision", "method"));
      case "attr" -> {
        Value found = attributes.attribute(value, Bound.of(a, name, "name").text(0));
        boolean entry = value instanceof Mapping && !(found instanceof Value.Callable);
        yield entry ? new Undefined("'dict object' has no attribute") : found;
      }
      case "tojson" ->
          json(value, Bound.of(a, name, "ensure_ascii", "indent", "separators", "sort_keys"));
      default -> null;
    };
  }

  private static Value needNumber(Value value) {
    Value number = Numbers.number(Python.defined(value));
    if (number == null) {
      throw new Trouble("a number is needed, got " + Python.typeName(value));
    }
    return number;
  }

  private static Value whole(Value value, Bound bound) {
    if (Numbers.number(value) instanceof Whole w) {
      return w;
    }
    if (value instanceof Text t && t.text().length() <= Numbers.DIGITS) {
      try {
        int base = Math.clamp(bound.whole(1, 10), 2, 36);
        return new Whole(new BigInteger(withoutPrefix(digits(t), base), base));
      } catch (NumberFormatException _) {
        // It may still be a float.
      }
    }
    Double real = real(value);
    return real == null || !Double.isFinite(real)
        ? bound.value(0, Whole.of(0))
        : Numbers.truncate(real);
  }

  /// Takes off the `0x` that a text may begin with, where it agrees with the base.
  private static String withoutPrefix(String digits, int base) {
    String prefix = base == 16 ? "0x" : base == 8 ? "0o" : base == 2 ? "0b" : "";
    boolean has = !prefix.isEmpty() && digits.toLowerCase(Locale.ROOT).startsWith(prefix);
    return has ? digits.substring(2) : digits;
  }

  /// Returns a number, or the number that a text says; null where there is none.
  private static @Nullable Double real(Value value) {
    Value number = Numbers.number(value);
    if (number != null) {
      return Numbers.real(number);
    }
    boolean says =
        value instanceof Text t
            && t.text().length() <= Numbers.DIGITS
            && FLOAT.matcher(digits(t)).matches();
    return says && value instanceof Text t ? Double.valueOf(digits(t)) : null;
  }

  private static String digits(Text text) {
    return Strings.strip(text.text(), null, true, true).replace("_", "");
  }

  private static Value round(Value number, Bound bound) {
    int precision = Math.clamp(bound.whole(0, 0), -FINEST, FINEST);
    String method = bound.text(1, "common");
    RoundingMode mode =
        switch (method) {
          case "common" -> RoundingMode.HALF_EVEN;
          case "ceil" -> RoundingMode.CEILING;
          case "floor" -> RoundingMode.FLOOR;
          default ->
              throw new Trouble("method must be common, ceil or floor, got '" + method + "'");
        };
    if (number instanceof Whole w) {
      BigInteger rounded =
          precision >= 0
              ? w.value()
              : new BigDecimal(w.value()).setScale(precision, mode).toBigInteger();
      return method.equals("common") ? new Whole(rounded) : new Real(rounded.doubleValue());
    }
    double value = Numbers.real(number);
    return new Real(
        Double.isFinite(value)
            ? new BigDecimal(value).setScale(precision, mode).doubleValue()
            : value);
  }

  private Value json(Value value, Bound bound) {
    String indent = null;
    if (bound.has(1)) {
      boolean text = bound.value(1) instanceof Text;
      indent = text ? bound.text(1) : blanks(bound.whole(1));
    }
    String items = indent == null ? ", " : ",";
    String keys = ": ";
    if (bound.has(2)) {
      List<Value> separators = Python.iterate(bound.value(2), budget);
      if (separators.size() != 2
          || !(separators.get(0) instanceof Text first)
          || !(separators.get(1) instanceof Text second)) {
        throw new Trouble("separators must be two strings");
      }
      items = first.text();
      keys = second.text();
    }
    boolean ascii = bound.flag(0, false);
    JsonText.Style style = new JsonText.Style(ascii, indent, items, keys, bound.flag(3, false));
    return new Text(JsonText.of(value, style, budget));
  }

  private String blanks(int n) {
    budget.characters(n);
    return " ".repeat(Math.max(0, n));
  }
}
