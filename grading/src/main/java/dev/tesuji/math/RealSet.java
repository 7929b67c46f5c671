package dev.tesuji.math;

import dev.tesuji.math.Answer.Listing;
import dev.tesuji.math.Answer.Relation;
import dev.tesuji.math.Answer.Union;
import dev.tesuji.math.Answer.Value;
import dev.tesuji.math.Expression.Call;
import dev.tesuji.math.Expression.Symbol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A union of intervals of real numbers: disjoint, in order, none touching the next.
///
/// @param pieces the intervals
record RealSet(List<Piece> pieces) {
  private static final Expression PLUS = Constants.INFINITY;
  private static final Expression MINUS = Expression.negate(PLUS);

  /// An end of an interval.
  ///
  /// @param at where it is, infinity included
  /// @param value about where it is
  /// @param closed whether it belongs to the interval
  record End(Expression at, double value, boolean closed) {
    static Optional<End> of(Expression at, boolean closed) {
      double value =
          at.equals(PLUS)
              ? Double.POSITIVE_INFINITY
              : at.key().equals(MINUS.key())
                  ? Double.NEGATIVE_INFINITY
                  : Numeric.value(at, Map.of()).re();
      return Double.isNaN(value) || !at.isConstant()
          ? Optional.empty()
          : Optional.of(new End(at, value, closed && Double.isFinite(value)));
    }

    End mirrored() {
      return new End(Expression.negate(at), -value, closed);
    }
  }

  /// An interval.
  record Piece(End low, End high) {}

  /// Returns the set of numbers that an answer describes: intervals, unions, inequalities in one
  /// variable; empty where it is something else.
  static Optional<RealSet> of(Answer answer) {
    return pieces(answer).map(RealSet::joined);
  }

  private static Optional<List<Piece>> pieces(Answer answer) {
    return switch (answer) {
      case Listing l when l.kind() == Answer.Kind.TUPLE && l.items().size() == 2 -> interval(l);
      case Listing l when l.kind() == Answer.Kind.SET -> points(l);
      case Union(var parts) -> {
        List<Piece> all = new ArrayList<>();
        for (Answer part : parts) {
          Optional<List<Piece>> pieces = pieces(part);
          if (pieces.isEmpty()) {
            yield Optional.empty();
          }
          all.addAll(pieces.get());
        }
        yield Optional.of(all);
      }
      case Relation r -> Inequalities.pieces(r);
      case Value(Symbol(String name), _, _) when name.equals("set R") ->
          Optional.of(List.of(everything()));
      default -> Optional.empty();
    };
  }

  static Piece everything() {
    return new Piece(
        new End(MINUS, Double.NEGATIVE_INFINITY, false),
        new End(PLUS, Double.POSITIVE_INFINITY, false));
  }

  private static Optional<List<Piece>> interval(Listing l) {
    if (l.items().getFirst() instanceof Value(var low, _, _)
        && l.items().getLast() instanceof Value(var high, _, _)) {
      Optional<End> from = End.of(low, l.open().equals("["));
      Optional<End> to = End.of(high, l.close().equals("]"));
      return from.isPresent() && to.isPresent()
          ? Optional.of(List.of(new Piece(from.get(), to.get())))
          : Optional.empty();
    }
    return Optional.empty();
  }

  private static Optional<List<Piece>> points(Listing l) {
    List<Piece> points = new ArrayList<>();
    for (Answer item : l.items()) {
      Optional<End> end = item instanceof Value(var at, _, _) ? End.of(at, true) : Optional.empty();
      if (end.isEmpty()) {
        return Optional.empty();
      }
      points.add(new Piece(end.get(), end.get()));
    }
    return Optional.of(points);
  }

