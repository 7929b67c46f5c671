package dev.tesuji.jinja;

import dev.tesuji.jinja.Value.Mapping;
import dev.tesuji.jinja.Value.Sequence;
import dev.tesuji.jinja.Value.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Writes a value for the address of a page, as jinja2's `urlencode` does: a text as a part of a
/// path, a dict or a list of pairs as a query.
final class UrlEncoding {
  private UrlEncoding() {}

  static String of(Value value, Budget budget) {
    List<Value> pairs =
        switch (value) {
          case Mapping m -> {
            List<Value> entries = new ArrayList<>();
            m.entries().forEach((key, item) -> entries.add(Sequence.tuple(key, item)));
            yield entries;
          }
          case Sequence s -> s.items();
          default -> null;
        };
    if (pairs == null) {
      return quote(Printing.str(value, budget), "/");
    }
    StringBuilder query = new StringBuilder();
    for (Value pair : pairs) {
      List<Value> parts = Python.iterate(pair, budget);
      if (parts.size() != 2) {
        throw new Trouble("urlencode takes pairs, got " + parts.size() + " values");
      }
      query.append(query.isEmpty() ? "" : "&").append(inQuery(parts.get(0), budget));
      query.append('=').append(inQuery(parts.get(1), budget));
      budget.fits(query.length());
    }
    return query.toString();
  }

  private static String inQuery(Value value, Budget budget) {
    String text = value instanceof Text t ? t.text() : Printing.str(value, budget);
    return quote(text, "").replace("%20", "+");
  }

  private static String quote(String text, String kept) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (plain || "_.-~".indexOf(c) >= 0 || kept.indexOf(c) >= 0) {
        out.append(c);
      } else {
        out.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      }
    }
    return out.toString();
  }
}
