/// A page with a board, to play Go against a player of [dev.tesuji.play] on this machine.
///
/// # How it goes
///
/// The page keeps the game, as SGF. Each request brings it, and each answer has it back with what
/// happened, whose turn it is, and which points are legal; so there is nothing to keep in step, and
/// reloading loses nothing. [dev.tesuji.serve.go.GoServer] listens to this machine alone and asks
/// `GoDesk`; one thought is thought at a time.
@org.jspecify.annotations.NullMarked
package dev.tesuji.serve.go;
