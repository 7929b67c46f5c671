/// The network: HTTP in, a virtual thread per request, and an answer or a stream of events out.
///
/// # The problem
///
/// A request for text takes seconds to minutes, and most of that time nothing is to be done for it
/// but wait. Clients go away meanwhile, read slowly, or never finish what they began to send; each
/// of these must cost its own connection and nothing else.
///
/// # How it goes
///
/// The network's threads read a request whole, within a limit of bytes and of time
/// ([dev.tesuji.serve.http.HttpSettings]), and then start a virtual thread that answers it
/// ([dev.tesuji.serve.http.HttpHandler]) and may wait as it likes. A client that goes away is
/// noticed by the network's thread at once, also where nothing is being sent to it
/// ([dev.tesuji.serve.http.Exchange#whenGone]).
///
/// What a client sends ahead of its answer is held back and read on all the same, since one that is
/// no longer read from goes away unseen.
///
/// Bodies take a part of Java's memory at most, in sum: what comes while that is full is to be sent
/// again.
///
/// A stream may be a quarter of a mebibyte ahead of its reader; then the virtual thread waits, and
/// gives up a client that has not caught up by half for as long as patience goes.
///
/// This is the only package that knows Vert.x.
///
/// # Reading order
///
/// [dev.tesuji.serve.http.HttpHandler], [dev.tesuji.serve.http.Exchange],
/// [dev.tesuji.serve.http.HttpListener].
@org.jspecify.annotations.NullMarked
package dev.tesuji.serve.http;
