/// Learning from a teacher's distributions: generalized knowledge distillation ([Agarwal et al.,
/// 2023](https://arxiv.org/abs/2306.13649)).
///
/// # The problem
///
/// Fine-tuning on a teacher's texts shows the student one token where the teacher had an opinion on
/// all of them, and only in places where the teacher has led. A student that errs is soon in a
/// place that no text has shown it. Here the student writes, the teacher says at every token what
/// it would have written, and the student moves towards that: as dense as imitation, on its own
/// states as reinforcement learning.
///
/// # The equations
///
/// With p the student's distribution over the next token and q the teacher's
/// ([dev.tesuji.distill.GeneralizedJsd]):
///
/// ```
/// JSD_β = β KL(q || M) + (1-β) KL(p || M)      M = βq + (1-β)p      L = mean over tokens of JSD_β
/// β = 0: KL(q || p), which covers all that the teacher would say      β = 1: KL(p || q), which avoids what it would not
/// ```
///
/// A batch is written by the student with probability λ (`lambda`); else it is data or, with
/// `seqKd`, written by the teacher. The texts are given: no gradient goes through the sampling.
///
/// # Memory
///
/// Two matrices of logits `[N, V]`, the student's and the teacher's, would be the largest thing in
/// memory. Hidden states are kept instead; chunks of them go through both heads, the divergence and
/// its written-out gradient before the next is made ([dev.tesuji.policy.Policy.LogitsLoss]).
///
/// # Learning from a teacher's texts
///
/// A stage of kind `rejection` has the teacher write them and keeps those that are right
/// (`dev.tesuji.rejection`), and a stage of kind `sft` imitates them: recipes/distill-traces.yaml.
/// With `lambda: 0`, `seqKd: true` and `beta: 0` the stage `gkd` does the like on the fly, with the
/// teacher's whole distribution at each token.
///
/// # Deviations
///
/// 1. TRL draws who writes a batch from Python's generator; here it follows from seed and step, so
///    that a resumed run goes on as it would have.
/// 2. The mean is over the tokens of an update, not of each micro-batch.
/// 3. Vocabularies must be the same, but the embeddings may be padded to different sizes: rows
///    beyond the smaller one stand for no token and take no part.
/// 4. The temperature of the sampling (0.9) and that of the divergence (1) are two settings.
///
/// # Reading order
///
/// [dev.tesuji.distill.GeneralizedJsd], [dev.tesuji.distill.Gkd],
/// [dev.tesuji.distill.DistillationPrompts], [dev.tesuji.distill.GkdTrainer],
/// [dev.tesuji.distill.Vocabularies].
@org.jspecify.annotations.NullMarked
package dev.tesuji.distill;
