package dev.tesuji.alphago.search;

/// A network's opinion of a state, as the player whose turn it is sees it.
///
/// @param logits of all actions; those of illegal ones mean nothing
/// @param value from -1, a loss, to 1, a win
/// @param score by how many points the player wins
/// @param ownership of each cell, from -1 to 1; empty where nobody asked
@SuppressWarnings("ArrayRecordComponent") // made once, read by one search
public record Evaluation(float[] logits, double value, double score, float[] ownership) {}
