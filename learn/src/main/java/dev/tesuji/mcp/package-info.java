/// Tools of servers that speak the [Model Context
/// Protocol](https://modelcontextprotocol.io/specification/2025-06-18).
///
/// # The problem
///
/// Tools that others have written are reached over a protocol, and may hang, die, answer without
/// end, or answer with something else than they promise. None of that is the policy's doing, and
/// none of it may reach another episode.
///
/// # The protocol
///
/// ```
/// initialize, notifications/initialized
/// tools/list                             once, when the task is opened
/// tools/call                             for each call of the policy
/// ```
///
/// over a process's standard input and output, a line of JSON for each message, or over HTTP, where
/// the answer is JSON or one of the events of a stream, which need not end with it. What a server
/// asks meanwhile is answered: that we are here, and that we offer nothing. Each episode has a
/// server process of its own, started at its first call and ended with it.
///
/// # What can go wrong
///
/// | the server | the episode ends as ([dev.tesuji.env.Ending]) |
/// |---|---|
/// | gives no answer in time | `tool_hung` |
/// | ends, cannot be started or reached | `tool_died` |
/// | answers with no JSON, no result, another form | `tool_lied` |
/// | answers more than the limit | `tool_flooded` |
/// | answers with bytes that are no UTF-8 | `tool_garbled` |
///
/// Such an episode is not graded and not learned from. An answer with `isError` is the tool's word
/// about a call, and so is an error in the place of an answer, but for one that says that a message
/// was none of the protocol: the policy reads it.
///
/// # Deviations
///
/// The protocol's Java library (`io.modelcontextprotocol.sdk:mcp`) is not used: its transports
/// decode leniently and read lines of any length, so that garbled and endless answers could not be
/// told from others.
///
/// # Left out
///
/// Prompts, resources, sampling, roots and elicitation; images in answers, which are skipped;
/// servers that ask for a login.
///
/// # Reading order
///
/// [dev.tesuji.mcp.McpServer], [dev.tesuji.mcp.McpTools], `Wire`, `StdioWire`, `HttpWire`,
/// [dev.tesuji.mcp.McpTask].
@org.jspecify.annotations.NullMarked
package dev.tesuji.mcp;
