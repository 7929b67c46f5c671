package dev.tesuji.env;

import dev.tesuji.generate.FinishReason;

/// A turn of the policy.
///
/// @param tokens the tokens exactly as they were sampled, with the one that ended the turn; before
///   them those with which the turn was begun for the policy, if any. None where there was no room
///   for a turn
/// @param reason why it ended; `LENGTH` where it was cut off, after which there is no other
public record Turn(int[] tokens, FinishReason reason) {}
