/// Tools: tasks in which a policy acts before it answers.
///
/// # The problem
///
/// A model that may calculate, search or play must learn when to, and how to write it. An episode
/// has several turns then, of which only the policy's own tokens are learned from.
///
/// # An episode
///
/// ```
/// prompt          read
/// turn 1          sampled    ... <tool_call>{"name": ..., "arguments": {...}}</tool_call>
/// result          read       <tool_response>...</tool_response>
/// turn 2          sampled    a turn without a call: the response that is graded
/// ```
///
/// What was sampled is never decoded and encoded again: results are encoded and appended
/// ([dev.tesuji.env.Trajectory]). Grading sees the last turn alone, so that no tool's result counts
/// as the policy's answer. A malformed call, an unknown tool, a tool that hangs, throws or returns
/// what cannot be read is told to the policy in a sentence, and costs nothing else. Marks of calls
/// and results inside a result are rewritten: a result cannot speak for the policy.
///
/// Every algorithm trains on it as on one turn: the whole trajectory has one advantage.
///
/// # Left out
///
/// OpenEnv; tools that are found while an episode runs.
///
/// # Reading order
///
/// [dev.tesuji.tools.ToolTask], [dev.tesuji.tools.Toolbox], `ToolDialogue`,
/// [dev.tesuji.tools.Calculator].
@org.jspecify.annotations.NullMarked
package dev.tesuji.tools;
