package dev.tesuji.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Something that a template does.
sealed interface Statement {
  /// Writes text.
  record Data(String text) implements Statement {}

  /// Writes a value.
  record Print(Expression value, int line) implements Statement {}

  /// Does the first branch whose test is true, else `otherwise`.
  record If(List<Branch> branches, List<Statement> otherwise) implements Statement {}

  /// `if test` and what follows.
  record Branch(Expression test, List<Statement> body) {}

  /// Does the body for each element, `otherwise` where there is none.
  record For(Loops loops, List<Statement> body, List<Statement> otherwise, int line)
      implements Statement {}

  /// The head of a loop.
  ///
  /// @param target what is assigned
  /// @param over what is walked
  /// @param condition keeps some of the elements; null keeps all
  /// @param recursive whether `loop(...)` walks something else with the same body
  record Loops(
      Expression target, Expression over, @Nullable Expression condition, boolean recursive) {}

  /// `set target = value`.
  record Set(Expression target, Expression value, int line) implements Statement {}

  /// `set target` to what the body writes; `filters` is an expression over [#WRITTEN].
  record SetBlock(Expression target, Expression filters, List<Statement> body, int line)
      implements Statement {}

  /// Writes what the body writes, filtered; `filters` is an expression over [#WRITTEN].
  record FilterBlock(Expression filters, List<Statement> body, int line) implements Statement {}

  /// Defines a macro.
  record Define(Macro macro) implements Statement {}

  /// Calls something with the macro as its `caller` and writes the answer.
  record CallBlock(Macro caller, Expression.Call call, int line) implements Statement {}

  /// Assigns names for the body only.
  record With(List<Expression> targets, List<Expression> values, List<Statement> body)
      implements Statement {}

  /// Writes what the body writes and marks it as the assistant's.
  record Generation(List<Statement> body) implements Statement {}

  /// Does the body with or without the escaping of what is written.
  record Autoescape(Expression on, List<Statement> body, int line) implements Statement {}

  /// `break`.
  record Break() implements Statement {}

  /// `continue`.
  record Continue() implements Statement {}

  /// A macro.
  ///
  /// @param takesMore whether its body speaks of `varargs`
  /// @param takesMoreNamed whether its body speaks of `kwargs`
  record Macro(
      String name,
      List<Parameter> parameters,
      List<Statement> body,
      boolean takesMore,
      boolean takesMoreNamed) {}

  /// A parameter of a macro; without a default it may be left out and is undefined then.
  record Parameter(String name, @Nullable Expression value) {}

  /// The variable, unreachable for templates, that holds what a body wrote while it is filtered.
  Expression.Name WRITTEN = new Expression.Name("(written)");
}
