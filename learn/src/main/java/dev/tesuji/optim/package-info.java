/// How weights move: AdamW, learning-rate schedules, clipping.
///
/// # The equations
///
/// With g the gradient of a weight θ at update t (from 1), η the learning rate and λ the decay,
/// [dev.tesuji.optim.AdamW] does what `torch.optim.AdamW` does:
///
/// ```
/// θ ← θ - η λ θ
/// m ← β1 m + (1 - β1) g            v ← β2 v + (1 - β2) g²
/// θ ← θ - η (m / (1 - β1^t)) / (√(v / (1 - β2^t)) + ε)
/// ```
///
/// Before that the gradient of all weights together is scaled down to a largest norm (`clipNorm`),
/// and its norm before scaling is reported.
///
/// | symbol | identifier | default |
/// |---|---|---|
/// | η | `learningRate`, times the schedule | 1e-6 |
/// | β1, β2 | `beta1`, `beta2` | 0.9, 0.999 |
/// | ε | `epsilon` | 1e-8 |
/// | λ | `weightDecay` | 0 |
///
/// # Master weights
///
/// A step of size 1e-6 on a weight near 1 is far below what bfloat16 resolves (0.008): added in
/// bfloat16 it would be lost. So the optimizer keeps θ in float32 whatever the model computes in.
///
/// On the CPU that costs two bytes per weight, not four: a bfloat16 weight is the upper half of θ,
/// and the optimizer holds what rounding took off. One pass over the memory of a parameter does the
/// whole step (`CpuParameterState`). The moments may be narrower too, in two bytes (`moments:
/// bfloat16`) or one (`moments: float8`, with a power of two for each row), rounded up or down by
/// chance: to nearest, a mean that decays by a thousandth would never move. Chance leaves the means
/// what they are on average and adds noise to each: in one byte, with β2 = 0.999, about a fifth of
/// v, a tenth of a step.
///
/// # Sums of gradients, and the average of weights
///
/// A sum of many small bfloat16 numbers stops where a term is below its 256th part. So the
/// gradients of an update's passes are added in float32 (`GradientSum`); one pass leaves its own.
/// Those of an update that is cut into leaves are added as a binary tree, so that any number of
/// machines makes the same additions ([dev.tesuji.optim.GradientTree]). `emaDecay` keeps a moving
/// average of the weights, a ← d a + (1 - d) θ after each update, in float32, with which the
/// training ends.
///
/// # Deviations
///
/// 1. Weight decay acts on every parameter, norms and biases too, as torch does without parameter
///    groups; the default is none.
/// 2. Rounding of a weight to bfloat16 breaks ties away from zero, not to even: so the low half
///    says which way it went.
///
/// # Reading order
///
/// [dev.tesuji.optim.OptimizerConfig], [dev.tesuji.optim.Schedule], [dev.tesuji.optim.AdamW],
/// [dev.tesuji.optim.GradientTree], then `ParameterState`, `CpuParameterState`, `Moment`,
/// `FloatView`, `RowScaledFloat8`.
@org.jspecify.annotations.NullMarked
package dev.tesuji.optim;
