/// Generation: completions for requests that come and go, all in one batch.
///
/// # The problem
///
/// Reinforcement learning draws G completions for each of P prompts, hundreds at once, and their
/// lengths differ by a factor of ten. A server gets a request now and another later, and a user
/// closes the window before the answer is complete. One that waits for the longest wastes most of
/// its time, and one that reads the prompt once per sample reads it G times.
///
/// # How it goes
///
/// [dev.tesuji.generate.GenerationEngine] has a number of rows; a row holds one sample. Any thread
/// submits requests; one thread drives. A step is:
///
/// 1. *Drop.* Rows of cancelled requests are freed, and waiting samples of such go.
/// 2. *Admit.* While rows are free, the next prompts are read in one pass. Their keys and values
///    are kept once for all of their samples, and each sample draws its first token.
/// 3. *Generate.* All rows in use read their newest token and draw the next, or several.
/// 4. *Finish.* A row that drew an end token, a stop token, a stop string's last token or the last
///    token allowed hands its completion over and is closed up by the last row.
///
/// # Prompts in parts
///
/// A prompt of thousands of tokens would make those wait who are in the middle of an answer. A
/// server's engine ([dev.tesuji.generate.PromptReading]) reads prompts in parts, and takes a part
/// some layers on after each step of the rows that run. Fewer tokens would not do instead: each
/// part has to look at the weights and at all that stands before it. `ReadingPace` measures how
/// long both take and leaves a step shorter than two; where more samples wait for their prompts
/// than run, or many at once, and all can be read soon, prompts go first. Texts whose
/// log-probabilities are asked for are read in the same parts (`PromptScoring`), one text at a
/// time.
///
/// What was read of a prompt is kept, up to a limit, for prompts that begin alike: the next turn of
/// a conversation, the same instructions before another question. Neither the parts nor what was
/// found changes a bit of a token's numbers where kernels compute; models that libtorch computes
/// have their prompts read whole and anew. Only what was *read* is kept: the keys and values that a
/// row's own tokens left were computed by another kernel, whose sums go in another order, so that a
/// turn's answer is read once when the next turn comes.
///
/// # Adapters
///
/// Rows can each have another low-rank adapter beside the same weights
/// ([dev.tesuji.compute.PromptKey]), again where kernels compute: W x + s B A x, run by run of rows
/// that have the same.
///
/// A listener hears of each token when it is drawn, and of each completion exactly once, also where
/// it was cancelled before it began. [dev.tesuji.generate.GenerationStream] is a listener that
/// another thread reads from.
///
/// # Capacity
///
/// [dev.tesuji.generate.EngineCapacity] fixes the memory when the engine is made: rows, the longest
/// prompt, the most new tokens, and how many samples may wait. A request that can never be met is
/// refused when it is submitted, in one sentence; one that comes while too many wait is refused
/// with [dev.tesuji.generate.EngineFull].
///
/// # Distributions
///
/// Each request has its own [dev.tesuji.generate.Sampling]; rows with equal settings are drawn
/// together. `Sampler` applies the filters in the order of transformers' `generate`: repetition
/// penalty, temperature, top-k, top-p, min-p. With l the logits,
///
/// ```
/// p = softmax(filter(penalise(l) / T))          token = min { i : Σ_{j ≤ i} p_j > u }
/// ```
///
/// with one uniform number u per token (inverse transform, in float64). A completion carries log p
/// of every token: after temperature and filters. For greedy choices, whose p is 1, it carries the
/// model's own log-probability at temperature 1. The most likely tokens at each place
/// (`topLogProbs`) are told under the same distribution.
///
/// # Randomness
///
/// u is a function of the request's [dev.tesuji.generate.RandomKey], the sample and the token
/// alone. A completion is therefore the same whatever else is in the batch and in however many rows
/// it was drawn, but for rounding: a matrix product of another size may round the last bit
/// otherwise, which shows where two tokens are as good as tied.
///
/// # Tokens ahead
///
/// A pass of few rows is bound by the reading of weights: a second token of a row costs it little
/// ([dev.tesuji.compute.Decoding#readsAhead]). [dev.tesuji.generate.PromptLookup] proposes tokens
/// x₁ x₂ ... that followed in the text where its last tokens came before, and a pass reads them
/// behind the newest. Speculative decoding in general accepts x with probability min(1, p(x) /
/// q(x)), and so keeps the distribution. Here the number that decides each token is known before
/// the pass, so that more is kept: the token itself. The next one is drawn as ever from the logits
/// after the newest; while it is x₁, x₂, ..., the logits after it are there already, and the one
/// after it is drawn, with its own number, constraint and limits. The first that is another ends
/// this, and what was read beyond is written over. Because a token's logits have the same bits in
/// any pass, a completion with proposals is that without, to the last bit of its log-probabilities.
///
/// `RowLookup` learns for each row how often proposals are met, `MeasuredTokenPrice` what a token
/// ahead costs, and none is read that is not worth it; with 64 rows and more none is. That rests on
/// times, so that how many are proposed differs from run to run, and nothing else does.
///
/// # Stop strings
///
/// They are looked for in the text as a reader would see it, special tokens written out, after
/// every token and in as many of the last tokens as can hold one. A completion keeps the tokens
/// with which the string came.
///
/// # Left out
///
/// A row's own keys and values are gone when it finishes. A prompt that is read whole and whose
/// samples do not fit into the free rows is read again for the rest. Rows beyond those that are
/// read together ([dev.tesuji.compute.Decoding#together]) wait for one of these to finish.
///
/// # Reading order
///
/// [dev.tesuji.generate.GenerationRequest], [dev.tesuji.generate.Sampling],
/// [dev.tesuji.generate.Limits], [dev.tesuji.generate.RandomKey],
/// [dev.tesuji.generate.GenerationEngine], `RunningBatch`, `Sampler`, `TokenProposals`,
/// [dev.tesuji.generate.Generation], [dev.tesuji.generate.GenerationStream].
@org.jspecify.annotations.NullMarked
package dev.tesuji.generate;
