/// Environments of servers that speak [OpenEnv](https://github.com/meta-pytorch/OpenEnv)'s protocol
/// over a WebSocket: a user's own environment in any language, and those that others have written.
///
/// # The protocol
///
/// ```
/// we                                                the server
/// {"type": "reset", "data": {"seed": 6}}            {"type": "observation", "data": {"observation": {...}, "reward": null, "done": false}}
/// {"type": "step", "data": {"message": "left"}}     {"type": "observation", "data": {"observation": {...}, "reward": 1.0, "done": true}}
///                                                   {"type": "error", "data": {"message": "...", "code": "VALIDATION_ERROR"}}
/// {"type": "close"}
/// ```
///
/// A session of the server is a connection, so an episode has a connection of its own. An action's
/// fields are the environment's own: which of them takes the policy's move is a setting.
/// Environments of tools (`call_tool`) are servers of the Model Context Protocol over the same
/// connection ([dev.tesuji.mcp.McpServer.Socket]).
///
/// # What can go wrong
///
/// A server that has as many sessions as it takes is asked again, for as long as an answer may
/// take. While a policy thinks about its move, the server's pings are answered. As with other tools
/// ([dev.tesuji.mcp]): a server that hangs, dies, answers in another form, without end, or with
/// bytes that are no UTF-8 costs its episode and no other. An action that the environment does not
/// take is told to the policy.
///
/// # Deviations
///
/// 1. OpenEnv leaves it to environments whether a seed means something. Here a problem is a seed,
///    and an environment that begins in two ways for one seed is refused, episode by episode.
/// 2. Its HTTP interface, which has no sessions, is not used.
///
/// # Left out
///
/// `state`; starting containers; observations that are pictures.
///
/// # Reading order
///
/// [dev.tesuji.openenv.OpenEnvServer], [dev.tesuji.openenv.Session],
/// [dev.tesuji.openenv.OpenEnvTask].
@org.jspecify.annotations.NullMarked
package dev.tesuji.openenv;
