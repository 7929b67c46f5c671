package dev.tesuji.alphago.learn;

import dev.tesuji.play.GameState;

/// A game that waits for a move.
///
/// @param state its state
/// @param game its number, which with the number of the move decides what is left to chance
public record Seat(GameState state, long game) {}
