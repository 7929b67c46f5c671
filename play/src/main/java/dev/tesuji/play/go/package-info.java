/// Go: the rules of Tromp and Taylor, positions, and how a network sees them.
///
/// # The rules
///
/// [Tromp and Taylor's](https://tromp.github.io/go.html), which need no judgement: a stone that is
/// put captures the other colour's chains without liberties, then its own chain if it has none; a
/// position must never come back (positional superko), for which reason suicide of one stone is
/// refused and of several is not; two passes end the game; a point counts for the colour whose
/// stone it has or whose stones alone it reaches.
@org.jspecify.annotations.NullMarked
package dev.tesuji.play.go;
