package dev.tesuji.math;

import dev.tesuji.math.Answer.Kind;
import dev.tesuji.math.Answer.Listing;
import dev.tesuji.math.Answer.Named;
import dev.tesuji.math.Answer.Ratio;
import dev.tesuji.math.Answer.Relation;
import dev.tesuji.math.Answer.Union;
import dev.tesuji.math.Answer.Value;
import dev.tesuji.math.Answer.Words;
import dev.tesuji.math.Expression.Matrix;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Decides whether two answers come to the same: lists and sets in any order, tuples and intervals
/// in order, equations and inequalities but for a constant factor, values as [Identity] has it.
final class Equivalence {
  private final Identity identity;

  Equivalence(Identity identity) {
    this.identity = identity;
  }

  /// Compares an answer that was given with the gold answer.
  boolean equal(Answer gold, Answer given) throws OutOfTime {
    if (gold instanceof Named g && given instanceof Named n) {
      return g.name().equals(n.name())
          ? equal(g.value(), n.value())
          : equalRelations(g.relation(), n.relation());
    }
    if (gold instanceof Listing g && given instanceof Listing n && isAllNamed(g) && isAllNamed(n)) {
      return inAnyOrder(g.items(), n.items());
    }
    Optional<Relation> left = gold.asRelation();
    Optional<Relation> right = given.asRelation();
    if (left.isPresent()
        && right.isPresent()
        && (gold instanceof Relation || given instanceof Relation)) {
      return equalRelations(left.get(), right.get());
    }
    return equalUnnamed(gold.unnamed(), given.unnamed());
  }

  private static boolean isAllNamed(Listing l) {
    return l.items().stream().allMatch(i -> i instanceof Named);
  }

  private boolean equalUnnamed(Answer gold, Answer given) throws OutOfTime {
    if (isSetOfReals(gold) || isSetOfReals(given)) {
      Optional<RealSet> a = RealSet.of(gold);
      Optional<RealSet> b = RealSet.of(given);
      return a.isPresent() && b.isPresent() && a.get().equals(b.get(), identity);
    }
    if (gold instanceof Listing g && given instanceof Listing n && (isTuple(g) || isTuple(n))) {
      return sameBrackets(g, n) && inOrder(g.items(), n.items());
    }
    Optional<List<Answer>> left = members(gold);
    Optional<List<Answer>> right = members(given);
    if (left.isPresent() || right.isPresent()) {
      return inAnyOrder(left.orElse(List.of(gold)), right.orElse(List.of(given)));
    }
    return equalSingles(gold, given);
  }

  private boolean equalSingles(Answer gold, Answer given) throws OutOfTime {
    if (gold instanceof Words || given instanceof Words) {
      return !text(gold).isEmpty() && text(gold).equals(text(given));
    } else if (gold instanceof Ratio(var terms) && given instanceof Ratio(var others)) {
      return proportional(terms, others);
    }
    Optional<Value> left = value(gold);
    Optional<Value> right = value(given);
    return left.isPresent() && right.isPresent() && equalValues(left.get(), right.get());
  }

  /// Returns a value, or a ratio of two as their quotient.
  private static Optional<Value> value(Answer a) {
    return switch (a) {
      case Value v -> Optional.of(v);
      case Ratio(var terms) when terms.size() == 2 ->
          Optional.of(new Value(Expression.quotient(terms.getFirst(), terms.getLast()), "", ""));
      default -> Optional.empty();
    };
  }

  private static boolean isTuple(Listing l) {
    return l.kind() == Kind.TUPLE;
  }

  private static boolean isSetOfReals(Answer a) {
    return a instanceof Union
        || a instanceof Relation
        || (a instanceof Value(Expression.Symbol(String name), _, _) && name.equals("set R"));
  }

  private static String text(Answer a) {
    return switch (a) {
      case Words(String text) -> text;
      case Value(_, _, String text) -> Answer.plain(text);
      default -> "";
    };
  }

  /// A list without brackets is compared with a tuple in order; a set is no tuple.
  private static boolean sameBrackets(Listing a, Listing b) {
    return (a.open().equals(b.open()) && a.close().equals(b.close()))
        || a.kind() == Kind.LIST
        || b.kind() == Kind.LIST;
  }

