/// Exercises in programming: a base that has read careless programs learns from tests to write
/// programs that pass.
///
/// # The problem
///
/// R1 was paid by compilers and tests. To show that in minutes takes programs that a small model
/// can write, and a language whose programs cost microseconds to run, in this process, and can do
/// no harm: Pebble ([dev.tesuji.pebble.Program]), with variables, sums, conditions and loops.
///
/// # An exercise
///
/// ```
/// from a: b times add 3, take 5 after at most 20.
///
/// x=a
/// n=b
/// while n>0{x=x+3;n=n-1}
/// if x>20{x=20}
/// x=x-5
/// give x
/// ```
///
/// The program is run with 65 pairs of a and b. The verdicts are those of other programs
/// ([dev.tesuji.code.CodeVerdict]): passed, wrong, compile error, and time-out after 1,000 steps.
/// Tests are not in the prompt, and every exercise is one in which no operation can be left out,
/// and none done in the wrong order, without a test that shows it.
///
/// # The corpus
///
/// [dev.tesuji.pebble.ExercisesCorpus] writes as several authors do. Three in ten are careful; the
/// others make one or two mistakes, those that people make. The base learns both. Reinforcement
/// learning, paid for programs that pass all tests alone, teaches it which.
///
/// # Held out
///
/// The sequence of operations of an exercise is its shape. One shape in eight is held out: no
/// exercise of it is in the corpus or trained on, with whatever constants and in whatever wording.
///
/// # Reading order
///
/// [dev.tesuji.pebble.Program], `Statement`, `Expression`, `Parser`, `Machine`; `Operation`,
/// `Exercise`, [dev.tesuji.pebble.Exercises], [dev.tesuji.pebble.ExercisesCorpus]; then what
/// recipes name: [dev.tesuji.pebble.PebbleTask], [dev.tesuji.pebble.PebbleTexts],
/// [dev.tesuji.pebble.PebbleTokens].
///
/// # Left out
///
/// Lists, functions, texts. What a language model has read of real languages is not shown here: for
/// those there are the kinds `code` and `debugger`, whose programs run in a sandbox.
@org.jspecify.annotations.NullMarked
package dev.tesuji.pebble;
