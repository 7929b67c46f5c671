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
/// as the policy's answer. A malformed call, an unknown tool, and what a tool says against its
/// arguments ([dev.tesuji.tools.ToolFault]) are told to the policy in a sentence. A tool that
/// hangs, throws something else, or returns nothing, too much or what is no Unicode ends its
/// episode by a name ([dev.tesuji.env.Ending]), and no other. Marks of calls and results inside a
/// result are rewritten: a result cannot speak for the policy.
///
/// Every algorithm trains on it as on one turn: the whole trajectory has one advantage, unless GRPO
/// is told to give each turn its own. In a chat template calls are parsed as its family writes them
/// ([dev.tesuji.toolcall.ToolFormat]) and results are messages of the role `tool`.
///
/// # Left out
///
/// Tools that are found while an episode runs.
///
/// # Reading order
///
/// [dev.tesuji.tools.ToolTask], [dev.tesuji.tools.Toolbox], [dev.tesuji.tools.ToolTexts],
/// `ToolDialogue`, [dev.tesuji.tools.Calculator].
@org.jspecify.annotations.NullMarked
package dev.tesuji.tools;
