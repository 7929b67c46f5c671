/// Training: the loop that all trainers share, and how a run survives.
///
/// # The directory
///
/// ```
/// runs/NAME/
///   recipe.yaml        the effective recipe, every value: run it again and get the same
///   metrics.jsonl      a line per step
///   tensorboard/       the same as events
///   rollouts/STAGE/    every completion, with its reward parts, advantage and finish reason
///   evaluations/       every response to held-out problems, of the base and after stages
///   models/STAGE/      what each stage made: Hugging Face directories
///   checkpoints/STAGE/ the last two of a stage that is under way, and the best
///   state.json         what is finished
///   halted.json        why the guardian halted the run, until it goes on
///   report.json, report.html
/// ```
///
/// One process holds a run directory at a time; a directory that holds anything else is never
/// taken.
///
/// # Surviving
///
/// - A checkpoint is written beside its place and renamed, with the SHA-256 of every file. One that
///   was cut short or damaged is passed over for the one before it
///   ([dev.tesuji.train.Checkpoints]).
/// - Checkpoints are written by time, by steps where the recipe says so, at the end of a stage, and
///   when somebody asks the run to stop (Ctrl-C: [dev.tesuji.run.StopSignal]).
/// - A resumed run drops the metrics and rollouts of steps that it makes again. Weights, metrics
///   (but for times and memory) and rollouts are then those of a run that was never stopped, bit
///   for bit; a test kills a run and compares.
/// - A loss that is no number halts the run; nothing of it is saved. Rewards that cannot be had
///   halt it with everything saved.
///
/// # The guardian
///
/// A run that has gone wrong seldom stops by itself: public logs show hundreds of steps of noise at
/// the length limit. [dev.tesuji.train.Guardian] reads each step's metrics and halts the run when
/// one of these has held for some steps:
///
/// | sign | by default |
/// |---|---|
/// | noise: entropy near ln(vocabulary) | at least 0.9 of it, 10 steps |
/// | collapse: entropy near zero | at most 0.001 nats, 10 steps |
/// | endless: completions at the length limit | 95 % of them, 10 steps |
/// | no group with signal, and not because everything is right | 10 steps |
/// | reward up, accuracy (or a gold reward) on held-out problems down | 64 problems every 25 steps |
/// | a loss or gradient that is no number | at once, always |
///
/// The first three count only once they have been otherwise: a fresh model writes noise, and a base
/// may not know how to stop. Accuracy has fallen when its 95 % interval lies below that of the best
/// measurement. Every best measurement writes a checkpoint, which stays; when the run halts, later
/// ones are dropped, so that `--resume` goes on from the best. The settings are a recipe's
/// `guardian` ([dev.tesuji.train.GuardianConfig]); `guardian: {action: warn}` lets the run go on,
/// and `{action: off}` watches numbers only.
///
/// # Knowing before
///
/// [dev.tesuji.train.MemoryPlan] estimates what a stage will take, and a plan that does not fit is
/// refused before anything starts. The largest training pass that can come is then tried once.
///
/// The plan counts tensors at the moment when most of them live; on the kernels' path that is what
/// malloc hands out, to 10 % (a test holds it). What is resident can be more: blocks below 32 MiB
/// stay with the process when they are freed (so that the next step finds them), and holes between
/// blocks that live are not always filled.
///
/// # Learning
///
/// [dev.tesuji.train.Learner] moves the weights of a [dev.tesuji.train.Network], which need be no
/// language model: it asks for parameters, and for a function that makes a loss of them. Language
/// models ([dev.tesuji.train.LanguageNetwork]), critics and reward models are such networks, and a
/// test trains a regression net. Where weights are bfloat16, the gradients of an update's passes
/// are added in float32. An update of a language model may be cut into leaves, each of which is a
/// pure function of weights and rows ([dev.tesuji.policy.Leaf]); who computes them is decided by a
/// [dev.tesuji.train.LeafRunner], and no bit depends on it. With `emaDecay` the last step ends with
/// the moving average of the weights.
///
/// # Showing
///
/// The progress line names reward, accuracy, length and signal, not the loss: the loss of a policy
/// gradient is near zero by construction and says nothing.
///
/// # Reading order
///
/// [dev.tesuji.train.TrainingLoop], [dev.tesuji.train.Trainer], [dev.tesuji.train.Learner]
/// (gradients, updates and their checkpoints, alike for all trainers), [dev.tesuji.train.Network],
/// [dev.tesuji.train.Guardian], [dev.tesuji.train.Checkpoints], [dev.tesuji.train.Metrics].
@org.jspecify.annotations.NullMarked
package dev.tesuji.train;
