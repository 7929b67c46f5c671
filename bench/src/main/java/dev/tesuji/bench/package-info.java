/// Benchmarks: how fast and how large, and how that grows.
///
/// `./tesuji bench generate|train|grpo|grade` measures one thing at one of the shapes of
/// `BenchShape`: a warm-up, several runs, medians. `--profile` shows where the time goes and how
/// far each part is from what the machine can do. `bench cost` prices tokens; `bench scaling`
/// measures time and memory against batch, length and model size, each point in a process of its
/// own; `bench fleet` simulates a fleet (`FleetSimulation`), of which it measures nothing.
///
/// Machines differ and drift. A ratio against a peer counts only when both were measured in one
/// sitting, in turn, and the machine is named.
@org.jspecify.annotations.NullMarked
package dev.tesuji.bench;
