package dev.tesuji.math;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An answer as it was understood.
sealed interface Answer {
  /// A number, expression or matrix.
  ///
  /// @param expression without its unit
  /// @param unit the unit's words; empty text where there is none
  /// @param text how it was written, for comparison with words
  record Value(Expression expression, String unit, String text) implements Answer {}

  /// Several answers.
  ///
  /// @param kind whether their order counts
  /// @param open the bracket before them; empty text where there is none
  /// @param close the bracket after them
  record Listing(Kind kind, String open, String close, List<Answer> items) implements Answer {}

  /// The kinds of listing.
  enum Kind {
    /// Items in no order, without brackets.
    LIST,
    /// Items in no order, in braces.
    SET,
    /// Items in order: a point, a vector, an interval.
    TUPLE
  }

  /// A union of intervals and sets.
  record Union(List<Answer> parts) implements Answer {}

  /// A ratio of two quantities or more.
  record Ratio(List<Expression> terms) implements Answer {}

  /// A value with its name, such as `x = 5` or `f(x) = x^2`.
  ///
  /// @param name how the left-hand side is written
  /// @param relation the same as an equation; null where a side is no expression
  record Named(String name, Answer value, @Nullable Relation relation) implements Answer {}

  /// An equation or inequality, or a chain of them.
  ///
  /// @param sides two expressions or more
  /// @param signs the signs between them: `=`, `<`, `<=`, `>`, `>=`, `!=`
  record Relation(List<Expression> sides, List<String> signs) implements Answer {}

  /// Prose.
  ///
  /// @param text its letters and digits in lower case
  record Words(String text) implements Answer {}

  /// Returns the answer without the names of its values.
  default Answer unnamed() {
    return switch (this) {
      case Named(_, var value, _) -> value.unnamed();
      case Listing(var kind, var open, var close, var items) ->
          new Listing(kind, open, close, items.stream().map(Answer::unnamed).toList());
      case Value _, Union _, Ratio _, Relation _, Words _ -> this;
    };
  }

  /// Returns the equation or inequality that this is, where it is one.
  default Optional<Relation> asRelation() {
    return switch (this) {
      case Relation r -> Optional.of(r);
      case Named n -> Optional.ofNullable(n.relation());
      default -> Optional.empty();
    };
  }

  /// Writes a text as [Words] has it.
  static String plain(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "");
  }
}
