/// The arithmetic of any decoder on any device, by libtorch's operations.
///
/// # The equations
///
/// A layer is that of [dev.tesuji.nn], written once in `TorchDecoder.layer`:
///
/// ```
/// x ← x + r · norm(attention(norm(x)))      a norm on one side or on both
/// x ← x + r · norm(feedForward(norm(x)))
/// ```
///
/// Attention is `TorchGroupedAttention` or `TorchLatentAttention`, the feed-forward block a gated
/// one or a mixture of experts (`TorchFeedForward`, `ExpertRouting`). Gradients are libtorch's
/// automatic ones, so that a new kind of layer needs its forward equation and nothing else.
///
/// # One decoder, three passes
///
/// Training, reading prompts and decoding are the same layers with another `Pass`, which only
/// attention looks at:
///
/// | pass | tokens | attention sees |
/// |---|---|---|
/// | `Whole` | of whole sequences | the tokens before, of the same sequence |
/// | `Prefill` | of prompts | the same; keys and values go to the cache |
/// | `Decode` | one per row | what the cache holds of the row, and itself |
///
/// So the log-probabilities of trainer and sampler agree to rounding.
///
/// # Padding inside attention
///
/// libtorch's attention takes sequences of one length. `TokenBatch.pad` spreads the row of tokens
/// to that, and `unpad` takes it back; what lies behind a sequence's end is never seen by a real
/// token.
///
/// # Windows and caps
///
/// Where a layer has a window or caps its scores, queries go in blocks, each with the keys that any
/// of them sees (`TorchScores`), so that a mask has the size of a block; capped scores are made one
/// operation at a time, and a training pass keeps them.
///
/// # Latent attention
///
/// Over whole sequences, keys and values of all heads are made from the latents. While decoding,
/// the queries are taken to the latent's side instead (q · W c = (Wᵀ q) · c), so that the cache
/// holds latents only and no key is ever made.
///
/// # Experts
///
/// The tokens are sorted by expert; each expert's rows go through its matrices, which are ranges of
/// one parameter ([dev.tesuji.nn.ExpertLinear]), and are added up again, weighted. A `RouterLoss`
/// collects what the layers of one pass add to the loss; it takes no part in a pass whose layer
/// runs again until that second run.
///
/// # Recomputation
///
/// `AutogradTrainingPass` keeps the whole tape, or runs without one, keeps the input of each layer
/// and lets a layer record when the gradient arrives. The gradient of the embedding is added in
/// place: it has V rows of which a batch touches few.
///
/// # Adapters
///
/// They add to the outputs of projections ([dev.tesuji.nn.Linear]); dropout is switched on by the
/// training pass for as long as it runs.
///
/// # Reading order
///
/// [dev.tesuji.compute.torch.TorchCompute], `TorchDecoder`, `Pass`, `TorchGroupedAttention`,
/// `AutogradTrainingPass`, `TorchDecoding` with `KvCache`; then `TorchLatentAttention`,
/// `ExpertRouting`, `BalanceLoss`, `PooledBalanceLoss`; and
/// [dev.tesuji.compute.torch.TorchTokenMath].
///
/// # What was left out
///
/// Shared beginnings of sequences, and a count of memory better than an estimate: libtorch decides
/// what it keeps.
@org.jspecify.annotations.NullMarked
package dev.tesuji.compute.torch;
