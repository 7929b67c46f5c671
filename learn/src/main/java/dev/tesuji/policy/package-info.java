/// The mathematics that all algorithms share: log-probabilities, entropies, KL estimators, and the
/// way a loss goes through a model and back.
///
/// # One definition each
///
/// - *What is scored*: the tokens of a [dev.tesuji.tokenized.TokenSequence] at its `targets`. It
///   follows from lengths, never from token ids.
/// - *Log-probability*: `log π(y_t) = l[y_t] - log Σ_v exp(l[v])` with l the logits divided by the
///   temperature ([dev.tesuji.compute.TokenScores]).
/// - *Entropy*: log Σ exp(l) - Σ softmax(l) · l, in nats.
/// - *KL*: [dev.tesuji.policy.KlEstimator], k1, k2, k3 and k3_plus.
/// - *Denominator*: a loss is a weighted sum over tokens whose weights are fixed for a whole update
///   before its first micro-batch. So any split into micro-batches gives the same gradient; a test
///   holds that.
///
/// # Why logits are made in chunks
///
/// A vocabulary of 151,936 makes the `[N, V]` float32 logits of a few thousand tokens the largest
/// thing in memory. [dev.tesuji.policy.Policy] takes the hidden states of the scored tokens only,
/// cuts them into chunks, and sends each chunk through the head, the loss and back before it makes
/// the next; the gradients at the hidden states are then sent through the decoder at once:
///
/// ```
/// h = decoder(tokens)          for each chunk c:  ∂L/∂h_c  by  L_c = loss(log π(h_c))
/// ∂L/∂θ = Σ_c ∂L_c/∂θ_head + (∂L/∂h) · ∂h/∂θ
/// ```
///
/// which is exact, because the loss is a sum over tokens. The loss itself sees log-probabilities
/// only; from there back to the logits the gradient is written out, and the head's own is added in
/// place.
///
/// # Reading order
///
/// [dev.tesuji.tokenized.TokenSequence], [dev.tesuji.compute.TokenScores],
/// [dev.tesuji.policy.Policy], [dev.tesuji.tokenized.MicroBatches], and for critics and reward
/// models [dev.tesuji.policy.ScalarHead].
@org.jspecify.annotations.NullMarked
package dev.tesuji.policy;
