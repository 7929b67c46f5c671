/// Questions to servers that speak OpenAI's interface: a teacher, a judge, or a model that is
/// evaluated, served by whoever serves it.
///
/// # The problem
///
/// A model that is too large for this machine, or that nobody can download, still answers questions
/// over HTTP. It writes what a smaller one is taught (distillation), and says which of two answers
/// is better. What is asked costs money and hours, so that nothing may be asked twice, and a server
/// that is busy, ill or hostile must cost a sentence and not a run.
///
/// # What is done about what
///
/// | the server | the client |
/// |---|---|
/// | cannot be reached, cuts an answer off, is silent for too long, sends no JSON | asks again, [dev.tesuji.endpoint.Attempts]: pauses that double, shortened by chance |
/// | answers 408, 425, 429 or from 500 | the same; `Retry-After` holds for all that ask, and beyond ten minutes ends the run |
/// | answers 401, 403, 404, no credit, another refusal, a redirect | [dev.tesuji.endpoint.EndpointFailure], one sentence with the remedy |
/// | finds a prompt too long | the same, naming the problem: nothing is cut |
/// | does not count tokens | the same: neither cost nor lengths could be told |
/// | sends more than 64 MiB | the same as an answer that is cut off |
/// | repeats the key in an error | the key is taken out |
///
/// # What is kept
///
/// [dev.tesuji.endpoint.ReplyFile] holds every answer with the digest of its question: the
/// request's fields but for the address and the key, and the number of the sample. A run that was
/// killed, or that samples the same with other rules, takes from it what is there. The key itself
/// is read from an environment variable and is in no file, message or log.
///
/// # What is left out
///
/// Streaming: an answer is of use when it is whole. Log-probabilities and token ids, which would
/// have to be those of a tokenizer that is not known here: reinforcement learning needs them and
/// samples with a model of its own process.
///
/// # Reading order
///
/// [dev.tesuji.endpoint.Endpoint], [dev.tesuji.endpoint.ChatQuestion],
/// [dev.tesuji.endpoint.ChatReply], [dev.tesuji.endpoint.ChatClient], `Refusals`,
/// [dev.tesuji.endpoint.Attempts], [dev.tesuji.endpoint.Transport],
/// [dev.tesuji.endpoint.ReplyFile], [dev.tesuji.endpoint.Spending], [dev.tesuji.endpoint.Prices],
/// [dev.tesuji.endpoint.TokenUsage].
@org.jspecify.annotations.NullMarked
package dev.tesuji.endpoint;
