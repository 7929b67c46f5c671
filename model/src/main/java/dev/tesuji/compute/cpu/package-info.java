/// The arithmetic of dense decoders on CPUs, by the loops of [dev.tesuji.kernel], with every
/// gradient written out.
///
/// # The models
///
/// Layers of grouped attention and gated blocks, in float32 or bfloat16, whose widths are whole
/// vectors. `CpuModel.of` looks at each layer once, and holds those it knows by their types; a
/// model with anything else in it is not taken. Experts, latent attention and biases on outputs are
/// such.
///
/// # Forwards
///
/// The residual stream is float32; what enters a product has the product's type. Between one
/// attention and the next, each token is computed by itself: a core takes a tile of tokens through
/// norm, product, activation and product while they lie in its own cache
/// ([dev.tesuji.kernel.Tiles]).
///
/// ```
/// tile:   normed = norm(x); q, k, v = turn(Wqkv normed)
/// all:    mixed = attention(q, k, v)
/// tile:   x += Wo mixed; x += Wdown swiglu(Wgate,up norm(x))
/// ```
///
/// `CpuLayers` is this, once without keeping anything (`forward`) and once with what the backward
/// pass needs (`remember`, `SavedActivations`).
///
/// # Back
///
/// `CpuBackward` goes the other way, tile by tile again. The factors of the weights' gradients, dY
/// and X, are left by the tiles and multiplied when all tokens have passed: dW = dYᵀ X. Each
/// layer's activations are freed as its gradients are made.
///
/// # Token by token
///
/// `CpuDecoding` packs the weights once in the order in which the kernels read them. A prompt's
/// keys and values lie in pages of 64 tokens (`Page`), once for all rows that continue it, and are
/// freed with the last of those; what follows has a place of its own. As many rows are read on
/// together as have their keys in the cores' shared cache beside the weights.
///
/// Prompts may be read in parts, and a part some layers at a time between steps of the rows
/// (`CpuPromptPass`). What was read may be kept in a `PageTree` for prompts that begin alike; where
/// they part in the middle of a page, its beginning is copied.
///
/// # Weights in blocks
///
/// A quantised model that is only read keeps its matrices in blocks of small whole numbers
/// ([dev.tesuji.kernel.BlockPanels]; [dev.tesuji.nn.CausalLm#blocks]). They are multiplied as they
/// are, never packed, and give the bits of the same weights in float32.
///
/// # Weights in eight bits
///
/// A decoding may round matrices to 8 bits as it packs them, and what they are multiplied by as it
/// goes ([dev.tesuji.kernel.EightBitPanels]); what it gives is then near the model's and not the
/// same.
///
/// # Whose memory
///
/// `CpuMemory` counts the tensors of these classes, at the moment when most of them live; the
/// kernels tell what they work in. A test holds the count to what the C library hands out, within a
/// tenth.
///
/// # Adapters
///
/// The kernels know no adapters in training. `AdaptedCpuCompute` takes whole sequences past them by
/// libtorch, and generates by kernels with the adapters merged into what is packed. Where several
/// are served, they stand beside the packed weights, for each row another one (`CpuAdapters`).
///
/// # The same bits
///
/// Sums never depend on the number of threads, and a token's numbers never on the other tokens of
/// the batch.
///
/// # Reading order
///
/// [dev.tesuji.compute.cpu.CpuCompute], `CpuModel`, `CpuWeights`, `CpuLayers`, `CpuScoring`,
/// `CpuTrainingPass`, `CpuBackward`, `CpuDecoding`, `PromptPass`, `PageTree`, `CpuAdapters`; then
/// `CpuMemory` and `CpuActivationMemory`; and [dev.tesuji.compute.cpu.CpuTokenMath].
@org.jspecify.annotations.NullMarked
package dev.tesuji.compute.cpu;
