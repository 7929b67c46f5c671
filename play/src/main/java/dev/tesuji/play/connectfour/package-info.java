/// Connect Four, the second game: small enough to be solved, so that what has learned it can be
/// held to the truth.
///
/// The rules are [dev.tesuji.play.connectfour.ConnectFour] and
/// [dev.tesuji.play.connectfour.ConnectFourState]; [dev.tesuji.play.connectfour.ConnectFourSolver]
/// is the ground truth.
@org.jspecify.annotations.NullMarked
package dev.tesuji.play.connectfour;
