package dev.tesuji.active;

/// A person's word that one answer of an item is better than another.
///
/// @param candidate the item
/// @param better the number of the better answer, from 0
/// @param worse the number of the worse
public record Comparison(Candidate candidate, int better, int worse) {}
