/// Automata over bytes: regular expressions, lists of texts, numbers within bounds.
///
/// # The problem
///
/// A language model writes tokens, which are pieces of bytes: one may hold half a character, or a
/// quote with the comma behind it. What constrains it must therefore be able to stop and go on
/// after any byte. Everything regular becomes a deterministic automaton over bytes here; what nests
/// is the matter of [dev.tesuji.constrain].
///
/// # The parts
///
/// [Dfa] is a deterministic automaton in flat arrays. It is always made by exploring a machine
/// whose states are values ([Dfa.Machine]): sets of states of a [Nfa] (the subset construction),
/// pairs of states (what both accept, what one accepts and the other does not), ranges of a sorted
/// list ([Literals]), digits read so far ([Decimals]). Exploration stops at a limit, so that an
/// expression like `(a|b)*a(a|b){20}`, whose automaton has a million states, is refused in
/// milliseconds.
///
/// [Regex] is the tree of an expression, [CodePoints] a set of characters, [Encoding] how
/// characters become bytes: UTF-8 by itself, or UTF-8 inside a text of JSON with its escapes.
///
/// # Regular expressions
///
/// The language is that of ECMA 262, which JSON schemas use: classes, counts, groups, anchors
/// anywhere, Unicode properties. Look-around, references to groups and word boundaries are refused
/// by name. Anchors are edges that are passed only at the start or at the end of the text; a state
/// accepts when its end can be reached by such edges too. Greedy or lazy makes no difference to
/// which texts match.
///
/// # Numbers
///
/// [Decimals] compares digit by digit with both bounds. Before the point it holds the order of the
/// digits so far and how many there are: at the point, more digits are more, and equally many
/// compare as their digits do. Behind the point the order of the first different digit decides.
/// Bounds are exact decimals, never floating point.
///
/// # Reading order
///
/// [Dfa], [Nfa], [CodePoints], [Encoding], [Regex], [Literals], [Decimals].
@org.jspecify.annotations.NullMarked
package dev.tesuji.constrain.automaton;
