/// Drawing completions from a model.
///
/// # The problem
///
/// Reinforcement learning draws G completions for each of P prompts, hundreds at once, and their
/// lengths differ by a factor of ten. A generator that waits for the longest wastes most of its
/// time, and one that reads the prompt once per sample reads it G times.
///
/// # How it goes
///
/// A key-value cache has a number of rows; a row holds one sample
/// ([dev.tesuji.generate.Generator]):
///
/// 1. *Admit.* While rows are free, the next prompts are read in one pass. Their keys and values
///    are written into the rows of all of their samples, and each sample draws its first token.
/// 2. *Step.* All rows in use read their newest token and draw the next.
/// 3. *Finish.* A row that drew an end token, met a stop condition or reached the limit hands its
///    completion over and is closed up by the last row; waiting samples are admitted.
///
/// # Distributions
///
/// [dev.tesuji.generate.Sampling] names the filters, `Sampler` applies them, in the order of
/// transformers' `generate`: repetition penalty, temperature, top-k, top-p, min-p. With l the
/// logits,
///
/// ```
/// p = softmax(filter(penalise(l) / T))          token = min { i : Σ_{j ≤ i} p_j > u }
/// ```
///
/// with one uniform number u per token (inverse transform, in float64). A completion carries log p
/// of every token: after temperature and filters. For greedy choices, whose p is 1, it carries the
/// model's own log-probability at temperature 1.
///
/// # Randomness
///
/// u is a function of (seed, prompt id, sample, token) alone. A completion is therefore the same
/// whatever else is in the batch and in however many rows it was drawn, but for rounding: a matrix
/// product of another size may round the last bit otherwise, which shows where two tokens are as
/// good as tied.
///
/// # Reading order
///
/// [dev.tesuji.generate.Prompt], [dev.tesuji.generate.Sampling], [dev.tesuji.generate.Limits],
/// [dev.tesuji.generate.Generator], `Sampler`.
@org.jspecify.annotations.NullMarked
package dev.tesuji.generate;
