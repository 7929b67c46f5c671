package dev.tesuji.jinja;

import dev.tesuji.jinja.Value.Bool;
import dev.tesuji.jinja.Value.Kind;
import dev.tesuji.jinja.Value.Mapping;
import dev.tesuji.jinja.Value.None;
import dev.tesuji.jinja.Value.Real;
import dev.tesuji.jinja.Value.Sequence;
import dev.tesuji.jinja.Value.Text;
import dev.tesuji.jinja.Value.Whole;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes values as Python's `json.dumps` does: `, ` and `: ` between things, floats as `repr` has
/// them, and by default no escapes beyond those that JSON asks for.
final class JsonText {
  /// How it is written.
  ///
  /// @param ascii whether other characters are escaped
  /// @param indent what each level is indented by; null for one line
  /// @param itemSeparator between elements
  /// @param keySeparator between a key and its value
  /// @param sorted whether keys are sorted
  record Style(
      boolean ascii,
      @Nullable String indent,
      String itemSeparator,
      String keySeparator,
      boolean sorted) {}

  private final StringBuilder out = new StringBuilder();
  private final Style style;
  private final Budget budget;

  private JsonText(Style style, Budget budget) {
    this.style = style;
    this.budget = budget;
  }

  /// Writes a value.
  ///
  /// @throws Trouble when JSON has nothing for it
  static String of(Value value, Style style, Budget budget) {
    JsonText json = new JsonText(style, budget);
    json.write(value, 0);
    budget.fits(json.out.length());
    return json.out.toString();
  }

  private void write(Value value, int depth) {
    Budget.checkNesting(depth);
    budget.steps(1);
    budget.fits(out.length());
    switch (value) {
      case None _ -> out.append("null");
      case Bool b -> out.append(b.is());
      case Whole w -> out.append(w.value());
      case Real r -> out.append(real(r.value()));
      case Text t -> quote(t.text());
      case Sequence s when s.kind() == Kind.LIST || s.kind().isTuple() -> {
        out.append('[');
        String separator = "";
        for (Value item : s.items()) {
          out.append(separator);
          newline(depth + 1);
          write(item, depth + 1);
          separator = style.itemSeparator();
        }
        close(s.items().isEmpty(), depth, ']');
      }
      case Mapping m -> mapping(m, depth);
      default ->
          throw new Trouble(
              "Object of type " + Python.typeName(value) + " is not JSON serializable");
    }
  }

  private void mapping(Mapping m, int depth) {
    out.append('{');
    List<Map.Entry<Value, Value>> entries = new ArrayList<>(m.entries().entrySet());
    if (style.sorted()) {
      entries.sort((a, b) -> Python.compare(a.getKey(), b.getKey(), budget));
    }
    String separator = "";
    for (Map.Entry<Value, Value> e : entries) {
      out.append(separator);
      newline(depth + 1);
      Value key = e.getKey();
      if (key instanceof Text t) {
        quote(t.text());
      } else {
        out.append('"');
        write(key, depth + 1);
        out.append('"');
      }
      out.append(style.keySeparator());
      write(e.getValue(), depth + 1);
      separator = style.itemSeparator();
    }
    close(entries.isEmpty(), depth, '}');
  }

  private void newline(int depth) {
    String indent = style.indent();
    if (indent != null) {
      budget.characters((long) indent.length() * depth);
      out.append('\n').repeat(indent, depth);
    }
  }

  private void close(boolean empty, int depth, char bracket) {
    if (!empty) {
      newline(depth);
    }
    out.append(bracket);
  }

  private static String real(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    return Double.isInfinite(value) ? (value > 0 ? "Infinity" : "-Infinity") : Numbers.repr(value);
  }

  private void quote(String text) {
    budget.characters(text.length());
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\f' -> out.append("\\f");
        case '\b' -> out.append("\\b");
        default -> {
          if (c < ' ' || (style.ascii() && c > '~')) {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
