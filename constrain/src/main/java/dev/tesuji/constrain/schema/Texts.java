package dev.tesuji.constrain.schema;

import dev.tesuji.check.BadInput;
import dev.tesuji.check.DidYouMean;
import dev.tesuji.constrain.automaton.CodePoints;
import dev.tesuji.constrain.automaton.Dfa;
import dev.tesuji.constrain.automaton.Encoding;
import dev.tesuji.constrain.automaton.Literals;
import dev.tesuji.constrain.automaton.Regex;
import dev.tesuji.constrain.rules.Expr;
import dev.tesuji.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Schemas of texts: lengths, patterns, formats.
///
/// A text without pattern and format may have any escapes. Elsewhere, where its characters matter,
/// it is written as most writers do ([Encoding#JSON]).
final class Texts {
  private static final int STATES = 20_000;
  private static final int COUNTED_STATES = 60_000;
  private static final int COUNTED = 2_000;
  private static final int LONGEST = 1 << 23;

  private static final Regex ANY =
      new Regex.Repeat(new Regex.Chars(CodePoints.ALL), 0, Regex.UNBOUNDED);

  private static final Dfa ANY_TEXT = ANY.automaton(Encoding.JSON, STATES, "a text");

  private Texts() {}

  /// Returns the expression of a schema's texts.
  static Expr of(JsonNode schema, String at) {
    int min = length(schema, "minLength", 0, at);
    int max = length(schema, "maxLength", Expr.UNBOUNDED, at);
    if (min > max) {
      return new Expr.Nothing();
    }
    Dfa matched = automaton(schema, at);
    if (matched == null) {
      return new Expr.JsonText(min, max);
    }
    if (min > 0 || max != Expr.UNBOUNDED) {
      matched = matched.and(counted(min, max, at), COUNTED_STATES, "pattern with lengths at " + at);
    }
    return Expr.sequence(Expr.literal("\""), new Expr.Accepted(matched), Expr.literal("\""));
  }

  private static int length(JsonNode schema, String keyword, int absent, String at) {
    JsonNode value = schema.get(keyword);
    if (value == null) {
      return absent;
    }
    if (value.decimalValue().compareTo(java.math.BigDecimal.valueOf(LONGEST)) > 0) {
      throw new BadInput(
          keyword + " at " + at + " must be at most " + LONGEST + ", got " + BadInput.brief(value));
    }
    return value.decimalValue().intValue();
  }

  private static Dfa counted(int min, int max, String at) {
    if (min > COUNTED || (max != Expr.UNBOUNDED && max > COUNTED)) {
      throw new BadInput(
          "minLength and maxLength at "
              + at
              + " must be at most "
              + COUNTED
              + " beside a pattern or a format, got "
              + (max == Expr.UNBOUNDED ? min : max));
    }
    return new Regex.Repeat(new Regex.Chars(CodePoints.ALL), min, max)
        .automaton(Encoding.JSON, COUNTED_STATES, "the lengths at " + at);
  }

  /// Returns the automaton of a schema's patterns and formats, or null where it has none.
  private static @Nullable Dfa automaton(JsonNode schema, String at) {
    List<Dfa> all = new ArrayList<>();
    for (String pattern : texts(schema.get("pattern"))) {
      all.add(pattern(pattern, at));
    }
    for (String format : texts(schema.get("format"))) {
      if (Formats.isSilent(format)) {
        continue;
      }
      if (!Formats.names().contains(format)) {
        throw new BadInput(
            "format at "
                + at
                + " must be one that is supported, got '"
                + BadInput.brief(format)
                + "'"
                + DidYouMean.hint(format, Formats.names()));
      }
      all.add(Formats.automaton(format));
    }
    if (all.isEmpty()) {
      return null;
    }
    Dfa matched = all.getFirst();
    for (Dfa other : all.subList(1, all.size())) {
      matched = matched.and(other, STATES, "patterns and formats at " + at);
    }
    return matched;
  }

  /// Returns one text, or the several that merging has put together.
  static List<String> texts(@Nullable JsonNode value) {
    if (value == null) {
      return List.of();
    }
    List<String> all = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(v -> all.add(v.stringValue()));
    } else {
      all.add(value.stringValue());
    }
    return all;
  }

  /// Returns whether a text satisfies a schema's keywords for texts.
  static boolean satisfies(String text, JsonNode schema, String at) {
    int length = text.codePointCount(0, text.length());
    if (length < length(schema, "minLength", 0, at)
        || length > length(schema, "maxLength", Expr.UNBOUNDED, at)) {
      return false;
    }
    Dfa matched = automaton(schema, at);
    return matched == null || matched.matches(inside(List.of(text)).getFirst());
  }

  /// Returns a text as JSON.
  static String quoted(String text) {
    StringBuilder all = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> all.append("\\\"");
        case '\\' -> all.append("\\\\");
        case '\b' -> all.append("\\b");
        case '\f' -> all.append("\\f");
        case '\n' -> all.append("\\n");
        case '\r' -> all.append("\\r");
        case '\t' -> all.append("\\t");
        default -> {
          if (c < 0x20) {
            all.append(String.format(java.util.Locale.ROOT, "\\u%04x", (int) c));
          } else {
            all.append(c);
          }
        }
      }
    }
    return all.append('"').toString();
  }

  /// Returns the expression of names that match a pattern, and neither others nor are some.
  ///
  /// @param pattern null for any name
  static Expr names(
      @Nullable String pattern, Collection<String> others, Collection<String> named, String at) {
    String what = "the names at " + at;
    Dfa names = pattern == null ? ANY_TEXT : pattern(pattern, at);
    for (String other : others) {
      names = names.minus(pattern(other, at), COUNTED_STATES, what);
    }
    if (!named.isEmpty()) {
      names = names.minus(Literals.of(inside(named), COUNTED_STATES, what), COUNTED_STATES, what);
    }
    return Expr.sequence(Expr.literal("\""), new Expr.Accepted(names), Expr.literal("\""));
  }

  private static Dfa pattern(String pattern, String at) {
    String name = "pattern at " + at;
    return Regex.parse(pattern, name).found().automaton(Encoding.JSON, STATES, name);
  }

  /// Returns whether a pattern is found in a text.
  static boolean matches(String text, String pattern, String at) {
    return pattern(pattern, at).matches(inside(List.of(text)).getFirst());
  }

  /// Returns texts as they stand in JSON between quotes.
  private static List<byte[]> inside(Collection<String> texts) {
    return texts.stream()
        .map(t -> quoted(t))
        .map(q -> q.substring(1, q.length() - 1).getBytes(StandardCharsets.UTF_8))
        .toList();
  }

  /// Returns the expression of texts that are none of some.
  static Expr allBut(Collection<String> names, String at) {
    if (names.isEmpty()) {
      return new Expr.JsonText(0, Expr.UNBOUNDED);
    }
    return names(null, List.of(), names, at);
  }

  /// Returns a value as JSON.
  static String written(JsonNode value) {
    return value.isString() ? quoted(value.stringValue()) : Json.line(value);
  }
}
