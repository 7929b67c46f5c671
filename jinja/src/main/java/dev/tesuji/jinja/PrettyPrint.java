package dev.tesuji.jinja;

import dev.tesuji.jinja.Value.Mapping;
import dev.tesuji.jinja.Value.Sequence;
import dev.tesuji.jinja.Value.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Writes a value as Python's `pprint.pformat` does: on one line where that has 80 characters, else
/// one element below the other; keys in order, long texts in pieces.
final class PrettyPrint {
  private static final int WIDTH = 80;
  private static final Pattern WORD = Pattern.compile("\\S*\\s*");

  private final StringBuilder out = new StringBuilder();
  private final Budget budget;

  private PrettyPrint(Budget budget) {
    this.budget = budget;
  }

  static String of(Value value, Budget budget) {
    PrettyPrint print = new PrettyPrint(budget);
    print.write(print.ordered(value, 0), 0, 0, 0);
    return print.out.toString();
  }

  /// Returns the same value with the keys of dicts in order: of texts their own, else that of their
  /// types' names.
  private Value ordered(Value value, int depth) {
    Budget.checkNesting(depth);
    budget.steps(1);
    return switch (value) {
      case Sequence s when s.kind() == Value.Kind.LIST || s.kind().isTuple() ->
          new Sequence(s.kind(), s.items().stream().map(item -> ordered(item, depth + 1)).toList());
      case Mapping m -> {
        List<Map.Entry<Value, Value>> entries = new ArrayList<>(m.entries().entrySet());
        entries.sort((a, b) -> compare(a.getKey(), b.getKey()));
        Map<Value, Value> sorted = new LinkedHashMap<>();
        entries.forEach(e -> sorted.put(e.getKey(), ordered(e.getValue(), depth + 1)));
        yield new Mapping(sorted);
      }
      default -> value;
    };
  }

  private int compare(Value a, Value b) {
    try {
      return Python.compare(a, b, budget);
    } catch (Trouble _) { // no order: by type
      return Python.typeName(a).compareTo(Python.typeName(b));
    }
  }

  /// @param indent the column at which it begins
  /// @param allowance how many characters follow it on its last line
  private void write(Value value, int indent, int allowance, int level) {
    String whole = Printing.repr(value, budget);
    budget.fits(out.length() + (long) whole.length());
    if (whole.codePointCount(0, whole.length()) <= WIDTH - indent - allowance) {
      out.append(whole);
      return;
    }
    switch (value) {
      case Mapping m -> {
        out.append('{');
        int i = 0;
        for (Map.Entry<Value, Value> e : m.entries().entrySet()) {
          boolean last = ++i == m.entries().size();
          String key = Printing.repr(e.getKey(), budget);
          out.append(key).append(": ");
          write(e.getValue(), indent + 1 + key.length() + 2, last ? allowance + 1 : 1, level + 1);
          next(last, indent);
        }
        out.append('}');
      }
      case Sequence s when s.kind() == Value.Kind.LIST || s.kind().isTuple() -> {
        boolean tuple = s.kind().isTuple();
        String end = tuple ? s.items().size() == 1 ? ",)" : ")" : "]";
        out.append(tuple ? '(' : '[');
        for (int i = 0; i < s.items().size(); i++) {
          boolean last = i == s.items().size() - 1;
          write(s.items().get(i), indent + 1, last ? allowance + end.length() : 1, level + 1);
          next(last, indent);
        }
        out.append(end);
      }
      case Text t when !t.safe() && !t.text().isEmpty() -> text(t.text(), indent, allowance, level);
      default -> out.append(whole);
    }
  }

  private void next(boolean last, int indent) {
    if (!last) {
      budget.characters(indent);
      out.append(",\n").repeat(' ', indent + 1);
    }
  }

  /// Writes a text in pieces: its lines, and those too long word by word.
  private void text(String text, int from, int last, int level) {
    int indent = level == 0 ? from + 1 : from; // in brackets where it stands alone
    int allowance = level == 0 ? last + 1 : last;
    List<String> pieces = new ArrayList<>();
    List<String> lines = Strings.lines(text, true);
    for (int i = 0; i < lines.size(); i++) {
      boolean end = i == lines.size() - 1;
      int room = WIDTH - indent - (end ? allowance : 0);
      String whole = repr(lines.get(i));
      if (whole.length() <= room) {
        pieces.add(whole);
      } else {
        words(lines.get(i), WIDTH - indent, end ? allowance : 0, pieces);
      }
    }
    if (pieces.size() == 1) {
      out.append(pieces.getFirst());
      return;
    }
    out.append(level == 0 ? "(" : "");
    for (int i = 0; i < pieces.size(); i++) {
      budget.characters(indent);
      out.append(i == 0 ? "" : "\n" + " ".repeat(indent)).append(pieces.get(i));
      budget.fits(out.length());
    }
    out.append(level == 0 ? ")" : "");
  }

  private void words(String line, int width, int allowance, List<String> pieces) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(line);
    while (matcher.find()) {
      words.add(matcher.group());
    }
    if (!words.isEmpty() && words.getLast().isEmpty()) {
      words.removeLast();
    }
    String current = "";
    for (int i = 0; i < words.size(); i++) {
      String longer = current + words.get(i);
      int room = width - (i == words.size() - 1 ? allowance : 0);
      if (repr(longer).length() > room) {
        if (!current.isEmpty()) {
          pieces.add(repr(current));
        }
        current = words.get(i);
      } else {
        current = longer;
      }
    }
    if (!current.isEmpty()) {
      pieces.add(repr(current));
    }
  }

  private String repr(String text) {
    return Printing.repr(new Text(text), budget);
  }
}
