package dev.tesuji.alphago.search;

/// The result of a search, as the player whose turn it is sees it.
///
/// @param action the action to play
/// @param policy what a network should learn to do, one share for each action of the game
/// @param value the value of the state, from -1 to 1
/// @param visits simulations
@SuppressWarnings("ArrayRecordComponent") // handed over to who asked
public record Found(int action, float[] policy, double value, int visits) {}
