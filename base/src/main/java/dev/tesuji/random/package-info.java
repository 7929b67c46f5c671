/// Randomness that can be repeated: counters instead of states, names instead of numbers.
///
/// # The problem
///
/// A run must be the same when it is started again, when it is resumed in its middle, when it has
/// more rows in a batch or more machines, and when a stage is put before another. A generator with
/// a state gives none of that: each draw depends on all draws before it.
///
/// # Counters
///
/// [dev.tesuji.random.Rng] is a function: the number at (seed, stream, a, b), computed by
/// Philox4x32-10 and kept nowhere. Token t of sample g of prompt p is drawn with
///
/// ```
/// u = uniform(seed, p, g, t)
/// ```
///
/// so a sample does not depend on what is drawn beside it, nor on where.
///
/// # Names
///
/// What a run needs randomness for has names ([dev.tesuji.random.Purpose]): the order of problems,
/// the tokens of completions, the tokens of evaluations, and so on. A stream's seed is
///
/// ```
/// s(run, purpose)        = derive(run, hash("purpose " + purpose))
/// s(run, stage, purpose) = derive(derive(run, hash("stage " + stage)), hash("purpose " + purpose))
/// ```
///
/// with the first 64 bits of SHA-256 as the hash ([dev.tesuji.random.Streams]). So no two purposes
/// share a stream, two stages never draw the same problems or completions, and a stage that is
/// inserted, taken out or moved changes nothing of the others. A stage that is renamed draws anew.
///
/// # Reading order
///
/// [dev.tesuji.random.Streams], [dev.tesuji.random.Purpose], [dev.tesuji.random.Rng].
@org.jspecify.annotations.NullMarked
package dev.tesuji.random;
