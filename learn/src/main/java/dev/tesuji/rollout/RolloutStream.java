package dev.tesuji.rollout;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/// Groups of rollouts that are being sampled and graded, each handed over when it is complete.
///
/// Read by one thread. Close it to give up what is left.
public interface RolloutStream extends AutoCloseable {
  /// Waits for the next group that is complete, whichever that is; nothing when all have been
  /// handed over, or after [#cancel].
  ///
  /// @throws dev.tesuji.reward.RewardFailure when a judgement cannot be had at all
  Optional<Group> next();

  /// Waits for all groups that are left and returns them in the order of some problems.
  ///
  /// @param problems those that the stream was started with, none of whose groups was taken yet
  /// @throws CancellationException when it was cancelled
  default List<Group> inOrder(List<PosedProblem> problems) {
    Map<Long, Group> byId = new HashMap<>();
    for (Optional<Group> g = next(); g.isPresent(); g = next()) {
      byId.put(g.get().posed().id(), g.get());
    }
    if (byId.size() < problems.size()) {
      throw new CancellationException("sampling was cancelled");
    }
    return problems.stream().map(p -> requireNonNull(byId.get(p.id()))).toList();
  }

  /// Stops what is not complete. Harmless when all is, or when it was called before. Safe to call
  /// from any thread.
  void cancel();

  /// Returns for how many seconds the reader has waited for judgements while nothing was left to
  /// sample.
  double secondsWaited();

  @Override
  void close();
}
