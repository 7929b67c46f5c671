/// A run on the machines of an Apache Spark cluster. The only package that knows Spark.
///
/// # What is on the fleet, and what is not
///
/// ```
/// driver                                          executor (a JVM; one engine, which its tasks share)
///   problems → prompts of token ids
///   RolloutSampler → TurnEngine.submit
///   FleetEngine: a job of chunks   ── Chunk ──→   DrawChunk → ExecutorEngine → GenerationEngine
///   WeightStore.publish            ── folder ─→   WeightStore.verify, load or restore
///   environments, judges, rewards  ←─ Drawn ───   token ids and log-probabilities
///   Trainer → Learner → FleetLeafRunner
///   an update: a job of tasks      ── LeafTask →  ComputeLeaves → ExecutorTrainer → Policy
///   GradientTree                   ←─ folder ──   SumFile: float32 sums of subtrees
///   optimizers, checkpoints, reports
/// ```
///
/// Sampling is what a run of reinforcement learning spends most of its time with, and it needs
/// nothing but weights and plain data. So the seam is [dev.tesuji.rollout.TurnEngines]: everything
/// that draws in a run (rollouts, evaluations, pass rates, rejection, distillation, comparisons)
/// draws through it, and this package puts a fleet there. Stages do not know.
///
/// Learning has such a seam too, [dev.tesuji.train.LeafRunner]: the gradients of the leaves of an
/// update. A leaf is a pure function of the weights' version and of its rows, so that a plain job
/// does, whose tasks may be lost, tried again and run twice. The alternative, an all-reduce within
/// a barrier stage, moves fewer bytes and must be begun again whole when one rank is lost.
///
/// # Why the bits are the same
///
/// 1. Token t of sample i of prompt s is drawn with the number at (seed, s, i, t)
///    ([dev.tesuji.generate.RandomKey]), so it does not matter who draws it, when, or how often.
/// 2. The kernels give a row the same bits whatever else is in its batch, with any number of
///    threads. So chunks may be cut anywhere ([Chunk#cut]), lost, drawn again, or drawn twice at
///    once by speculation.
/// 3. Executors compute with the bytes that the driver trains: a version is named by its hash, is
///    published by a rename, and is hashed again before it is used ([WeightStore]).
/// 4. What could differ between machines is compared before anything is drawn ([Signature]): an
///    executor with another type of products, other kernels, instructions or versions is refused by
///    name. The driver settles `products: auto` once, and sends what it found.
/// 5. Leaves are cut by a rule that does not know the fleet, and their gradients are added as one
///    binary tree ([dev.tesuji.optim.GradientTree]), wherever its lower levels are.
/// 6. The driver hands groups on in the order of the problems, grades them and moves the weights.
///
/// # Faults
///
/// Spark retries the tasks of a lost executor. [FleetEngine] counts a chunk once, whoever brings it
/// first. A run whose executors are all lost halts after a while, and can be resumed.
///
/// `FleetAccount` counts chunks, retries and what is lost, for the report and the progress line.
///
/// # Ahead of the policy
///
/// With a lag ([dev.tesuji.rl.Staleness]) rollouts are drawn by a thread of the driver's with a
/// model of its own, while the policy learns; this package sees a model whose weights it publishes,
/// as ever. An evaluation may draw at the same time: then two versions are drawn with at once, and
/// an executor finishes with one before it takes up the other.
///
/// # Reading order
///
/// [FleetSettings], [SparkFleet], `FleetEngine`, `Chunk`, `Order`, `DrawChunk`, `ExecutorEngine`,
/// `FleetLeafRunner`, `LeafTask`, `ExecutorTrainer`, `SumFile`, `WeightStore`, `ModelVersion`,
/// `Signature`; for trying on one machine [LocalCluster].
///
/// # Left out
///
/// An all-reduce among executors, and optimizers that are spread over them. Parquet as input and
/// output. Weights reach executors through a folder that all of them see, and not through Spark,
/// which broadcasts some 60 to 90 MB a second to an executor.
@org.jspecify.annotations.NullMarked
package dev.tesuji.cluster;
