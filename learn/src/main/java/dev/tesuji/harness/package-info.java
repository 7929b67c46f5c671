/// Tasks of [lm-evaluation-harness](https://github.com/EleutherAI/lm-evaluation-harness), as its
/// release 0.4.13 asks and grades them, so that numbers can be laid beside published ones.
///
/// # The problem
///
/// A benchmark's number depends on the prompt, on how many examples are shown and which, on where
/// an answer is cut off and on how it is compared. Most published numbers of open models come from
/// one program; a number that is made in another way says nothing beside them.
///
/// # The definitions
///
/// | task | asked | measured |
/// |---|---|---|
/// | `arc_easy`, `arc_challenge` | `Question: ...\nAnswer:` and each answer | `acc`, `acc_norm`, `acc_bytes` |
/// | `hellaswag` | the story, without WikiHow's marks, and each ending | `acc`, `acc_norm`, `acc_bytes` |
/// | `gsm8k` | five worked examples and `Question: ...\nAnswer:` | `exact_match` of the number after `####` (`strict-match`) and of the last number (`flexible-extract`) |
/// | `hendrycks_math500` | `Problem: ...\nAnswer:` | `exact_match` of spellings ([dev.tesuji.harness] `MathStrings`) |
/// | `ifeval` | the prompt | prompts and instructions that are followed, strictly and loosely ([dev.tesuji.instruction]) |
///
/// With `log p(a)` the sum of the log-probabilities of the tokens of an answer a after its context,
///
/// ```
/// acc       the right answer is argmax_a log p(a)
/// acc_norm  the right answer is argmax_a log p(a) / |a|       |a| in characters
/// acc_bytes the same with |a| in bytes
/// ```
///
/// Much is written about `acc_norm` as if it were the third; the harness divides by characters, and
/// has the third under its own name.
///
/// Context and answer are encoded together, and the context's tokens are counted from it alone.
/// Texts begin with the tokens that the tokenizer puts before them, if any. What is too long for
/// the model is cut off at its beginning. Writing is greedy.
///
/// The examples of gsm8k are drawn as Python draws them (`PythonRandom`), from the seed 1234, anew
/// for each item.
///
/// # Left out
///
/// Other tasks; `minerva_math`, whose grading is a computer algebra system's; several answers that
/// are right; tasks of chat templates with examples as turns of their own.
@org.jspecify.annotations.NullMarked
package dev.tesuji.harness;
