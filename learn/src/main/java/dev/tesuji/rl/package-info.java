/// Reinforcement learning: the one loop.
@org.jspecify.annotations.NullMarked
package dev.tesuji.rl;
