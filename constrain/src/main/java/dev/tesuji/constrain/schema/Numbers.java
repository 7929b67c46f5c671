package dev.tesuji.constrain.schema;

import dev.tesuji.check.BadInput;
import dev.tesuji.constrain.automaton.Decimals;
import dev.tesuji.constrain.automaton.Decimals.Bounds;
import dev.tesuji.constrain.automaton.Dfa;
import dev.tesuji.constrain.rules.Expr;
import java.math.BigDecimal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Schemas of numbers: bounds, whole numbers, whole multiples.
final class Numbers {
  private static final int STATES = 50_000;
  private static final int LARGEST_DIVISOR = 1_000;

  /// The most digits before the point, and behind it: readers refuse numbers that never end (Python
  /// those of more than 4,300 digits, Jackson of 1,000).
  private static final int DIGITS = 100;

  /// The automata without bounds, by whether numbers are whole.
  private static final Map<Boolean, Dfa> OPEN = new ConcurrentHashMap<>();

  private Numbers() {}

  /// Returns the expression of a schema's numbers.
  static Expr of(JsonNode schema, boolean whole, String at) {
    Bounds bounds = bounds(schema);
    String name = "the number at " + at;
    JsonNode divisor = schema.get("multipleOf");
    boolean multiples = divisor != null && !isOne(divisor);
    if (divisor != null && (!Keywords.isWhole(divisor) || divisor.decimalValue().signum() <= 0)) {
      throw new BadInput(
          "multipleOf at "
              + at
              + " must be a whole number above 0, got "
              + BadInput.brief(divisor));
    }
    boolean integers = whole || divisor != null; // multiples of whole numbers are whole
    if (!multiples) {
      return new Expr.Accepted(
          bounds.isOpen()
              ? OPEN.computeIfAbsent(integers, w -> Decimals.within(bounds, w, DIGITS, "a number"))
              : Decimals.within(bounds, integers, DIGITS, name));
    }
    if (divisor.decimalValue().compareTo(BigDecimal.valueOf(LARGEST_DIVISOR)) > 0) {
      throw new BadInput(
          "multipleOf at "
              + at
              + " must be at most "
              + LARGEST_DIVISOR
              + ", got "
              + BadInput.brief(divisor));
    }
    int digits = Math.min(DIGITS, STATES / divisor.decimalValue().intValue());
    Dfa divided = Decimals.multiples(divisor.decimalValue().toBigInteger(), name);
    return new Expr.Accepted(
        Decimals.within(bounds, true, digits, name).and(divided, 2 * STATES, name));
  }

  private static boolean isOne(JsonNode number) {
    return number.decimalValue().compareTo(BigDecimal.ONE) == 0;
  }

  private static Bounds bounds(JsonNode schema) {
    BigDecimal min = number(schema, "minimum");
    BigDecimal above = number(schema, "exclusiveMinimum");
    BigDecimal max = number(schema, "maximum");
    BigDecimal below = number(schema, "exclusiveMaximum");
    for (String format : Texts.texts(schema.get("format"))) {
      int bits = Formats.bits(format);
      if (bits > 0) {
        BigDecimal high = BigDecimal.TWO.pow(bits - 1).subtract(BigDecimal.ONE);
        BigDecimal low = high.negate().subtract(BigDecimal.ONE);
        min = min == null ? low : min.max(low);
        max = max == null ? high : max.min(high);
      }
    }
    boolean minExcluded = above != null && (min == null || above.compareTo(min) >= 0);
    boolean maxExcluded = below != null && (max == null || below.compareTo(max) <= 0);
    return new Bounds(
        minExcluded ? above : min, minExcluded, maxExcluded ? below : max, maxExcluded);
  }

  private static @Nullable BigDecimal number(JsonNode schema, String keyword) {
    JsonNode value = schema.get(keyword);
    return value == null ? null : value.decimalValue();
  }

  /// Returns whether a number satisfies a schema's keywords for numbers.
  static boolean satisfies(JsonNode number, JsonNode schema) {
    if (!Keywords.isShort(number)) {
      return !schema.has("multipleOf");
    }
    BigDecimal value = number.decimalValue();
    Bounds bounds = bounds(schema);
    JsonNode divisor = schema.get("multipleOf");
    return (bounds.min() == null || value.compareTo(bounds.min()) >= (bounds.minExcluded() ? 1 : 0))
        && (bounds.max() == null
            || value.compareTo(bounds.max()) <= (bounds.maxExcluded() ? -1 : 0))
        && (divisor == null
            || (divisor.decimalValue().signum() > 0
                && value.remainder(divisor.decimalValue()).signum() == 0));
  }
}
