/// Programs graded by tests that they cannot reach.
///
/// # The problem
///
/// A grader that runs a program and its tests in one process asks the program whether it is right:
/// it can end early with status 0, replace `assert`, return an object that equals everything, find
/// the expected values on the stack, or print the line that the grader waits for.
///
/// # Two kinds of tests
///
/// **Inputs and outputs**: a jail for each input. Output is compared here, in Java
/// ([dev.tesuji.code.Comparison]).
///
/// **Statements** (Python): the program runs in one jail, the statements in another. Between them
/// go calls one way and plain values the other, handed on here, an answer for each question:
///
/// ```
/// statements ── call f(2) ──> program
/// statements <── value 4 ──── program        assert f(2) == 4 holds or does not, over there
/// ```
///
/// Whatever a program does to its own process, all that it can say is what a call returned, and a
/// value that arrives is made of Python's own types: an `int` that overrides `==` arrives as an
/// `int`. Objects of the program's own classes stay where they are and are asked; only two of them
/// are compared by the program's `==`, never one of them with what a test expects.
///
/// # Verdicts
///
/// [dev.tesuji.code.CodeVerdict]: that of the first test that did not pass. After a test that was
/// stopped, for time or memory, the others are not tried; they count as not passed. A sandbox error
/// is no judgement.
///
/// # Left out
///
/// Interactive problems, in which a judge answers a program while it runs. Statements share state
/// with each other, as in a notebook.
///
/// # Reading order
///
/// [dev.tesuji.code.Submission], [dev.tesuji.code.Tests], [dev.tesuji.code.CodeGrader],
/// `Toolchain`, `ScriptTests`, `CompiledTests`, and in the resources `tests.py`, `host.py`,
/// `codec.py`.
@org.jspecify.annotations.NullMarked
package dev.tesuji.code;
