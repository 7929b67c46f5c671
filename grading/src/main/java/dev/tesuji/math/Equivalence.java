package dev.tesuji.math;

import dev.tesuji.math.Answer.Chain;
import dev.tesuji.math.Answer.Clock;
import dev.tesuji.math.Answer.Kind;
import dev.tesuji.math.Answer.Listing;
import dev.tesuji.math.Answer.Named;
import dev.tesuji.math.Answer.Ratio;
import dev.tesuji.math.Answer.Relation;
import dev.tesuji.math.Answer.Union;
import dev.tesuji.math.Answer.Value;
import dev.tesuji.math.Answer.Words;
import dev.tesuji.math.Expression.Matrix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Decides whether two answers come to the same: lists and sets in any order, tuples and intervals
/// in order, equations and inequalities but for a constant factor, values as [Identity] has it.
final class Equivalence {
  private final Identity identity;
  private final boolean percentCounts;

  /// Makes one for a pair of answers.
  ///
  /// @param percentCounts whether 12 % is not 12
  Equivalence(Identity identity, boolean percentCounts) {
    this.identity = identity;
    this.percentCounts = percentCounts;
  }

  /// Compares an answer that was given with the gold answer. What it says of itself must be true:
  /// `4 = 5` is no 5.
  boolean equal(Answer gold, Answer given) throws OutOfTime {
    return isCoherent(given) && isCoherent(gold) && equalSettled(gold.settled(), given.settled());
  }

  /// Returns whether an answer's chains hold.
  boolean isCoherent(Answer answer) throws OutOfTime {
    for (Chain chain : answer.chains()) {
      if (!isTrue(chain)) {
        return false;
      }
    }
    return true;
  }

  private boolean isTrue(Chain chain) throws OutOfTime {
    if (!(chain.value().settled().unnamed() instanceof Value(var value, _, _))) {
      return chain.equal().isEmpty() && chain.rough().isEmpty();
    }
    for (Expression other : chain.equal()) {
      if (!identity.equal(value, other)) {
        return false;
      }
    }
    boolean finite = Exact.value(value).filter(Rational::isDecimal).isPresent();
    return !finite || chain.rough().stream().allMatch(r -> Identity.isApproximation(value, r));
  }