  /// Returns the members of a list or set, and both values of what holds a `\pm`; empty for other
  /// answers.
  private static Optional<List<Answer>> members(Answer a) {
    if (a instanceof Listing(Kind kind, _, _, var items) && kind != Kind.TUPLE) {
      return Optional.of(
          items.stream().flatMap(i -> members(i).orElse(List.of(i)).stream()).toList());
    }
    if (a instanceof Value(var e, var unit, var text) && e.has(Constants.EITHER_SIGN::equals)) {
      return Optional.of(
          Stream.of(1, -1)
              .map(sign -> e.replace(Constants.EITHER_SIGN, Expression.number(sign)))
              .map(each -> (Answer) new Value(each, unit, text))
              .toList());
    }
    return Optional.empty();
  }

  private boolean inAnyOrder(List<Answer> gold, List<Answer> given) throws OutOfTime {
    return covered(gold, given) && covered(given, gold);
  }

  private boolean covered(List<Answer> items, List<Answer> by) throws OutOfTime {
    for (Answer item : items) {
      boolean found = false;
      for (int i = 0; i < by.size() && !found; i++) {
        found = equal(item, by.get(i));
      }
      if (!found) {
        return false;
      }
    }
    return true;
  }

  private boolean inOrder(List<Answer> gold, List<Answer> given) throws OutOfTime {
    if (gold.size() != given.size()) {
      return false;
    }
    for (int i = 0; i < gold.size(); i++) {
      if (!equal(gold.get(i), given.get(i))) {
        return false;
      }
    }
    return true;
  }

  /// Compares ratios: 2:4 is 1:2.
  private boolean proportional(List<Expression> gold, List<Expression> given) throws OutOfTime {
    if (gold.size() != given.size()) {
      return false;
    }
    for (int i = 1; i < gold.size(); i++) {
      Expression cross = new Expression.Product(List.of(gold.getFirst(), given.get(i)));
      Expression other = new Expression.Product(List.of(given.getFirst(), gold.get(i)));
      if (!identity.equal(cross, other)) {
        return false;
      }
    }
    return true;
  }

  private boolean equalValues(Value gold, Value given) throws OutOfTime {
    if (Values.differ(gold.unit(), given.unit())) {
      return false;
    }
    if (gold.expression() instanceof Matrix(var rows)) {
      return given.expression() instanceof Matrix(var others) && equalMatrices(rows, others);
    }
    return !(given.expression() instanceof Matrix)
        && identity.equal(gold.expression(), given.expression());
  }

  private boolean equalMatrices(List<List<Expression>> gold, List<List<Expression>> given)
      throws OutOfTime {
    if (gold.size() != given.size() || gold.getFirst().size() != given.getFirst().size()) {
      return false;
    }
    for (int i = 0; i < gold.size(); i++) {
      for (int j = 0; j < gold.get(i).size(); j++) {
        if (!identity.equal(gold.get(i).get(j), given.get(i).get(j))) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean equalRelations(@Nullable Relation gold, @Nullable Relation given)
      throws OutOfTime {
    if (gold == null || given == null) {
      return false;
    }
    if (sameSides(gold, given) || sameSides(gold, reversed(given))) {
      return true;
    }
    if (variables(gold).equals(variables(given)) && variables(gold).size() == 1) {
      Optional<RealSet> a = RealSet.of(gold);
      Optional<RealSet> b = RealSet.of(given);
      if (a.isPresent() && b.isPresent()) {
        return a.get().equals(b.get(), identity);
      }
    }
    if (gold.sides().size() != 2 || given.sides().size() != 2) {
      return false;
    }
    boolean ordered = !gold.signs().equals(List.of("=")) && !gold.signs().equals(List.of("!="));
    Relation turned =
        gold.signs().equals(given.signs()) ? given : reversed(given); // x < 1 is 1 > x
    return gold.signs().equals(turned.signs())
        && identity.proportional(difference(gold), difference(turned), ordered);
  }

  private static Expression difference(Relation r) {
    return Expression.minus(r.sides().getFirst(), r.sides().getLast());
  }

  private static Set<String> variables(Relation r) {
    return new Expression.Sum(r.sides()).variables();
  }

  private static Relation reversed(Relation r) {
    List<String> signs =
        r.signs().reversed().stream()
            .map(s ->
                switch (s.charAt(0)) {
                  case '<' -> s.replace('<', '>');
                  case '>' -> s.replace('>', '<');
                  default -> s;
                })
            .toList();
    return new Relation(r.sides().reversed(), signs);
  }

  private boolean sameSides(Relation a, Relation b) throws OutOfTime {
    if (!a.signs().equals(b.signs())) {
      return false;
    }
    for (int i = 0; i < a.sides().size(); i++) {
      if (!identity.equal(a.sides().get(i), b.sides().get(i))) {
        return false;
      }
    }
    return true;
  }
}
