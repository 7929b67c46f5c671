package dev.tesuji.rollout;

import dev.tesuji.env.Env;
import dev.tesuji.text.CompletionText;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A group under way: its episodes, and how many of them are not judged yet.
final class GroupRun {
  private final PosedProblem posed;
  private final List<EpisodeRun> episodes = new ArrayList<>();
  private final @Nullable EpisodeRun greedy;
  private final AtomicInteger left;
  private final Consumer<GroupRun> whenReady;
  private volatile @Nullable Throwable failure;

  /// @param whenReady called once, on any thread, when all episodes are judged or one has failed
  GroupRun(
      PosedProblem posed,
      RolloutSettings settings,
      Env env,
      CompletionText text,
      Consumer<GroupRun> whenReady) {
    this.posed = posed;
    this.whenReady = whenReady;
    for (int s = 0; s < settings.samples(); s++) {
      episodes.add(new EpisodeRun(this, s, env, text));
    }
    greedy = settings.greedyBaseline() ? new EpisodeRun(this, 0, env, text) : null;
    left = new AtomicInteger(settings.samples() + (greedy == null ? 0 : 1));
  }

  PosedProblem posed() {
    return posed;
  }

  List<EpisodeRun> episodes() {
    return episodes;
  }

  @Nullable EpisodeRun greedy() {
    return greedy;
  }

  /// Returns the episodes, the greedy one last.
  List<EpisodeRun> all() {
    List<EpisodeRun> all = new ArrayList<>(episodes);
    if (greedy != null) {
      all.add(greedy);
    }
    return all;
  }

  void finishedOne() {
    if (left.decrementAndGet() == 0) {
      whenReady.accept(this);
    }
  }

  void failed(Throwable why) {
    failure = failure == null ? why : failure;
    if (left.getAndSet(Integer.MIN_VALUE) > 0) {
      whenReady.accept(this);
    }
  }

  /// Returns the group.
  ///
  /// @throws RuntimeException what an environment or a judge threw
  Group group() {
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
    return new Group(
        posed,
        episodes.stream().map(EpisodeRun::rollout).toList(),
        greedy == null ? null : greedy.rollout());
  }

  void close() {
    all().forEach(EpisodeRun::close);
  }
}
