package dev.tesuji.jinja;

import dev.tesuji.jinja.Value.Bool;
import dev.tesuji.jinja.Value.Callable;
import dev.tesuji.jinja.Value.Kind;
import dev.tesuji.jinja.Value.Mapping;
import dev.tesuji.jinja.Value.Namespace;
import dev.tesuji.jinja.Value.None;
import dev.tesuji.jinja.Value.Real;
import dev.tesuji.jinja.Value.Sequence;
import dev.tesuji.jinja.Value.Text;
import dev.tesuji.jinja.Value.Undefined;
import dev.tesuji.jinja.Value.Whole;
import java.math.BigInteger;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Writes values as Python's `str` and `repr` do.
final class Printing {
  private final StringBuilder out = new StringBuilder();
  private final Budget budget;

  private Printing(Budget budget) {
    this.budget = budget;
  }

  /// Writes a value as `str` does; nothing where it is undefined.
  static String str(Value value, Budget budget) {
    return value instanceof Text t ? t.text() : repr(value, budget);
  }

  /// Writes a value as `repr` does.
  static String repr(Value value, Budget budget) {
    Printing printing = new Printing(budget);
    printing.write(value, 0);
    return printing.out.toString();
  }

  private void write(Value value, int depth) {
    Budget.checkNesting(depth);
    budget.steps(1);
    switch (value) {
      case Undefined _ -> out.append(depth == 0 ? "" : "Undefined");
      case None _ -> out.append("None");
      case Bool b -> out.append(b.is() ? "True" : "False");
      case Whole w -> out.append(w.value());
      case Real r -> out.append(Numbers.repr(r.value()));
      case Text t -> {
        out.append(t.safe() ? "Markup(" : "");
        quote(t.text());
        out.append(t.safe() ? ")" : "");
      }
      case Sequence s -> sequence(s, depth);
      case Mapping m -> mapping(m.entries(), depth);
      case Namespace n -> {
        out.append("<Namespace {");
        String separator = "";
        for (Map.Entry<String, Value> e : n.fields().entrySet()) {
          out.append(separator).append("'").append(e.getKey()).append("': ");
          write(e.getValue(), depth + 1);
          separator = ", ";
        }
        out.append("}>");
      }
      case Callable c -> out.append("<function ").append(c.name()).append('>');
      case Loop l ->
          out.append(
              String.format(Locale.ROOT, "<LoopContext %d/%d>", l.index() + 1, l.items().size()));
    }
    budget.fits(out.length());
  }

  private void sequence(Sequence s, int depth) {
    String open =
        switch (s.kind()) {
          case LIST -> "[";
          case TUPLE, GROUP -> "(";
          case RANGE -> "range(";
          case KEYS, VALUES, ITEMS -> s.kind().python + "([";
          case GENERATOR -> "<generator object>";
        };
    out.append(open);
    if (s.kind() == Kind.GENERATOR) {
      return;
    }
    if (s.kind() == Kind.RANGE) {
      range(s.items());
      return;
    }
    String separator = "";
    for (Value item : s.items()) {
      out.append(separator);
      write(item, depth + 1);
      separator = ", ";
    }
    String close =
        switch (s.kind()) {
          case LIST -> "]";
          case TUPLE, GROUP -> s.items().size() == 1 ? ",)" : ")";
          default -> "])";
        };
    out.append(close);
  }

  /// Writes where a range begins and ends, and its step where that is not 1.
  private void range(List<Value> items) {
    BigInteger start = items.isEmpty() ? BigInteger.ZERO : whole(items.getFirst());
    BigInteger step = items.size() < 2 ? BigInteger.ONE : whole(items.get(1)).subtract(start);
    BigInteger end = items.isEmpty() ? start : whole(items.getLast()).add(step);
    out.append(start).append(", ").append(end);
    out.append(step.equals(BigInteger.ONE) ? "" : ", " + step).append(')');
  }

  private static BigInteger whole(Value item) {
    return item instanceof Whole w ? w.value() : BigInteger.ZERO;
  }

  private void mapping(Map<Value, Value> entries, int depth) {
    out.append('{');
    Iterator<Map.Entry<Value, Value>> each = entries.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<Value, Value> e = each.next();
      write(e.getKey(), depth + 1);
      out.append(": ");
      write(e.getValue(), depth + 1);
      out.append(each.hasNext() ? ", " : "");
    }
    out.append('}');
  }

  /// Writes a string in quotes: single ones unless it has some of those and no double ones.
  private void quote(String text) {
    budget.characters(text.length());
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    out.append(quote);
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
              if (c == quote) {
                out.append('\\').append(quote);
              } else if (isPrintable(c)) {
                out.appendCodePoint(c);
              } else {
                String form = c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x";
                out.append(String.format(Locale.ROOT, form, c));
              }
            }
          }
        });
    out.append(quote);
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }
}
