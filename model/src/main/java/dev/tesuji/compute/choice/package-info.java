/// The one place where it is chosen who computes.
///
/// # Models
///
/// [dev.tesuji.compute.choice.Decoders] makes decoders. It asks the special implementations in
/// turn, the fastest first; each looks at the layers, the type and the device of the model and
/// takes it or not. libtorch takes all.
///
/// | model | device | computed by |
/// |---|---|---|
/// | grouped attention, gated blocks or experts behind a softmax, widths of whole vectors | CPU with AVX2 or AVX-512 | `compute.cpu` |
/// | the same, with windows | CPU with AVX2 or AVX-512 | `compute.cpu` as far as a window reaches, `compute.torch` beyond |
/// | the same, with adapters switched on | the same | `compute.cpu` generates, `compute.torch` trains |
/// | the first, without experts and windows, its matrices in blocks of a `.gguf` file | CPU with AVX2 or AVX-512 | `compute.cpu`, in float32 and without training |
/// | any other: latent attention, norms behind blocks, caps, multipliers, heads that turn in part | CPU | `compute.torch` |
/// | any | GPU | `compute.torch` |
///
/// # Tokens
///
/// [dev.tesuji.compute.choice.TokenMaths] finds the arithmetic of tokens (scores, samples, rows of
/// hidden states) of a device: kernels where they run, whatever the model, else libtorch.
///
/// # To add an implementation
///
/// Write a package beside `compute.cpu` with a [dev.tesuji.compute.Compute] and a function that
/// returns it for the models that it knows; add the function to the list in `Decoders`, before what
/// is slower. `DecodersTest` then takes a model through it and compares.
///
/// # Why here
///
/// The interface lies below the networks, which hold one; the implementations lie above them, since
/// they read their weights. What knows all implementations must lie above those. Nobody else may
/// know one: a law of the build says so.
@org.jspecify.annotations.NullMarked
package dev.tesuji.compute.choice;
