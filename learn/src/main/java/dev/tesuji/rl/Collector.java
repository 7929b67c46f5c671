package dev.tesuji.rl;

import dev.tesuji.policy.RolloutPrecision;
import dev.tesuji.rl.algorithm.Requirements.Need;
import dev.tesuji.rollout.Group;
import dev.tesuji.rollout.PosedProblem;
import dev.tesuji.rollout.ProblemSource;
import dev.tesuji.rollout.RolloutSampler;
import dev.tesuji.rollout.RolloutSettings;
import dev.tesuji.rollout.RolloutStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Collects the groups of one step after the other: those of the next problems, and of others in
/// the place of those that nothing can be learned from.
///
/// One thread uses it, but for [#cancel].
final class Collector {
  private static final String POSITION = "position";
  private static final String PROBLEMS = "problems";

  private final ProblemSource prompts;
  private final RolloutSampler sampler;
  private final RlConfig config;
  private final RolloutSettings settings;
  private long position; // prompts consumed so far
  private volatile @Nullable RolloutStream drawing;
  private volatile boolean cancelled;

  /// @param seed of the stream that completions are sampled with
  Collector(ProblemSource prompts, RolloutSampler sampler, RlConfig config, long seed) {
    if (!sampler.exact()) {
      throw new IllegalArgumentException(
          "the sampler of reinforcement learning must give the policy's own tokens and their"
              + " log-probabilities, which an endpoint does not; sample with a model of this process");
    }
    this.prompts = prompts;
    this.sampler = sampler;
    this.config = config;
    settings =
        new RolloutSettings(
            config.groupSize(),
            config.maxNewTokens(),
            config.sampling(),
            config.algorithm().requirements().has(Need.GREEDY_BASELINE),
            seed,
            config.compute().rollouts() == RolloutPrecision.INT8);
  }

  /// Returns what sampling has taken so far besides time, by the names of metrics.
  Map<String, Double> samplerMetrics() {
    return sampler.metrics();
  }

  /// The completions of one step.
  ///
  /// @param kept the groups to learn from
  /// @param flat groups that were left out: there is nothing to learn from them
  /// @param position the first position of the prompts that was not consumed
  /// @param order numbers that say how the problems were chosen
  /// @param seconds that it took
  /// @param graded of those, how many went by while nothing was left to sample but verdicts were
  ///   still to come
  record Collected(
      List<Group> kept,
      List<Group> flat,
      long position,
      Map<String, Double> order,
      double seconds,
      double graded) {
    /// Returns all groups, kept or not.
    List<Group> all() {
      List<Group> all = new ArrayList<>(kept);
      all.addAll(flat);
      return all;
    }
  }

  /// Samples the groups of the next step. When that fails, nothing has changed.
  ///
  /// @throws CancellationException when it was cancelled
  Collected next() {
    long start = System.nanoTime();
    boolean filters =
        config.samplingRounds() > 1 || config.algorithm().requirements().filter().always();
    List<Group> kept = new ArrayList<>();
    List<Group> flat = new ArrayList<>();
    long at = position;
    double graded = 0;
    for (int round = 0; round < config.samplingRounds(); round++) {
      int missing = config.promptsPerStep() - kept.size();
      if (missing == 0) {
        break;
      }
      List<PosedProblem> posed = LongStream.range(at, at + missing).mapToObj(prompts::at).toList();
      Sampled sampled = sample(posed);
      graded += sampled.graded;
      for (Group group : sampled.groups) {
        boolean learned =
            config.algorithm().requirements().filter().keeps(group.rewards(), group.accuracy());
        (filters && !learned ? flat : kept).add(group);
      }
      at += missing;
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Collected found = new Collected(kept, flat, at, prompts.metrics(), seconds, graded);
    position = at;
    prompts.learn(position, found.all());
    return found;
  }

  /// Groups, and for how many seconds only their verdicts were waited for.
  private record Sampled(List<Group> groups, double graded) {}

  private Sampled sample(List<PosedProblem> posed) {
    try (RolloutStream stream = sampler.start(posed, settings)) {
      drawing = stream;
      if (cancelled) {
        throw new CancellationException("sampling was cancelled");
      }
      List<Group> groups = stream.inOrder(posed);
      return new Sampled(groups, stream.secondsWaited());
    } finally {
      drawing = null;
    }
  }

  /// Makes [#next] give up, on whichever thread it is, now and for good.
  void cancel() {
    cancelled = true;
    RolloutStream stream = drawing;
    if (stream != null) {
      stream.cancel();
    }
  }

  /// Returns how many prompts were consumed.
  long position() {
    return position;
  }

  /// Adds what the next step depends on to the state of a checkpoint.
  void putState(ObjectNode state) {
    state.put(POSITION, position);
    prompts.state().ifPresent(order -> state.set(PROBLEMS, order));
  }

  /// Takes up where a checkpoint left off.
  void restore(JsonNode state) {
    position = state.path(POSITION).asLong();
    prompts.restore(state.path(PROBLEMS));
  }
}
