/// A server that OpenAI's clients can talk with.
///
/// # The problem
///
/// What Tesuji trains must be usable by the programs that its users already have. Those speak
/// OpenAI's interface, which says nothing about thinking, and differ in what they bear.
///
/// # How a request goes
///
/// The network reads it ([dev.tesuji.serve.http]), `Router` asks for the key and finds the
/// endpoint, the endpoint checks the fields ([dev.tesuji.serve.api]), writes the prompt in tokens
/// and asks the engine ([dev.tesuji.serve.model]). `Answering` then waits, on the request's own
/// virtual thread, for tokens, and makes them text ([dev.tesuji.serve.answer]), which is sent at
/// once or gathered.
///
/// # What holds always
///
/// - A client that goes away frees its rows within a step: the network tells, the engine drops.
/// - A streamed answer, joined, is the answer that would have been sent whole.
/// - The same seed gives the same text whatever else is served ([dev.tesuji.generate.RandomKey]).
/// - Nothing is cut silently: a prompt that is too long is refused, an answer that is says so.
/// - The log never holds what was said.
///
/// # Reading order
///
/// [dev.tesuji.serve.Server], `Router`, `ChatEndpoint`, `Drawing`, `Answering`.
@org.jspecify.annotations.NullMarked
package dev.tesuji.serve;
