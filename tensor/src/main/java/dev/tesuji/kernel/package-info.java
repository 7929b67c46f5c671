/// The arithmetic of decoders on CPUs, by our own loops over the memory of tensors.
///
/// # Why
///
/// libtorch computes a layer as some thirty operations, each of which starts the threads, reads all
/// of its input from memory and writes all of its output there; its float32 products run at a third
/// of what the processor can do where the processor is not Intel's, and its bfloat16 products pack
/// the weights anew at every call. At small shapes the starting, at large ones the packing, takes
/// longer than the arithmetic. Here a layer is nine operations.
///
/// # What computes
///
/// - *Products*: `Brgemm`, oneDNN's micro-kernel for two small blocks, which libtorch exports. It
///   is called directly, a hundred nanoseconds a call, and reaches over 400 GFLOP/s in bfloat16 and
///   200 in float32 on one core of an EPYC 9005. [dev.tesuji.kernel.MatrixProduct] and
///   [dev.tesuji.kernel.WeightGradient] cut matrices into its blocks; [dev.tesuji.kernel.Panels]
///   are the weights in its order.
/// - *Products with few rows and weights in blocks* of 4 or 8 bits, which are bound by the reading
///   of weights: [dev.tesuji.kernel.BlockPanels] widens them in registers.
/// - *Products of bytes*, for factors that are rounded to 8 bits: the micro-kernel again, summed in
///   whole numbers ([dev.tesuji.kernel.EightBitPanels]).
/// - *Everything else*: Java's vectors (`jdk.incubator.vector`), sixteen floats at a time with
///   AVX-512, eight with AVX2.
/// - *Threads*: [dev.tesuji.kernel.KernelThreadPool], the caller and a worker per other core.
///
/// # The equations, and their ways back
///
/// | class | forward | source |
/// |---|---|---|
/// | [dev.tesuji.kernel.MatrixProduct] | Y = X Wᵀ, and dX = dY W | |
/// | [dev.tesuji.kernel.WeightGradient] | dW = dYᵀ X | |
/// | [dev.tesuji.kernel.RmsNorm] | y = w ⊙ x / √(mean(x²) + ε) | Zhang and Sennrich, 2019 |
/// | [dev.tesuji.kernel.Heads] | bias, head norms, rotation | Su et al., 2021 |
/// | [dev.tesuji.kernel.CausalAttention] | softmax(s Q Kᵀ) V, by blocks | Dao et al., 2022 |
/// | [dev.tesuji.kernel.CachedAttention] | the same for one new token a row | |
/// | [dev.tesuji.kernel.SwiGlu] | silu(g) ⊙ u | Shazeer, 2020 |
/// | [dev.tesuji.kernel.TokenSoftmax] | log π, entropy | |
/// | [dev.tesuji.kernel.CategoricalSampler] | a token from softmax(l / T) | |
///
/// # Number types
///
/// Products, attention's included, take float32 or bfloat16 factors and sum in float32; caches of
/// keys and values have the type of the factors. All else is float32, sums over a vocabulary
/// float64.
///
/// # The same bits every time
///
/// A run resumes bit for bit, so a result must not depend on the number of threads, on who is
/// faster, or on whether Java has compiled a loop yet. Items of work are cut by sizes that are
/// fixed and never by the number of threads where sums cross them; `Exp` is made of exact
/// operations only, since the vector library's own gives other bits before it is compiled; lanes
/// are summed in a fixed order (`Raw.sum`), since `reduceLanes` promises none.
///
/// # Memory
///
/// Kernels take addresses. The tensors behind them belong to scopes as everywhere, and must live
/// while the kernel runs; entrances are called by `dev.tesuji.compute.cpu` and few others, which
/// pass tensors of the shapes that the entrance states. Inside, an address is trusted.
///
/// # How loops are written
///
/// One loop to a method, with its tail, and no vector as argument or result: only then does the
/// compiler keep vectors in registers instead of making an object of each.
///
/// # Where it runs
///
/// [dev.tesuji.kernel.Kernels] says whether a machine can: AVX2 or AVX-512, a libtorch that exports
/// the micro-kernel, a virtual machine started with `--add-modules jdk.incubator.vector`. Anywhere
/// else, libtorch computes. Products in bfloat16 need AVX-512's instructions for it; without them
/// bfloat16 weights are widened on their way and multiplied in float32, and products of bytes need
/// VNNI. Vectors are as long as the virtual machine prefers; sums by eight lanes have other last
/// bits than those by sixteen. `-XX:MaxVectorSize=32` makes them eight floats long on any machine:
/// so the tests of this package run a second time.
///
/// # Reading order
///
/// `Raw`, `Vectors`, `Brgemm`, [dev.tesuji.kernel.Panels], [dev.tesuji.kernel.MatrixProduct], then
/// any.
@org.jspecify.annotations.NullMarked
package dev.tesuji.kernel;
