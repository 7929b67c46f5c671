/// Decoders: from token ids to the logits of the next token.
///
/// # The equations
///
/// With x the residual stream `[N, C]`, one row per token, a layer is
///
/// ```
/// x ← x + Wo · attention(q, k, v)          q, k, v = turn(Wqkv · norm(x))
/// x ← x + Wdown · (silu(g) ⊙ u)            g, u = Wgate,up · norm(x)
/// norm(x) = w ⊙ x / sqrt(mean(x²) + ε)
/// attention(q, k, v)_t = Σ_{s ≤ t} softmax_s(q_t · k_s / √D) v_s
/// ```
///
/// and the logits are `Whead · norm(x)` after the last layer. H query heads share K key heads;
/// `turn` rotates pairs of a head's entries by angles that grow with the position (`Rotary`).
///
/// | symbol | identifier | shape |
/// |---|---|---|
/// | N | tokens of a batch, end to end | |
/// | C | `hiddenSize` | |
/// | H, K, D | `heads`, `kvHeads`, `headDim` | |
/// | V | `vocabularySize` | |
/// | Wqkv | `Attention.qkv` | `[(H + 2K) D, C]` |
/// | Wgate,up | `FeedForward.gateUp` | `[2I, C]` |
///
/// # One decoder, three passes
///
/// Training and scoring read whole sequences, generation reads prompts and then token by token; all
/// three are the same layers with another `Pass`. So the log-probabilities of trainer and sampler
/// agree to rounding, which reinforcement learning depends on.
///
/// # No padding
///
/// Sequences lie end to end in one row of tokens ([dev.tesuji.model.TokenBatch]). Projections,
/// norms and feed-forward blocks never see padding; attention pads inside itself, by lengths, and
/// drops what it padded. No token id means "padding", so a pad token equal to the end token harms
/// nothing.
///
/// # Fused weights
///
/// Projections that read the same input are one [dev.tesuji.model.Parameter] with several
/// checkpoint names: one matrix product instead of three. Loading and saving go through the names.
///
/// # Number types
///
/// A model computes in one type, float32 or bfloat16. Queries, keys and values are float32 from the
/// turning to the end of attention, and so is the key-value cache; logits are float32.
///
/// # Reading order
///
/// [dev.tesuji.model.ModelConfig], [dev.tesuji.model.CausalLm], `DecoderLayer`, `Attention`,
/// `Pass`, [dev.tesuji.model.TokenBatch], [dev.tesuji.model.KvCache].
///
/// # What was left out
///
/// Sliding windows, dropout, and the rope scalings `dynamic`, `yarn` and `longrope`: a
/// configuration that asks for them is refused.
@org.jspecify.annotations.NullMarked
package dev.tesuji.model;
