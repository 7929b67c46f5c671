/// Tries a reward before a model does.
///
/// # The problem
///
/// A model under reinforcement learning finds what pays, whether or not it was meant to. The
/// classics: a grader that looks for the gold answer anywhere in the response is satisfied by a
/// list of all numbers; one that finds an empty answer in every text is satisfied by nothing; a
/// format reward is earned by giving up neatly; a sign is the wrong way round. Each takes a run
/// hours to show and a second to find beforehand.
///
/// # The battery
///
/// [dev.tesuji.audit.RewardAudit] writes responses of known worth to sixteen problems and puts them
/// through the very reward that a recipe would train on:
///
/// | response | |
/// |---|---|
/// | right, wrong | in the right form: their difference is what answering is worth |
/// | empty | nothing at all |
/// | the prompt, copied | |
/// | all numbers | 0 to 100 for an answer |
/// | every answer at once | the right one among those of other problems |
/// | answer after answer | the right one, then a wrong one: the last counts |
/// | repeated text | `wait, wait, ...` |
/// | an injected instruction | a note to the grader for an answer |
/// | cut off | the right response, up to its half |
///
/// # The verdict
///
/// With r the mean reward of a kind of response, a reward will do when
///
/// ```
/// r(right) > r(wrong)                                   it pays for being right
/// r(k) < (r(right) + r(wrong)) / 2   for all others k   and for nothing else as well
/// ```
///
/// A well-formed wrong answer is the measure because a reward may honestly pay for form. A recipe
/// whose reward does not pass is refused (`audit: refuse`, the default), told of (`warn`) or not
/// looked at (`off`): a reward for style, say, pays for right answers only by chance.
///
/// # Data
///
/// [dev.tesuji.audit.DataAudit] grades every gold answer against itself. One that does not come out
/// as correct is a problem that no model can solve.
///
/// # Left out
///
/// The battery is fixed and public; it finds rewards that pay for nothing, not those that pay for
/// subtly wrong things. Against those the guardian of `dev.tesuji.train` compares the reward with
/// held-out accuracy as the run goes on.
@org.jspecify.annotations.NullMarked
package dev.tesuji.audit;
