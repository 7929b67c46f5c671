/// Randomness that repeats: numbers as a function of a key, not of what was drawn before.
///
/// [dev.tesuji.random.Rng] is counter-based. The key of a number is (seed, stream, index), so a
/// sample does not depend on what else is drawn beside it, in which order, or on which machine.
/// That is what lets a killed run go on bit for bit, and several machines share one run.
///
/// Streams are derived from names and purposes, never from bare numbers: two purposes that share a
/// number would share their luck.
@org.jspecify.annotations.NullMarked
package dev.tesuji.random;
