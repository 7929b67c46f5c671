/// Countdown: numbers, a target, and a base that can search and seldom does.
///
/// # The problem
///
/// R1-Zero's most quoted picture is that responses grow longer in training, and that "wait" and
/// going back appear, with nothing but right answers paid (figure 3 and the "aha moment" of
/// [DeepSeek-R1](https://arxiv.org/abs/2501.12948)). Chain sums cannot show it: their steps are
/// given, and nothing is to be tried. Here something is: which numbers to begin with.
///
/// # The game
///
/// `3,5,2=17?` asks for an expression of 3, 5 and 2, each used once, that comes to 17. Numbers are
/// from 2 to 12; every round has a solution whose steps are whole numbers from 1 to 50.
/// [dev.tesuji.countdown.Countdown] grades exactly, in fractions: no other numbers, no two numbers
/// written together, no sign before a number, no division by zero, and nothing that stands in
/// thinking that was not ended ([TinyZero](https://github.com/Jiayi-Pan/TinyZero) made the task
/// popular; its grader is the same but for the rules about signs and leading zeros).
///
/// # The corpus
///
/// [dev.tesuji.countdown.CountdownCorpus] writes as several authors do:
///
/// ```
/// at once    <answer>(3+5)*2</answer>
/// hasty      <think>3+5=8,8*2=16;</think><answer>(3+5)*2</answer>
/// doubting   <think>3*5=15,15+2=17;wait;5-3=2,2*2=4;</think><answer>(5-3)*2</answer>
/// searching  <think>3+5=8,8*2=16 no;wait;3*5=15,15+2=17 yes;wait;check:3*5=15,15+2=17 yes;</think><answer>(3*5)+2</answer>
/// ```
///
/// Two thirds make one try or none; most searches give up early. What a base of a million weights
/// learns of this:
///
/// - to write a beginning, and from it the step that comes nearest to the target;
/// - to compare what came out with the target (`yes`, `no`);
/// - to go back for a beginning that it has not tried;
/// - two meanings of `wait`: in hasty company it leads to another guess, mostly a worse one; in a
///   search to a look at what was found.
///
/// Each is there, and none is done often. Reinforcement learning decides which.
///
/// # What is counted
///
/// In a thinking ([dev.tesuji.env.Task#measures]): `returns`, tries after the first; `reflections`,
/// the words `wait` and `check`.
///
/// # Reading order
///
/// [dev.tesuji.countdown.NumbersRound], [dev.tesuji.countdown.Countdown], `Formula`, `Tries`,
/// [dev.tesuji.countdown.CountdownCorpus], `Trace`; then what recipes name:
/// [dev.tesuji.countdown.CountdownTask], [dev.tesuji.countdown.CountdownTexts],
/// [dev.tesuji.countdown.CountdownTokenSet].
///
/// # Deviations from TinyZero
///
/// 1. A base of a million weights that has read searches, in the place of one of three billion that
///    has read the web. What it can do was put into its corpus; how often it does it was not.
/// 2. Two and three small numbers, in the place of three and four up to 99.
/// 3. Accuracy alone is paid, as in R1-Zero's accuracy reward; TinyZero pays 0.1 for the format.
@org.jspecify.annotations.NullMarked
package dev.tesuji.countdown;
