package dev.tesuji.jinja;

import dev.tesuji.jinja.Value.Mapping;
import dev.tesuji.jinja.Value.Real;
import dev.tesuji.jinja.Value.Sequence;
import dev.tesuji.jinja.Value.Text;
import dev.tesuji.jinja.Value.Whole;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Python's two ways to put values into a string: `'%s' % x` and `'{}'.format(x)`.
///
/// Known are the conversions s, r, d, i, f and x with flags, width and precision; in braces, a
/// place or a name, and a conversion after a colon.
final class Formatting {
  private static final int WIDEST = 10_000;

  private final Budget budget;
  private final boolean escaping; // whether values are escaped, as those of a safe format are

  Formatting(Budget budget, boolean escaping) {
    this.budget = budget;
    this.escaping = escaping;
  }

  /// The flags, width and precision before the letter of a conversion.
  ///
  /// @param precision negative where there is none
  private record Layout(boolean left, boolean zeros, boolean plus, int width, int precision) {}

  /// A place in a format.
  private static final class Reader {
    final String text;
    int at;

    Reader(String text) {
      this.text = text;
    }

    boolean more() {
      return at < text.length();
    }

    boolean skip(char c) {
      boolean here = more() && text.charAt(at) == c;
      at += here ? 1 : 0;
      return here;
    }

    char next() {
      if (!more()) {
        throw new Trouble("a format ends in the middle of a conversion");
      }
      return text.charAt(at++);
    }

    String upTo(char end) {
      int close = text.indexOf(end, at);
      if (close < 0) {
        throw new Trouble("a format lacks a '" + end + "'");
      }
      String part = text.substring(at, close);
      at = close + 1;
      return part;
    }

    int number() {
      int value = 0;
      while (more() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        value = Math.min(WIDEST, 10 * value + next() - '0');
      }
      return value;
    }

    Layout layout() {
      boolean left = false;
      boolean zeros = false;
      boolean plus = false;
      while (more() && "-0+ #<>".indexOf(text.charAt(at)) >= 0) {
        char c = next();
        left |= c == '-' || c == '<';
        zeros |= c == '0';
        plus |= c == '+';
      }
      return new Layout(left, zeros, plus, number(), skip('.') ? number() : -1);
    }
  }

  /// Computes `format % values`.
  String percent(String format, Value values) {
    List<Value> list =
        values instanceof Sequence s && s.kind().isTuple() ? s.items() : List.of(values);
    StringBuilder out = new StringBuilder();
    Reader in = new Reader(format);
    int used = 0;
    while (in.more()) {
      char c = in.next();
      if (c != '%' || in.skip('%')) {
        out.append(c);
        continue;
      }
      Value value = null;
      if (values instanceof Mapping m && in.skip('(')) {
        value = m.entries().get(new Text(in.upTo(')')));
        used = list.size();
      }
      Layout layout = in.layout();
      char kind = in.next();
      if (value == null) {
        if (used >= list.size()) {
          throw new Trouble("not enough arguments for format string");
        }
        value = list.get(used++);
      }
      out.append(convert(kind, layout, value));
      budget.fits(out.length());
    }
    if (used < list.size() && !(values instanceof Mapping)) {
      throw new Trouble("not all arguments converted during string formatting");
    }
    return out.toString();
  }

  /// Computes `format.format(...)`.
  String braces(String format, Arguments arguments) {
    StringBuilder out = new StringBuilder();
    Reader in = new Reader(format);
    int used = 0;
    boolean numbered = false;
    while (in.more()) {
      char c = in.next();
      if (c == '}' && !in.skip('}')) {
        throw new Trouble("Single '}' encountered in format string");
      }
      if (c != '{' || in.skip('{')) {
        out.append(c);
        continue;
      }
      String field = in.upTo('}');
      int colon = field.indexOf(':');
      String name = colon < 0 ? field : field.substring(0, colon);
      numbered |= !name.isEmpty() && Character.isDigit(name.charAt(0));
      if (numbered && (used > 0 || name.isEmpty())) {
        throw new Trouble("a format must number all of its fields, or none");
      }
      Value value = name.isEmpty() ? place(arguments, used++) : named(arguments, name);
      Reader layout = new Reader(colon < 0 ? "" : field.substring(colon + 1));
      out.append(convert(layout, value));
      budget.fits(out.length());
    }
    return out.toString();
  }

