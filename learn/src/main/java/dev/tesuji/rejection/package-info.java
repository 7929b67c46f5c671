/// Rejection sampling: a model writes many answers, and those that are good become data.
///
/// # The problem
///
/// Reinforcement learning leaves a model that is often right and not always pleasant: it mixes
/// languages, rambles, repeats itself. Fine-tuning needs demonstrations, and nobody has written
/// them. [DeepSeek-R1](https://arxiv.org/abs/2501.12948) (2.3.1 and 2.3.3) lets models write their
/// own: cold-start data from R1-Zero, then 600,000 samples of the second stage's model, "multiple
/// responses" for each prompt of which "only the correct ones" are retained, without those in mixed
/// languages, with long paragraphs or code blocks. The same is what learning from a teacher's
/// traces takes.
///
/// # The equation
///
/// With the model's distribution π(y|x) and a sieve a(x, y) of 0 or 1, what is written is drawn
/// from
///
/// ```
/// π'(y|x) = π(y|x) a(x, y) / Z(x)      Z(x) = Σ_y π(y|x) a(x, y), the acceptance rate
/// ```
///
/// but for what looks at more than one sample (duplicates, the most per prompt). Fine-tuning on it
/// is one step of expert iteration, or [STaR](https://arxiv.org/abs/2203.14465).
///
/// # The sieve
///
/// A sample is asked these questions in this order, and counts under the first that refuses it, so
/// that drawn = kept + the sum of refused ([dev.tesuji.rejection.SampleFilter]):
///
/// | reason | refused when | setting |
/// |---|---|---|
/// | `unfinished` | the length limit ended it | `finished` |
/// | `too_long` | it has more tokens | `maxCompletionTokens` |
/// | the reward's name | a reward pays less, before weighting | `keep` |
/// | `ungraded` | such a reward could not be had: a rule threw or took too long | `keep` |
/// | `contaminated` | it shares words with an evaluation problem | `decontaminate` |
/// | `duplicate` | the same was kept already | `deduplicate` |
/// | `surplus` | enough of the prompt were kept already | `maxPerPrompt` |
///
/// Any reward of a recipe can stand under `keep`: accuracy at least 1, format at least 1, language
/// consistency at least 0.98, repetition at least -0.2 (at most a fifth of its n-grams repeat),
/// what a reward model or a user's own rule says.
///
/// # What is written
///
/// `data/STAGE/kept.jsonl`, a line per sample. `prompt` and `completion` are plain text: the whole
/// prompt as it was posed, chat template and all, and everything that the model wrote after it,
/// thinking too, but for special tokens. Conversational columns would not do: many chat templates
/// take the thinking out of an assistant's turn. Fine-tuning encodes the two as one text and adds
/// the end token, also to a sample that the length limit ended, where such are kept. A text can
/// have other tokens than those that were drawn; `retokenized` counts the samples of which that is
/// so. The rest of a line says where it comes from: `problem`, `problem_id`, `source`, `sample`,
/// `verdict`, `rewards`, `tokens`, `finish_reason`. `refused.jsonl` has the same and the `reason`,
/// where `refused` asks for it.
///
/// # Memory and resuming
///
/// A step poses `promptsPerStep` prompts; only its samples are in memory, and 16 to 32 bytes of
/// each kept sample before ([dev.tesuji.overlap.Fingerprints]). Grading goes on beside the drawing.
/// After each step the files are forced to disk and their lengths noted; a resumed run cuts the
/// files to these lengths and reads what was kept to know it again. Samples depend on seed, prompt
/// and number only, so the file ends bit for bit as it would have. An endpoint promises no such
/// thing; its answers are in a file of their own, and none is asked for twice.
///
/// # Deviations
///
/// 1. R1 also has a stronger model rewrite and judge samples. A reward of kind `http` or `model`
///    can judge; nothing is rewritten. A stronger model can write all of them, from behind an
///    endpoint ([dev.tesuji.rollout.EndpointRolloutSampler]).
/// 2. R1 looks for 10-grams of evaluation problems in its data, open-r1 for 8-grams, GPT-3 for
///    13-grams; the default is 13. Problems with fewer words are looked for as a whole.
/// 3. A contaminated prompt is drawn all the same, and all its samples are refused: such prompts
///    are few, and their number shows.
///
/// # Reading order
///
/// [dev.tesuji.rejection.FilterSettings], [dev.tesuji.rejection.SampleFilter],
/// [dev.tesuji.rejection.Decontamination], [dev.tesuji.overlap.Fingerprints],
/// [dev.tesuji.rejection.RejectionSampler], [dev.tesuji.rejection.TraceFile],
/// [dev.tesuji.rejection.Wording], [dev.tesuji.rejection.FilterCounts].
@org.jspecify.annotations.NullMarked
package dev.tesuji.rejection;
