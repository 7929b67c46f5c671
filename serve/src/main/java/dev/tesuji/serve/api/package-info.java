/// The shapes of OpenAI's interface: requests read with errors that name the field, and JSON
/// written.
///
/// Where clients and servers of the field disagree, Tesuji does what most clients bear:
///
/// - A field that is null is absent. A field that nobody knows is accepted and logged. One that is
///   known and not supported is refused by name.
/// - `top_p` 0 keeps the most likely token; `top_k` 0 and -1 keep all.
/// - `max_tokens` beyond the room that the prompt leaves ends at the room, with `finish_reason:
///   length`; a prompt that leaves none is refused.
/// - The token that ends an answer counts in usage and stands in `token_ids` and log-probabilities,
///   where it writes nothing.
/// - Log-probabilities are those of the model's own distribution, before temperature, filters,
///   penalties and constraints.
///
/// # Reading order
///
/// [dev.tesuji.serve.api.ApiError], [dev.tesuji.serve.api.RequestBody],
/// [dev.tesuji.serve.api.DrawingFields], [dev.tesuji.serve.api.TokenJson].
@org.jspecify.annotations.NullMarked
package dev.tesuji.serve.api;