  private String convert(Reader in, Value value) {
    boolean number = Numbers.number(value) != null;
    boolean grouped = in.skip(',');
    Layout layout = in.layout();
    grouped |= in.skip(',');
    layout =
        in.skip('.')
            ? new Layout(layout.left, layout.zeros, layout.plus, layout.width, in.number())
            : layout;
    // Numbers stand on the right, other things on the left.
    boolean left = layout.left || (!number && !in.text.startsWith(">"));
    layout = new Layout(left, layout.zeros, layout.plus, layout.width, layout.precision);
    String text =
        convert(in.more() ? in.next() : layout.precision >= 0 && number ? 'f' : 's', layout, value);
    return grouped ? group(text) : text;
  }

  /// Puts a comma before each three digits of the whole part.
  private static String group(String number) {
    int point = number.indexOf('.') < 0 ? number.length() : number.indexOf('.');
    StringBuilder out = new StringBuilder(number);
    for (int i = point - 3; i > 0 && Character.isDigit(number.charAt(i - 1)); i -= 3) {
      out.insert(i, ',');
    }
    return out.toString();
  }

  private static Value place(Arguments arguments, int place) {
    if (place >= arguments.positional().size()) {
      throw new Trouble("a format asks for more values than were given");
    }
    return arguments.positional().get(place);
  }

  private static Value named(Arguments arguments, String name) {
    if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return place(arguments, name.length() > 5 ? Integer.MAX_VALUE : Integer.parseInt(name));
    }
    Value value = arguments.named().get(name);
    if (value == null) {
      throw new Trouble("a format asks for '" + name + "', which was not given");
    }
    return value;
  }

  private String convert(char kind, Layout layout, Value value) {
    String text =
        switch (kind) {
          case 's' -> cut(str(value), layout.precision);
          case 'r' -> cut(str(new Text(Printing.repr(value, budget))), layout.precision);
          case 'd', 'i' -> whole(value).value().toString();
          case 'x' -> whole(value).value().toString(16);
          case 'X' -> whole(value).value().toString(16).toUpperCase(Locale.ROOT);
          case 'f', 'F' -> fixed(value, layout.precision < 0 ? 6 : layout.precision);
          default -> throw new Trouble("unsupported format character '" + kind + "'");
        };
    boolean number = kind != 's' && kind != 'r';
    if (number && layout.plus && !text.startsWith("-")) {
      text = "+" + text;
    }
    int missing = Math.max(0, layout.width - text.codePointCount(0, text.length()));
    if (layout.left) {
      return text + " ".repeat(missing);
    }
    if (layout.zeros && number) {
      int sign = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
      return text.substring(0, sign) + "0".repeat(missing) + text.substring(sign);
    }
    return " ".repeat(missing) + text;
  }

  private String str(Value value) {
    return escaping ? Markup.escape(value, budget).text() : Printing.str(value, budget);
  }

  private static String cut(String text, int precision) {
    boolean whole = precision < 0 || precision >= text.codePointCount(0, text.length());
    return whole ? text : text.substring(0, text.offsetByCodePoints(0, precision));
  }

  private static Whole whole(Value value) {
    return switch (numeric(value)) {
      case Real r -> Numbers.truncate(r.value());
      case Whole w -> w;
      default -> throw new IllegalArgumentException("a number is needed");
    };
  }

  private static String fixed(Value value, int precision) {
    Value number = numeric(value);
    if (number instanceof Real r && !Double.isFinite(r.value())) {
      return Numbers.repr(r.value());
    }
    BigDecimal exact =
        number instanceof Whole w
            ? new BigDecimal(w.value())
            : new BigDecimal(Numbers.real(number));
    return exact.setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
  }

  private static Value numeric(Value value) {
    @Nullable Value number = Numbers.number(value);
    if (number == null) {
      throw new Trouble(
          "a number is required by the format, not " + Python.typeName(Python.defined(value)));
    }
    return number;
  }
}
