/// Chain sums in recipes: the smallest world in which reasoning pays.
///
/// # The problem
///
/// To show that reinforcement learning teaches a model to think before it answers, one needs a task
/// that is too hard at once and easy step by step, an unlimited number of problems, a base that has
/// seen both habits, and all of that in a model that trains in minutes on a CPU.
///
/// # The demonstration
///
/// [dev.tesuji.chainsums.ChainSums] are sums of four to eight digits: at once a small model gets
/// few of them right, digit by digit nearly all. [dev.tesuji.chainsums.ChainSumsCorpus] writes
/// responses of mixed quality, of which the base learns all habits, good and bad.
///
/// Recipes name it as
///
/// | kind | is |
/// |---|---|
/// | `task: chainSums` | the problems ([dev.tesuji.chainsums.ChainSumsTask]) |
/// | `corpus: chainSums` | texts to pretrain on ([dev.tesuji.chainsums.ChainSumsTexts]) |
/// | `comparisons: chainSums` | rankings for a reward model ([dev.tesuji.chainsums.ChainSumsComparisons]) |
/// | `dpo`, `kto` without data | pairs of a right and a wrong answer |
///
/// # What was left out
///
/// Other arithmetic. The world (`dev.tesuji.world`) has more kinds of problems, and more than
/// problems.
///
/// # Reading order
///
/// [dev.tesuji.chainsums.ChainSumsTask], [dev.tesuji.chainsums.ChainSumsTexts],
/// [dev.tesuji.chainsums.ChainSumsComparisons].
@org.jspecify.annotations.NullMarked
package dev.tesuji.chainsums;
