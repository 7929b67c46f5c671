/// The arithmetic of decoders: what every implementation of it must do.
///
/// # The problem
///
/// The same weights are used in three ways: whole sequences are scored, sequences are trained on,
/// and tokens are generated one by one. Reinforcement learning compares the probabilities of the
/// first two with those of the third, so that all three must be the same function of the weights.
/// And each machine has another fastest way to compute it. A [dev.tesuji.compute.Compute] is one
/// such way, for one model, in all three uses.
///
/// | question | method |
/// |---|---|
/// | the hidden state of each token | [dev.tesuji.compute.Compute#hidden] |
/// | the same, with a gradient to come back | [dev.tesuji.compute.Compute#trainingPass] |
/// | prompts, and then one token more at a time | [dev.tesuji.compute.Compute#decoding] |
/// | the head, and back | [dev.tesuji.compute.Compute#logits], [dev.tesuji.compute.Compute#logitsBackward] |
/// | the bytes of all this, beforehand | [dev.tesuji.compute.Compute#memory] |
///
/// # Chosen once
///
/// Who computes is chosen when a model is made (`compute.choice`), by its layers, type and device.
/// Nobody above asks again: a law of the build forbids it. `compute.torch` computes any model on
/// any device by libtorch, `compute.cpu` dense models on CPUs by [dev.tesuji.kernel]. A further
/// implementation, such as one for a GPU, is a package beside these and a line in `Decoders`.
///
/// What has no layers in it does not depend on the model: scores of tokens from logits, samples,
/// rows of hidden states are [dev.tesuji.compute.TokenMath], chosen by device.
///
/// # A training pass
///
/// A [dev.tesuji.compute.TrainingPass] goes forwards at once and back when it is told the gradient
/// at its hidden states. It keeps all activations, or only the input of each layer; then the layer
/// runs again. Both give the same bits. The head is apart from it, because the logits of a batch
/// are larger than all else: callers make them for a few hundred tokens at a time
/// ([dev.tesuji.compute.Compute#logitsRows]) and add their gradients up before the pass goes back.
///
/// # Memory
///
/// Whoever computes answers for its memory, tensor by tensor where it makes them itself and by an
/// estimate where libtorch does. Plans of runs add up these answers and know no constants of their
/// own.
///
/// # No padding
///
/// Sequences lie end to end in one row of tokens ([dev.tesuji.compute.TokenBatch]). Projections,
/// norms and feed-forward blocks never see padding; attention goes by the lengths. No token id
/// means "padding", so that a pad token equal to the end token harms nothing. Sequences that begin
/// alike may share their beginning, where the implementation can read that.
///
/// # Number types
///
/// A model computes in one type, float32 or bfloat16; the factors of a float32 model's products may
/// be rounded to bfloat16 where that is faster ([dev.tesuji.compute.Compute#multiplyIn]). Queries,
/// keys and values are float32 from the rotation to the end of attention, and so is the key-value
/// cache; logits are float32.
///
/// # Agreement
///
/// Implementations agree to rounding, and each gives the same bits each time. A test takes one
/// model through all of them; the fixtures hold each to transformers' numbers.
///
/// # Reading order
///
/// [dev.tesuji.compute.Compute], [dev.tesuji.compute.TokenBatch],
/// [dev.tesuji.compute.TrainingPass], [dev.tesuji.compute.Decoding],
/// [dev.tesuji.compute.ComputeMemory], [dev.tesuji.compute.TokenScores].
///
/// # What was left out
///
/// Several devices for one model, and weights that stay narrower than their products (8 and 4
/// bits): both would be implementations of this interface.
@org.jspecify.annotations.NullMarked
package dev.tesuji.compute;
