/// Tensors with owners, over libtorch. The only package that imports `org.bytedeco`.
///
/// # The problem
///
/// A training step makes hundreds of tensors, and most of them must be gone before the next step.
/// The garbage collector cannot help: a tensor is a few words on the Java heap and megabytes
/// outside it, so the heap looks empty while the machine runs out of memory. libtorch counts
/// references, but Java objects hold one each until somebody closes them. So every tensor has an
/// owner here, and the owner's life is a block of code.
///
/// # The rules
///
/// 1. A tensor belongs to the [dev.tesuji.tensor.Scope] that was innermost on the thread when it
///    was made, and is freed when that scope closes. Making a tensor with no open scope is an
///    error.
/// 2. An operation never closes its arguments.
/// 3. What must outlive its scope is handed outwards with `keep`, or to a long-lived owner (a
///    model, a cache, an optimizer) with `adopt`.
/// 4. Freeing a tensor that a pending backward pass needs is harmless: the graph holds its own
///    references. So scopes can be small, one per layer, and intermediates go early.
///
/// ```java
/// try (Scope step = Scope.open();
///     NoGrad _ = NoGrad.on()) {
///   Tensor logits = hidden.linear(weight, null);
///   return step.keep(logits.argmax(1)); // survives; the logits do not
/// }
/// ```
///
/// Tests hold this: the JUnit extension `LeakCheck` fails a test that leaves a native object
/// behind.
///
/// # Names
///
/// | here | PyTorch |
/// |---|---|
/// | `sum(dim, keep)`, `mean`, `max` | `sum(dim, keepdim)`, `mean`, `amax` |
/// | `add_`, `mul_`, ... | the same: in place |
/// | `indexSelect`, `gather`, `narrow`, `view` | `index_select`, `gather`, `narrow`, `view` |
/// | `attention` | `scaled_dot_product_attention` |
///
/// Only what Tesuji uses is here, about a hundred of libtorch's four thousand functions. Shapes
/// broadcast as in PyTorch; negative dimensions count from the last.
///
/// # Randomness
///
/// [dev.tesuji.random.Rng] is counter-based: a random number is a function of a seed and of where
/// it is used, with no state in between. libtorch's own generator is not used anywhere.
///
/// # What is fast and what is not
///
/// An operation costs about a microsecond before any arithmetic. `Native` sets what was measured to
/// matter: no memory accounting by JavaCPP, MKL for float32 products where it exists, OpenMP
/// threads that do not spin. bfloat16 products run twice as fast as float32 on CPUs with AVX-512
/// bf16; bfloat16 attention does not, and is done in float32.
///
/// Tensors of a megabyte and more lie in a range of addresses of their own (`LargeBlocks`): in
/// malloc's heap training left holes of a fifth of its memory, and giving them back to the system
/// in every step cost a tenth of the time.
///
/// # Reading order
///
/// [dev.tesuji.tensor.Tensor], [dev.tesuji.tensor.Scope], then [dev.tesuji.random.Rng]. `Native`,
/// `TensorAllocator` and `Handles` are the plumbing.
///
/// # What was left out
///
/// Windows and macOS builds resolve their libraries through Maven profiles but were not run. There
/// is no garbage-collector plan: a forgotten owner is a defect that a test must find.
@org.jspecify.annotations.NullMarked
package dev.tesuji.tensor;
