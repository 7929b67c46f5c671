/// Environments: who poses problems to a policy and answers it, and what of that it learns from.
///
/// # The problem
///
/// A task asks once and reads one answer. A tool that returns a result, a game that moves, a user
/// who asks back: each needs several turns, of which only some tokens are the policy's own. If the
/// trainer reads the text of such a conversation and encodes it again, it meets other tokens than
/// those that were sampled; if it learns from all of it, it learns to imitate the tool.
///
/// # Episodes
///
/// ```
/// observation o_1 = Env.promptTokens(problem)                read by the policy
/// turn        a_1 ~ π(· | o_1)                               sampled, learned from
/// observation o_2 = Episode.step(a_1)                        read
/// turn        a_2 ~ π(· | o_1 a_1 o_2)                       sampled, learned from
/// ...
/// end         Episode.step(a_n) = the response that is graded
/// ```
///
/// An episode becomes a [dev.tesuji.env.Trajectory]: an append-only list of
/// [dev.tesuji.env.Segment]s, each with its token ids and whether they are learned from, and, where
/// they are, the log-probability of each under the distribution that it was drawn from. With the
/// mask m_t of learned tokens, every loss is a sum over the tokens with m_t = 1; the others are
/// context that the model reads, at weight zero.
///
/// The limit on new tokens holds for all turns of an episode together. When it or the model's last
/// position is reached, the turn counts as cut off (`LENGTH`), an empty one where not even a token
/// had room, and the environment ends the episode.
///
/// # Tasks
///
/// A [dev.tesuji.env.Task] is the environment of one turn: problems, how they are put, and how
/// answers are graded. The three must fit together: a grader that looks for a box and a prompt that
/// asks for tags make every model score zero. Everything that poses problems goes through this
/// room: training, evaluation, rejection sampling, distillation.
///
/// Grading says one of five things ([dev.tesuji.answer.Verdict]). *Correct* and *wrong* are about
/// the response and can be trained on. *Unparseable* (the gold answer cannot be read), *verifier
/// error* and *time-out* are about us; such a completion is counted and left out. A response
/// without an answer is wrong.
///
/// A task separates problems to train on from problems to evaluate on, and no problem is ever both.
/// Files can bring their own test set; where there is none, a tenth is held out, in an order that
/// does not depend on the run.
///
/// Answers are compared as numbers: `1,234`, `$1234.00` and `1234` are equal
/// ([dev.tesuji.math.MathAnswers]). From a free text the answer is taken from `<answer>` tags, else
/// from the last `\boxed{}`, else after GSM8K's `####`, else it is the last number after the
/// thinking.
///
/// # Conversations
///
/// A [dev.tesuji.env.DialogueTask] has several turns in texts: a [dev.tesuji.env.Dialogue] reads
/// what the policy said and replies with messages. How these become tokens is the history's
/// business:
///
/// ```
/// without a chat template   the messages' texts, appended
/// keep                      what the template writes after an answer, appended
/// as_template               the whole conversation, written again; where that is not what was read
///                           and sampled with something appended, the context begins anew
/// ```
///
/// A context that begins anew ([dev.tesuji.env.Segment#anew]) is a row of its own in the same
/// sample: each sampled token is scored once, in the context in which it was sampled.
///
/// Turns can be worth points by themselves ([dev.tesuji.env.Step#points]), and every episode has a
/// named [dev.tesuji.env.Ending]. One that ended through no fault of the policy is not graded.
///
/// # Left out
///
/// Observations that are no text. Conversations with several policies.
///
/// # Reading order
///
/// [dev.tesuji.env.Problem], [dev.tesuji.env.Env], [dev.tesuji.env.Episode], [dev.tesuji.env.Turn],
/// [dev.tesuji.env.Step], [dev.tesuji.env.Task], [dev.tesuji.env.FileTask],
/// [dev.tesuji.env.Segment], [dev.tesuji.env.Trajectory], [dev.tesuji.env.Dialogue],
/// [dev.tesuji.env.DialogueTask], [dev.tesuji.env.PlayedTask], [dev.tesuji.env.Game],
/// `DialogueEpisode`, `ChatHistory`.
@org.jspecify.annotations.NullMarked
package dev.tesuji.env;