  /// Sorts intervals and joins those that overlap or touch.
  private static RealSet joined(List<Piece> pieces) {
    List<Piece> sorted = new ArrayList<>(pieces);
    sorted.removeIf(p -> p.low().value() > p.high().value());
    sorted.sort(
        Comparator.comparingDouble((Piece p) -> p.low().value())
            .thenComparing(p -> !p.low().closed()));
    List<Piece> joined = new ArrayList<>();
    for (Piece p : sorted) {
      Piece last = joined.isEmpty() ? null : joined.getLast();
      boolean apart =
          last == null
              || p.low().value() > last.high().value()
              || (p.low().value() == last.high().value()
                  && !p.low().closed()
                  && !last.high().closed());
      if (apart) {
        joined.add(p);
      } else if (last != null) {
        boolean further =
            p.high().value() > last.high().value()
                || (p.high().value() == last.high().value() && p.high().closed());
        joined.set(joined.size() - 1, new Piece(last.low(), further ? p.high() : last.high()));
      }
    }
    return new RealSet(List.copyOf(joined));
  }

  /// Returns whether two sets are the same.
  boolean equals(RealSet other, Identity identity) throws OutOfTime {
    if (pieces.size() != other.pieces.size()) {
      return false;
    }
    for (int i = 0; i < pieces.size(); i++) {
      Piece a = pieces.get(i);
      Piece b = other.pieces.get(i);
      if (a.low().closed() != b.low().closed()
          || a.high().closed() != b.high().closed()
          || !identity.equal(a.low().at(), b.low().at())
          || !identity.equal(a.high().at(), b.high().at())) {
        return false;
      }
    }
    return true;
  }

  /// Inequalities as sets of numbers.
  static final class Inequalities {
    private Inequalities() {}

    /// Solves `x < a`, `a < x < b` and their kin, where x is a variable, a function's value, or the
    /// absolute value of one; empty where it is something else.
    static Optional<List<Piece>> pieces(Relation r) {
      if (r.sides().size() == 3
          && r.signs().stream().allMatch(s -> s.startsWith("<") || s.startsWith(">"))
          && r.signs().getFirst().charAt(0) == r.signs().getLast().charAt(0)) {
        boolean up = r.signs().getFirst().startsWith("<");
        Optional<End> low = end(r, up ? 0 : 2, up ? 0 : 1);
        Optional<End> high = end(r, up ? 2 : 0, up ? 1 : 0);
        return low.isPresent() && high.isPresent()
            ? mirrored(r.sides().get(1), List.of(new Piece(low.get(), high.get())))
            : Optional.empty();
      }
      if (r.sides().size() != 2 || r.signs().contains("=") || r.signs().contains("~")) {
        return Optional.empty();
      }
      boolean first = r.sides().getLast().isConstant();
      Optional<End> end = end(r, first ? 1 : 0, 0);
      return end.flatMap(
          e -> mirrored(r.sides().get(first ? 0 : 1), oneSided(e, r.signs().getFirst(), first)));
    }

    private static Optional<End> end(Relation r, int side, int sign) {
      return End.of(r.sides().get(side), r.signs().get(sign).endsWith("="));
    }

    private static List<Piece> oneSided(End end, String sign, boolean variableFirst) {
      Piece below = new Piece(everything().low(), end);
      Piece above = new Piece(end, everything().high());
      if (sign.equals("!=")) {
        End open = new End(end.at(), end.value(), false);
        return List.of(new Piece(everything().low(), open), new Piece(open, everything().high()));
      }
      return List.of(sign.startsWith("<") == variableFirst ? below : above);
    }

    /// Turns what an absolute value may be into what the variable may be.
    private static Optional<List<Piece>> mirrored(Expression variable, List<Piece> pieces) {
      if ((variable instanceof Symbol s && !s.isConstant())
          || (variable instanceof Call c && c.function().startsWith("\\"))) {
        return Optional.of(pieces);
      }
      if (!(variable instanceof Call abs
          && abs.function().equals("abs")
          && abs.arguments().getFirst() instanceof Symbol s
          && !s.isConstant())) {
        return Optional.empty();
      }
      List<Piece> all = new ArrayList<>();
      for (Piece p : pieces) {
        if (p.low().value() < 0) {
          all.add(new Piece(p.high().mirrored(), p.high()));
        } else {
          all.add(p);
          all.add(new Piece(p.high().mirrored(), p.low().mirrored()));
        }
      }
      return Optional.of(all);
    }
  }
}
