package dev.tesuji.math;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// An answer as it was understood.
sealed interface Answer {
  /// A number, expression or matrix.
  ///
  /// @param expression without its unit
  /// @param unit its unit
  /// @param text how it was written, for comparison with words
  record Value(Expression expression, Unit unit, String text) implements Answer {}

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

  /// A time of day or a span of time, such as `6:30` or `6:30 PM`.
  ///
  /// @param parts hours and minutes, or hours, minutes and seconds
  /// @param half `am`, `pm`, or empty text
  record Clock(List<Integer> parts, String half) implements Answer {}

  /// A value with its name, such as `x = 5` or `f(x) = x^2`.
  ///
  /// @param name how the left-hand side is written
  /// @param relation the same as an equation; null where a side is no expression
  record Named(String name, Answer value, @Nullable Relation relation) implements Answer {}

  /// A value and others that it is said to equal, as in `2+3 = 5` and `1/3 \approx 0.33`.
  ///
  /// @param value the one that the chain comes to
  /// @param equal expressions that must equal it
  /// @param rough expressions that must approximate it
  record Chain(Answer value, List<Expression> equal, List<Expression> rough) implements Answer {}

  /// An equation or inequality, or a chain of them.
  ///
  /// @param sides two expressions or more
  /// @param signs the signs between them: `=`, `<`, `<=`, `>`, `>=`, `!=`
  record Relation(List<Expression> sides, List<String> signs) implements Answer {}

  /// Prose.
  ///
  /// @param text its tokens in lower case, parted by spaces
  record Words(String text) implements Answer {}

  /// Returns the answer without the names of its values.
  default Answer unnamed() {
    return switch (this) {
      case Named(_, var value, _) -> value.unnamed();
      case Listing(var kind, var open, var close, var items) ->
          new Listing(kind, open, close, items.stream().map(Answer::unnamed).toList());
      case Value _, Union _, Ratio _, Clock _, Chain _, Relation _, Words _ -> this;
    };
  }

  /// Returns the answer with the values that its chains come to in their place.
  default Answer settled() {
    return switch (this) {
      case Chain(var value, _, _) -> value.settled();
      case Named(var name, var value, var relation) -> new Named(name, value.settled(), relation);
      case Listing(var kind, var open, var close, var items) ->
          new Listing(kind, open, close, items.stream().map(Answer::settled).toList());
      case Union(var parts) -> new Union(parts.stream().map(Answer::settled).toList());
      case Value _, Ratio _, Clock _, Relation _, Words _ -> this;
    };
  }

  /// Returns the chains in it.
  default List<Chain> chains() {
    return switch (this) {
      case Chain c -> List.of(c);
      case Named n -> n.value().chains();
      case Listing l -> l.items().stream().flatMap(i -> i.chains().stream()).toList();
      case Union u -> u.parts().stream().flatMap(i -> i.chains().stream()).toList();
      case Value _, Ratio _, Clock _, Relation _, Words _ -> List.of();
    };
  }

  /// Returns whether such an expression is, or is part of, the answer.
  default boolean has(Predicate<Expression> wanted) {
    return switch (this) {
      case Value v -> v.expression().has(wanted);
      case Listing l -> l.items().stream().anyMatch(i -> i.has(wanted));
      case Union u -> u.parts().stream().anyMatch(p -> p.has(wanted));
      case Ratio r -> r.terms().stream().anyMatch(t -> t.has(wanted));
      case Named n -> n.value().has(wanted) || (n.relation() != null && n.relation().has(wanted));
      case Chain c ->
          c.value().has(wanted)
              || Stream.concat(c.equal().stream(), c.rough().stream()).anyMatch(e -> e.has(wanted));
      case Relation r -> r.sides().stream().anyMatch(s -> s.has(wanted));
      case Clock _, Words _ -> false;
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
}
