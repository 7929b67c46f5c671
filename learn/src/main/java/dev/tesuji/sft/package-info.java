/// Learning from texts: pretraining and supervised fine-tuning.
///
/// # The equation
///
/// Both minimise the negative log-likelihood of scored tokens, as a mean over all scored tokens of
/// an update:
///
/// ```
/// L = -(1 / Σ_i |scored_i|) Σ_i Σ_{t scored} log π(y_t | y_<t)
/// ```
///
/// Pretraining scores every token of a text but the first; fine-tuning scores the completion and
/// not the prompt. The end of a text is a token like any other and has loss weight, so that the
/// model learns to stop: it is appended to every text and always scored. `DFT` weighs each token's
/// loss by its probability, outside the gradient.
///
/// Texts come from data sets ([dev.tesuji.dataset.Dataset]): rows with `prompt` and `completion`,
/// or with `text`, of which every token is scored. Conversations become text by the model's own
/// chat template; of `messages` the assistant's turns are scored ([dev.tesuji.chat.AssistantMask]),
/// of conversational `prompt` and `completion` what follows the prompt.
///
/// Several sources are shuffled as one, or mixed by their shares without end (`Mixture`), each
/// through epochs of its own: `epoch/NAME`.
///
/// # Deviations from common practice
///
/// 1. Texts are not packed into blocks of fixed length: sequences lie end to end without padding
///    anyway, and no text attends to another.
/// 2. A text longer than the limit is an error unless the recipe says `drop` or `truncate`; then it
///    is counted in the report. Nothing is cut in silence.
///
/// # Metrics
///
/// TRL's names: `loss`, `entropy`, `mean_token_accuracy` (the share of scored tokens that were the
/// most likely), `num_tokens`, `grad_norm`, `learning_rate`, `epoch`.
///
/// # Reading order
///
/// [dev.tesuji.sft.SftLoss], [dev.tesuji.tokenized.TokenizedDataset], [dev.tesuji.sft.SftTrainer].
@org.jspecify.annotations.NullMarked
package dev.tesuji.sft;