  private boolean equalSettled(Answer gold, Answer given) throws OutOfTime {
    if (gold instanceof Named g && given instanceof Named n) {
      return g.name().equals(n.name())
          ? equalSettled(g.value(), n.value())
          : equalRelations(g.relation(), n.relation());
    }
    if (gold instanceof Listing g && given instanceof Listing n) {
      boolean ours = isAllNamed(g);
      boolean theirs = isAllNamed(n);
      if (ours || theirs) {
        return (ours && theirs) ? inAnyOrder(g, n) : equalPoints(g, ours, n);
      }
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

  /// Returns whether all items are named, by two names or more.
  private static boolean isAllNamed(Listing l) {
    return l.items().stream().allMatch(i -> i instanceof Named)
        && l.items().stream().map(Equivalence::name).distinct().count() > 1;
  }

  private static String name(Answer a) {
    return a instanceof Named n ? n.name() : "";
  }

  /// Compares values with names and values without. Against a point, names are its coordinates in
  /// the order of the alphabet; against a list without brackets they are in the order in which the
  /// gold answer has them.
  private boolean equalPoints(Listing gold, boolean goldIsNamed, Listing given) throws OutOfTime {
    Listing bare = goldIsNamed ? given : gold;
    boolean point =
        bare.kind() == Kind.TUPLE && bare.open().equals("(") && bare.close().equals(")");
    if (point) {
      return inOrder(byName(gold), byName(given));
    }
    return bare.kind() == Kind.LIST
        && (goldIsNamed
            ? inOrder(values(gold), given.items())
            : inAnyOrder(gold, (Listing) given.unnamed()));
  }

  private static List<Answer> values(Listing l) {
    return l.items().stream().map(Answer::unnamed).toList();
  }

  /// Returns the values in the order of their names; those without names as they are.
  private static List<Answer> byName(Listing l) {
    return l.items().stream()
        .sorted(Comparator.comparing(Equivalence::name))
        .map(Answer::unnamed)
        .toList();
  }

  private boolean equalUnnamed(Answer gold, Answer given) throws OutOfTime {
    if (isSetOfReals(gold) || isSetOfReals(given)) {
      Optional<RealSet> a = RealSet.of(gold);
      Optional<RealSet> b = RealSet.of(given);
      return a.isPresent() && b.isPresent() && a.get().equals(b.get(), identity);
    }
    if (isTuple(gold) || isTuple(given)) {
      return gold instanceof Listing g
          && given instanceof Listing n
          && g.open().equals(n.open())
          && g.close().equals(n.close())
          && inOrder(g.items(), n.items());
    }
    Optional<Listing> left = members(gold);
    Optional<Listing> right = members(given);
    if (left.isPresent() || right.isPresent()) {
      return inAnyOrder(left.orElse(single(gold)), right.orElse(single(given)));
    }
    return equalSingles(gold, given);
  }

  private static Listing single(Answer a) {
    return new Listing(Kind.LIST, "", "", List.of(a));
  }

  private boolean equalSingles(Answer gold, Answer given) throws OutOfTime {
    if (gold instanceof Words || given instanceof Words) {
      return !text(gold).isEmpty() && text(gold).equals(text(given));
    } else if (gold instanceof Ratio(var terms) && given instanceof Ratio(var others)) {
      return proportional(terms, others);
    } else if (gold instanceof Clock || given instanceof Clock) {
      return Clocks.equal(gold, given);
    }
    Optional<Value> left = value(gold);
    Optional<Value> right = value(given);
    return left.isPresent() && right.isPresent() && equalValues(left.get(), right.get());
  }

  /// Returns a value, or a ratio of two as their quotient.
  private static Optional<Value> value(Answer a) {
    return switch (a) {
      case Value v -> Optional.of(v);
      case Ratio(var terms)
          when terms.size() == 2 && terms.stream().noneMatch(Equivalence::isZero) ->
          Optional.of(
              new Value(Expression.quotient(terms.getFirst(), terms.getLast()), Unit.NONE, ""));
      default -> Optional.empty();
    };
  }

  private static boolean isTuple(Answer a) {
    return a instanceof Listing l && l.kind() == Kind.TUPLE;
  }

  private static boolean isSetOfReals(Answer a) {
    return a instanceof Union
        || a instanceof Relation
        || (a instanceof Value(Expression.Symbol(String name), _, _) && name.equals("set R"));
  }

  /// Returns the words of an answer, or the letters of a name that may be one: `E`, `odd`.
  private static String text(Answer a) {
    return switch (a) {
      case Words(String text) -> text;
      case Value(_, _, String text) when text.matches("[A-Za-z]+") -> text.toLowerCase(Locale.ROOT);
      default -> "";
    };
  }

  /// Returns the members of a list or set, and both values of what holds a `\pm`; empty for other
  /// answers.
  private static Optional<Listing> members(Answer a) {
    if (a instanceof Listing(Kind kind, _, _, var items) && kind != Kind.TUPLE) {
      List<Answer> all =
          items.stream()
              .flatMap(i -> members(i).map(Listing::items).orElse(List.of(i)).stream())
              .toList();
      return Optional.of(new Listing(kind, "", "", all));
    }
    if (a instanceof Value(var e, var unit, var text) && e.has(Constants.EITHER_SIGN::equals)) {
      List<Answer> both =
          Stream.of(1, -1)
              .map(sign -> e.replace(Constants.EITHER_SIGN, Expression.number(sign)))
              .map(each -> (Answer) new Value(each, unit, text))
              .toList();
      return Optional.of(new Listing(Kind.LIST, "", "", both));
    }
    return Optional.empty();
  }

  /// Compares lists and sets: lists have as many items of a kind each, sets do not count them.
  private boolean inAnyOrder(Listing gold, Listing given) throws OutOfTime {
    List<Answer> wanted = gold.items();
    List<Answer> found = given.items();
    if (gold.kind() == Kind.SET || given.kind() == Kind.SET) {
      return covered(wanted, found) && covered(found, wanted);
    }
    return wanted.size() == found.size() && covered(wanted, new ArrayList<>(found), true);
  }

  private boolean covered(List<Answer> items, List<Answer> by) throws OutOfTime {
    return covered(items, by, false);
  }

  /// Returns whether each item equals one of the others; with `once`, each of these serves but
  /// once.
  private boolean covered(List<Answer> items, List<Answer> by, boolean once) throws OutOfTime {
    for (Answer item : items) {
      int at = -1;
      for (int i = 0; i < by.size() && at < 0; i++) {
        at = equalSettled(item, by.get(i)) ? i : -1;
      }
      if (at < 0) {
        return false;
      }
      if (once) {
        by.remove(at);
      }
    }
    return true;
  }

  private boolean inOrder(List<Answer> gold, List<Answer> given) throws OutOfTime {
    if (gold.size() != given.size()) {
      return false;
    }
    for (int i = 0; i < gold.size(); i++) {
      if (!equalSettled(gold.get(i), given.get(i))) {
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
    if (Stream.concat(gold.stream(), given.stream()).anyMatch(Equivalence::isZero)) {
      return sameTerms(gold, given); // a score, or a time, and no ratio
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

  private static boolean isZero(Expression e) {
    return Exact.value(e).filter(v -> v.signum() == 0).isPresent();
  }

  private boolean sameTerms(List<Expression> gold, List<Expression> given) throws OutOfTime {
    for (int i = 0; i < gold.size(); i++) {
      if (!identity.equal(gold.get(i), given.get(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean equalValues(Value gold, Value given) throws OutOfTime {
    if (!unit(given).fits(unit(gold))) {
      return false;
    }
    if (gold.expression() instanceof Matrix(var rows)) {
      return given.expression() instanceof Matrix(var others) && equalMatrices(rows, others);
    }
    return !(given.expression() instanceof Matrix)
        && identity.equal(gold.expression(), given.expression());
  }

  private Unit unit(Value value) {
    return value.unit().isPercent() && !percentCounts ? Unit.NONE : value.unit();
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
    return a.signs().equals(b.signs()) && sameTerms(a.sides(), b.sides());
  }
}
