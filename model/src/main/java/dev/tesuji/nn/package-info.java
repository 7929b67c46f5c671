/// Decoders as networks: their configuration, layers and weights.
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
/// `turn` rotates pairs of a head's entries by angles that grow with the position
/// ([dev.tesuji.nn.Rotary]).
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
/// # Weights here, arithmetic elsewhere
///
/// A layer of this package is a record of weights. The arithmetic is a
/// [dev.tesuji.compute.Compute], of which there are several; a [dev.tesuji.nn.CausalLm] owns
/// weights and asks a [dev.tesuji.nn.ComputeFactory] once, when it is made, who computes with them.
/// So each implementation of the equations sees the same weights under the same names, and a new
/// one changes nothing here. The exception is [dev.tesuji.nn.Linear], which can apply itself by
/// libtorch: adapters stand beside projections, and merging them into weights needs that too.
///
/// # Families
///
/// One decoder serves all families; they differ in the kind of attention and of feed-forward block,
/// in how far layers look back ([dev.tesuji.nn.Sight]) and in how the residual stream is normed and
/// scaled ([dev.tesuji.nn.StreamConfig]):
///
/// | family | attention | feed-forward | besides |
/// |---|---|---|---|
/// | Llama | grouped | gated | |
/// | Mistral, Ministral | grouped | gated | windows |
/// | Qwen2 | grouped, biases on q, k, v | gated | windows in later layers |
/// | Qwen3 | grouped, queries and keys normed head by head | gated | windows in later layers |
/// | Qwen2-MoE | as Qwen2 | softmax router, experts, and a shared one with a gate; gated in some layers | |
/// | Qwen3-MoE | as Qwen3 | softmax router and experts; gated in some layers | |
/// | SmolLM3 | grouped | gated | layers that positions do not turn |
/// | Phi-3, Phi-4 | grouped, q, k, v stored as one | gated, gate and up stored as one | windows; a part of a head turns; lists of factors |
/// | Granite | grouped | gated | multipliers on embeddings, scores, blocks and logits |
/// | Gemma 2 | grouped, scores capped | gated by GELU | norms of 1 + w around the blocks, windows in every other layer, embeddings scaled, logits capped |
/// | Gemma 3 | grouped, queries and keys normed head by head | gated by GELU | as Gemma 2, with capped scores gone and another base of positions in layers with windows |
/// | OLMo-2 | grouped, queries and keys normed over all heads | gated | norms behind the blocks |
/// | OLMo-3 | the same | gated | the same, windows in three of four layers |
/// | DeepSeek-V3 | latent | gated, then a mixture of experts | |
///
/// With norms around the blocks, a layer is x ← x + r · norm'(block(norm(x))), r the multiplier of
/// Granite and else 1. A window W hides all but the last W tokens, the query's own among them; a
/// cap c makes a score (or logit) s into c tanh(s / c).
///
/// A `ModelFamily` says which blocks `config.json` means, one small class each; `BlockFields` reads
/// the dimensions of each kind, so that any attention goes with any feed-forward block. Both
/// layouts of the file are read, that of transformers 5 and the older one.
///
/// Latent attention makes the keys and values of all heads from one narrow latent, which is all
/// that a cache holds. A [dev.tesuji.nn.Router] sends each token to a few experts;
/// [dev.tesuji.nn.ExpertLoads] counts, and evens the loads out by biases. A projection of all
/// experts of a layer is one parameter ([dev.tesuji.nn.ExpertLinear]).
///
/// # Fused weights
///
/// Projections that read the same input are one [dev.tesuji.nn.Parameter] with several checkpoint
/// names: one matrix product instead of three. Loading and saving go through the names.
///
/// # Adapters
///
/// [dev.tesuji.nn.Lora] stands beside projections and is trained in their place. Silenced, the
/// model is its base, which serves as the reference of a KL term without a second copy.
///
/// # Models without memory
///
/// The parameters of a planned model ([dev.tesuji.nn.Parameters#planned]) have shapes and no
/// memory. It answers all questions that need no numbers: names, counts, and the memory that a run
/// would take.
///
/// # Reading order
///
/// [dev.tesuji.nn.ModelConfig], [dev.tesuji.nn.CausalLm], [dev.tesuji.nn.DecoderLayer],
/// [dev.tesuji.nn.GroupedAttention], [dev.tesuji.nn.GatedFeedForward], [dev.tesuji.nn.Parameter];
/// then [dev.tesuji.nn.LatentAttention], [dev.tesuji.nn.MixtureOfExperts]; for files,
/// [dev.tesuji.nn.ConfigReader] and `LlamaFamily`.
///
/// # What was left out
///
/// Attention in both directions, chunked attention, DeepSeek-V3's multi-token prediction, and the
/// rope scaling `dynamic`: a configuration that asks for them is refused. Dropout other than
/// adapters' is off whatever a configuration says, as in other tools that train by rewards.
///
/// # Deviations
///
/// 1. A key-value cache keeps all tokens of a layer with a window, of which it reads the last W.
/// 2. With `longrope`, a sequence that is longer than the original context is turned by other
///    angles from its first token on. A text that grows over that length while it is written is
///    read again, as transformers does; the tokens before it were drawn by the angles of short
///    texts, and are scored by those of long ones.
/// 3. OLMo-3's `rope_theta` in the older layout holds for all layers, as in transformers 4;
///    transformers 5 forgets it in layers with a window. All published checkpoints have 500000, and
///    then both mean the same.
@org.jspecify.annotations.NullMarked
package dev.tesuji.nn;
