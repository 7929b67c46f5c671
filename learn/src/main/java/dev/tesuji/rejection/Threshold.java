package dev.tesuji.rejection;

/// The least that a reward must pay for a sample to be kept.
///
/// @param reward the name of the reward
/// @param atLeast the least, before weighting
public record Threshold(String reward, double atLeast) {}
