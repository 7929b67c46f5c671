package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.RopeConfig;
import org.jspecify.annotations.Nullable;

/// How far the tokens of a layer look back, and how their positions turn queries and keys.
///
/// @param window W: a token sees itself and the W - 1 before it; 0 where it sees all
/// @param rope null where positions turn nothing
public record Sight(int window, @Nullable RopeConfig rope) {}
