package dev.tesuji.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Something that has a value.
sealed interface Expression {
  /// A literal.
  record Constant(Value value) implements Expression {}

  /// A variable.
  record Name(String name) implements Expression {}

  /// `[a, b]`.
  record ListOf(List<Expression> items) implements Expression {}

  /// `(a, b)`.
  record TupleOf(List<Expression> items) implements Expression {}

  /// `{a: b}`.
  record DictOf(List<Expression> keys, List<Expression> values, int line) implements Expression {}

  /// `of.name`.
  record Attribute(Expression of, String name, int line) implements Expression {}

  /// `of[key]`.
  record Item(Expression of, Expression key, int line) implements Expression {}

  /// `of[from:to:step]`.
  record Slice(
      Expression of,
      @Nullable Expression from,
      @Nullable Expression to,
      @Nullable Expression step,
      int line)
      implements Expression {}

  /// `function(arguments)`.
  record Call(Expression function, Passed passed, int line) implements Expression {}

  /// `of | name(arguments)`.
  record Filter(Expression of, String name, Passed passed, int line) implements Expression {}

  /// `of is name(arguments)`.
  record Test(Expression of, String name, Passed passed, int line) implements Expression {}

  /// `-of` or `+of`.
  record Sign(boolean minus, Expression of, int line) implements Expression {}

  /// `left operator right`, for arithmetic.
  record Binary(String operator, Expression left, Expression right, int line)
      implements Expression {}

  /// `a ~ b ~ c`.
  record Concat(List<Expression> parts, int line) implements Expression {}

  /// `first == a < b in c`.
  record Compare(Expression first, List<Comparison> rest, int line) implements Expression {}

  /// One link of a chain of comparisons; the operators `in` and `not in` are among them.
  record Comparison(String operator, Expression right) {}

  /// `left and right`.
  record And(Expression left, Expression right) implements Expression {}

  /// `left or right`.
  record Or(Expression left, Expression right) implements Expression {}

  /// `not of`.
  record Not(Expression of) implements Expression {}

  /// `yes if test else no`.
  record Conditional(Expression test, Expression yes, @Nullable Expression no)
      implements Expression {}

  /// The arguments written in a call.
  ///
  /// @param positional by place
  /// @param named by name
  /// @param more what `*` spreads, null where nothing
  /// @param moreNamed what `**` spreads, null where nothing
  record Passed(
      List<Expression> positional,
      Map<String, Expression> named,
      @Nullable Expression more,
      @Nullable Expression moreNamed) {
    /// Nothing is passed.
    static final Passed NOTHING = new Passed(List.of(), Map.of(), null, null);

    static Passed only(Expression positional) {
      return new Passed(List.of(positional), Map.of(), null, null);
    }
  }
}
