/// Calls of tools, as families of models write them: told apart from text, and forced.
///
/// # The problem
///
/// A program hands a model descriptions of tools; the model answers with text, or with calls that
/// the program is to run. Every family writes calls in its own way, and a client of OpenAI's
/// interface wants them apart from the text, with ids, streamed as they come.
///
/// | [ToolFormat] | a call |
/// |---|---|
/// | `HERMES` | `<tool_call>{"name": "f", "arguments": {...}}</tool_call>` (Hermes, Qwen) |
/// | `DEEPSEEK` | special tokens, `function`, the name, the arguments in a fence of JSON (V3, R1) |
/// | `DEEPSEEK_V31` | special tokens, the name, the arguments |
/// | `LLAMA` | the whole answer is `{"name": "f", "parameters": {...}}`, several with `;` between them |
///
/// # Telling them apart
///
/// [ToolCallParser] takes the answer whole or in pieces, and holds back no more than what may still
/// be a mark or a call. What the pieces give is, joined, what the whole gives. A call that is
/// malformed or cut off is text. Blanks before and behind calls are dropped.
///
/// Arguments come once a call is known to be right. Where a grammar forced it, that is known from
/// the start, and they come as they are written.
///
/// # Forcing them
///
/// [ToolGrammar] makes the grammar of `tool_choice`: calls and nothing else (`required`, or a named
/// tool), or text that may end in calls (`auto`). In `auto`, text is free until a call's mark; from
/// there on the call must be right. Llama's calls have no mark, so that nothing is forced there.
///
/// # Reading order
///
/// [ToolFormat], [ToolCall], [Delta], [ToolCallParser], [ToolGrammar].
@org.jspecify.annotations.NullMarked
package dev.tesuji.toolcall;
