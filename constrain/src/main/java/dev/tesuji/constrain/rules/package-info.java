/// Rules of a grammar: expressions over bytes that may call each other.
///
/// [Expr] is the tree of what a text may look like. Its leaves are bytes, automata and texts of
/// JSON; [Expr.Call] stands for a rule of [Rules], which makes recursion possible: a schema that
/// refers to itself is a rule that calls itself. [dev.tesuji.constrain.schema] makes rules of
/// schemas, [dev.tesuji.constrain] makes them run.
@org.jspecify.annotations.NullMarked
package dev.tesuji.constrain.rules;
