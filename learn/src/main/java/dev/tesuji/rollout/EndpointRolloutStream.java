package dev.tesuji.rollout;

import dev.tesuji.generate.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Rollouts of which each is asked for on a thread of its own; the client decides how many are
/// under way at once. The first that fails ends all.
final class EndpointRolloutStream implements RolloutStream {
  private final EndpointPolicy policy;
  private final Judge judge;
  private final RolloutSettings settings;
  private final int count; // groups
  private final AtomicInteger unanswered;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("questions-", 0).factory());
  private int given; // groups that were handed over
  private long waited; // nanoseconds
  private volatile boolean cancelled;

  /// Something that the reader is told.
  private sealed interface Event {
    /// A group is complete.
    record Ready(Group group) implements Event {}

    /// Sampling has failed.
    record Failed(Throwable why) implements Event {}

    /// Nobody wants more.
    record Cancelled() implements Event {}
  }

  EndpointRolloutStream(
      EndpointPolicy policy, Judge judge, List<PosedProblem> problems, RolloutSettings settings) {
    this.policy = policy;
    this.judge = judge;
    this.settings = settings;
    count = problems.size();
    unanswered =
        new AtomicInteger(count * (settings.samples() + (settings.greedyBaseline() ? 1 : 0)));
    problems.forEach(this::begin);
  }

  private void begin(PosedProblem posed) {
    List<CompletableFuture<Rollout>> rollouts = new ArrayList<>();
    for (int sample = 0; sample < settings.samples(); sample++) {
      rollouts.add(sample(posed, sample, settings.sampling()));
    }
    CompletableFuture<@Nullable Rollout> greedy =
        settings.greedyBaseline()
            ? sample(posed, settings.samples(), Sampling.GREEDY).thenApply(r -> r)
            : CompletableFuture.completedFuture(null);
    List<CompletableFuture<?>> all = new ArrayList<>(rollouts);
    all.add(greedy);
    var _ =
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
            .thenRun(() -> {
              List<Rollout> done = rollouts.stream().map(CompletableFuture::join).toList();
              events.add(new Event.Ready(new Group(posed, done, greedy.join())));
            });
  }

  private CompletableFuture<Rollout> sample(PosedProblem posed, int sample, Sampling sampling) {
    CompletableFuture<Rollout> rollout = new CompletableFuture<>();
    threads.execute(() -> {
      try {
        if (!cancelled) {
          EndpointPolicy.Draw draw = new EndpointPolicy.Draw(posed, sample, settings);
          EndpointPolicy.Drawn drawn = policy.draw(draw, sampling);
          unanswered.decrementAndGet();
          rollout.complete(
              new Rollout(drawn.trajectory(), judge.judge(drawn.response()), drawn.completion()));
        }
      } catch (RuntimeException | Error e) {
        events.add(new Event.Failed(e));
      }
    });
    return rollout;
  }

  @Override
  public Optional<Group> next() {
    if (cancelled || given == count) {
      return Optional.empty();
    }
    return switch (take()) {
      case Event.Ready(Group group) -> {
        given++;
        yield Optional.of(group);
      }
      case Event.Failed(RuntimeException why) -> {
        close();
        throw why;
      }
      case Event.Failed(Throwable why) -> {
        close();
        throw new IllegalStateException(why);
      }
      case Event.Cancelled() -> Optional.empty();
    };
  }

  private Event take() {
    boolean judging = unanswered.get() == 0;
    long start = System.nanoTime();
    try {
      return events.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cancel();
      return new Event.Cancelled();
    } finally {
      waited += judging ? System.nanoTime() - start : 0;
    }
  }

  @Override
  public double secondsWaited() {
    return waited / 1e9;
  }

  @Override
  public void cancel() {
    cancelled = true;
    events.add(new Event.Cancelled()); // wakes a reader
  }

  @Override
  public void close() {
    cancelled = true;
    threads.shutdownNow();
  }
}
