/// Reward models: language models that learn from people's choices what an answer is worth ([Ouyang
/// et al., 2022](https://arxiv.org/abs/2203.02155), InstructGPT).
///
/// # The problem
///
/// Much of what is wanted of an answer cannot be checked by a rule. People can say which of two
/// answers they prefer; they cannot do so a million times. So a model learns to predict what they
/// say, and stands in for them as the [dev.tesuji.reward.Reward] of reinforcement learning.
///
/// # The equations
///
/// The model reads prompt and answer, and gives one number r at the last token: `r = w · h`. People
/// ranked K answers to a prompt; every comparison of a better answer w with a worse one l counts
/// the same, all of one ranking share one weight and one pass (Eq. 1 of InstructGPT):
///
/// ```
/// L = -1/P Σ_P  2/(K (K - 1)) Σ_{w > l}  log σ(r_w - r_l - m)  [+ c (r_w + r_l)²]
/// ```
///
/// They may come in rankings or in pairs, row by row: all comparisons of a prompt are one example,
/// up to 16 answers of it. Comparisons of one prompt in different updates would let the model learn
/// each answer K - 1 times per epoch, and overfit. Labelled answers (safe or not) are classified:
///
/// ```
/// L = -1/P Σ_P  log σ(±r)                          + where the answer is good
/// ```
///
/// | symbol | identifier | |
/// |---|---|---|
/// | P | `batchSize` | prompts per update |
/// | K | `RewardExample.Ranked.answers` | answers in order, best first |
/// | m | `margin` | by how much w is better, where the data say so (Llama 2, Eq. 2) |
/// | c | `centering` | holds scores around 0, which comparisons leave open |
///
/// # The data
///
/// Any data set ([dev.tesuji.dataset.Dataset]) with `chosen` and `rejected` (and `margin`), with
/// `prompt` and `responses` (and `ranks`), or with `prompt`, `completion` and `label`. A share of
/// the prompts is held out, by prompt in whatever dress ([dev.tesuji.overlap.PromptKey]), so that
/// no prompt is on both sides. Ties are refused: they say nothing.
///
/// # What is reported
///
/// [dev.tesuji.rewardmodel.HeldOut]: accuracy with its 95 % interval over prompts, margin, and
/// whether the model has learned length and nothing else: how right "the longer answer is better"
/// would be, and the correlation of score and length. People prefer longer answers a little, and
/// policies find that out ([Singhal et al.](https://arxiv.org/abs/2310.03716)).
///
/// # What is saved
///
/// A directory as transformers' `...ForSequenceClassification` with one label has it
/// ([dev.tesuji.weights.ScoreDirectory]), and `reward_model.json` with the held-out figures, whose
/// mean and deviation `normalize` takes. In a recipe:
///
/// ```yaml
/// stages:
///   - rewardModel:
///       comparisons: {files: {data: train.jsonl}}
///   - rl:
///       rewards:
///         - {kind: model, stage: rewardModel, scores: answer}
/// ```
///
/// # Deviations
///
/// 1. The head begins at 0, so that nothing is preferred before training; InstructGPT does not say,
///    TRL draws it.
/// 2. InstructGPT shifts scores so that demonstrations have mean 0; `normalize` takes held-out
///    answers.
/// 3. A text beyond the limit loses its beginning where the policy is to truncate: the end is what
///    is judged.
/// 4. A completion that was cut off is scored as it stands, at its last token and without an end
///    token: it did not end, and must not be paid as if it had. Comparisons that are read from
///    files or written by authors all ended, so that a model trained on those has seen no such
///    text; those of a model's own responses (`drawn`) are learned from as they were drawn.
///
/// # Reading order
///
/// [dev.tesuji.rewardmodel.RewardModelLoss], [dev.tesuji.rewardmodel.RewardExample], `Comparisons`,
/// [dev.tesuji.rewardmodel.RewardExamples], [dev.tesuji.rewardmodel.RewardModelTrainer],
/// [dev.tesuji.rewardmodel.HeldOut], [dev.tesuji.rewardmodel.RewardModel],
/// [dev.tesuji.rewardmodel.ModelReward].
@org.jspecify.annotations.NullMarked
package dev.tesuji.rewardmodel;
