/// Which problems are posed, and when: several tasks in shares, problems by their difficulty.
///
/// # The problem
///
/// A group of completions of which all are right, or all are wrong, has advantage 0 throughout and
/// teaches nothing. Where p is the pass rate of a problem, that is the fate of
///
/// ```
/// p^G + (1-p)^G
/// ```
///
/// of its groups: of 11 in 12 where two-step problems are solved once in a hundred and G is 8.
/// Problems that are too easy cost as much as those that teach. So reasoning runs filter their
/// problems by pass rates beforehand (DAPO, Kimi k1.5, Polaris), order them from easy to hard, or
/// choose towards the middle as they go.
///
/// # What there is
///
/// | | when p is measured | by | what follows |
/// |---|---|---|---|
/// | [dev.tesuji.curriculum.PassRateFilter] | once, before the first step | the model that the stage starts from, k completions each | problems outside two bounds are not posed |
/// | [dev.tesuji.curriculum.Curriculum.EasyToHard] | the same | the same | the order |
/// | [dev.tesuji.curriculum.Curriculum.Learnability] | at every step | the policy's own completions | shares of tasks; choice among measured problems |
/// | `samplingRounds` (DAPO's dynamic sampling, `dev.tesuji.rl`) | at every step | the group itself | flat groups are drawn and replaced |
///
/// The first three save what the last one throws away; they go together with it.
///
/// # Shares of tasks
///
/// Task k of a mixture ([dev.tesuji.env.TaskMixture]) gets the share s_k = v_k w_k / Σ v w, v its
/// weight in the recipe and w = 1, or with learnability w = w(p_k) of its pass rate. Problems come
/// from the task that lags most behind its share, so that every batch is mixed as the shares say. A
/// rate is right / drawn over the task's completions in training, those before each step
/// discounted, under Jeffreys' prior: a task of which nothing is known stands at 0.5.
///
/// A curriculum of three tasks that are one, two and three steps long begins with the first,
/// because the others are never solved; gives the second more as its rate rises and the first's
/// passes the target; and so on. `floor` keeps a task that is never solved from being forgotten.
///
/// # Order and resuming
///
/// Within a step all is a function of the seed and of a state (positions, what tasks lag, pass
/// rates) that a checkpoint keeps, and that changes between steps. Measured pass rates are in the
/// run's directory, `pass_rates/STAGE/TASK.jsonl`; a measurement that was cut off goes on where it
/// ended. So a run that was killed continues bit for bit.
///
/// # Left out
///
/// Measuring again in the middle of a stage: learnability does that by the way. A difficulty that
/// another model judges, or a column of the data states: filter the file. Learning progress (the
/// change of p) as a criterion: with tens of completions per task and step its noise is larger than
/// itself.
///
/// # Reading order
///
/// [dev.tesuji.curriculum.Curriculum], [dev.tesuji.curriculum.MixedProblems],
/// [dev.tesuji.curriculum.PassRateFilter], [dev.tesuji.curriculum.PassRates],
/// [dev.tesuji.curriculum.MeasuredProblems], `PassRateEstimate`.
@org.jspecify.annotations.NullMarked
package dev.tesuji.curriculum;
