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
/// | Wqkv | `GroupedAttention.qkv` | `[(H + 2K) D, C]` |
/// | Wgate,up | `GatedFeedForward.gateUp` | `[2I, C]` |
///
/// # Families
///
/// One decoder serves all; what differs is a kind of attention and a kind of feed-forward block:
///
/// | family | attention | feed-forward |
/// |---|---|---|
/// | Llama | grouped | gated |
/// | Qwen2 | grouped, biases on q, k, v | gated |
/// | Qwen3 | grouped, queries and keys normed head by head | gated |
/// | DeepSeek-V3 | latent (`LatentAttention`) | gated, then `MixtureOfExperts` |
///
/// Latent attention makes the keys and values of all heads from one narrow latent, and that is what
/// the cache holds; while decoding, queries are taken to the latent's side instead of keys to
/// theirs. A `Router` sends each token to a few experts; [dev.tesuji.nn.ExpertLoads] counts, and
/// evens the loads out by biases, `BalanceLoss` by a loss.
///
/// # Two ways to compute
///
/// On a CPU, layers of grouped attention and gated feed-forward blocks run by [dev.tesuji.kernel]:
/// `CpuLayers` forwards, `CpuTrainingPass` back, `CpuDecoding` token by token with packed weights
/// and each prompt's keys and values kept once. What those do not know (other devices, experts,
/// latent attention, adapters in training) runs on libtorch: `DecoderLayer`,
/// `AutogradTrainingPass`, `TorchDecoding`. Both agree to rounding; the fixtures hold either.
///
/// # The way back
///
/// A [dev.tesuji.compute.TrainingPass] takes sequences through the layers so that a gradient can
/// come back: everything is kept, or each layer's input only, and the layer runs again. The
/// gradients of the embedding and of the head are added in place, since both have V rows and few of
/// them matter.
///
/// # Adapters
///
/// [dev.tesuji.nn.Lora] stands beside projections and is trained in their place. Silenced, the
/// model is its base, which serves as the reference of a KL term without a second copy.
///
/// # One decoder, three passes
///
/// Training and scoring read whole sequences, generation reads prompts and then token by token; all
/// three are the same layers with another `Pass`. So the log-probabilities of trainer and sampler
/// agree to rounding, which reinforcement learning depends on.
///
/// # No padding
///
/// Sequences lie end to end in one row of tokens ([dev.tesuji.compute.TokenBatch]). Projections,
/// norms and feed-forward blocks never see padding; attention pads inside itself, by lengths, and
/// drops what it padded. No token id means "padding", so a pad token equal to the end token harms
/// nothing.
///
/// # Fused weights
///
/// Projections that read the same input are one [dev.tesuji.nn.Parameter] with several checkpoint
/// names: one matrix product instead of three. Loading and saving go through the names.
///
/// # Number types
///
/// A model computes in one type, float32 or bfloat16; a float32 one may multiply in bfloat16
/// ([dev.tesuji.nn.CausalLm#multiplyIn]). Queries, keys and values are float32 from the turning to
/// the end of attention, and so is the key-value cache; logits are float32.
///
/// # Reading order
///
/// [dev.tesuji.nn.ModelConfig], [dev.tesuji.nn.CausalLm], `DecoderLayer`, `Attention`,
/// `GroupedAttention`, `Pass`, [dev.tesuji.compute.TokenBatch], [dev.tesuji.compute.Decoding],
/// [dev.tesuji.compute.TrainingPass]; then `LatentAttention`, `MixtureOfExperts`, `Router`.
///
/// # What was left out
///
/// Sliding windows, dropout other than adapters', DeepSeek-V3's multi-token prediction, and the
/// rope scalings `dynamic` and `longrope`: a configuration that asks for them is refused.
@org.jspecify.annotations.NullMarked
package dev.tesuji.nn;
