/// Records of games in the Smart Game Format, [FF 4](https://www.red-bean.com/sgf/sgf4.html).
///
/// # The format
///
/// A tree of nodes; each node has properties, a property has values in brackets. `B[dd]` is a move
/// of Black on the fourth column from the left and the fourth row from the top, an empty value a
/// pass, `AB`, `AW` and `AE` set stones up, parentheses enclose variations, of which the first is
/// the main line.
///
/// # What is read
///
/// Whatever programs write: text before the game, charsets (`CA`), passes as `tt`, rectangles of
/// points, names in full as in older formats, several games (the first counts). What cannot be
/// read, or is not legal by the rules of [dev.tesuji.play.go.Go], is refused in one sentence with
/// the line.
///
/// # Reading order
///
/// [dev.tesuji.play.sgf.SgfNode], [dev.tesuji.play.sgf.SgfReader], [dev.tesuji.play.sgf.SgfWriter],
/// [dev.tesuji.play.sgf.SgfGame].
@org.jspecify.annotations.NullMarked
package dev.tesuji.play.sgf;
