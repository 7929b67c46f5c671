package dev.tesuji.reward;

import dev.tesuji.answer.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;

/// Gathers responses, which are asked about one at a time and from many threads, into batches.
///
/// A batch goes off when it is full, or a moment after its first response came.
public final class Batching implements AutoCloseable {
  /// For how long a batch waits to be filled.
  public static final Duration LINGER = Duration.ofMillis(10);

  private final int size;
  private final ExecutorService threads;
  private final Judge judge;
  private final List<Asked> waiting = new ArrayList<>(); // for a batch to fill; guarded by itself

  /// Judges several responses at once.
  @FunctionalInterface
  public interface Judge {
    /// Returns the judgements in the order of the responses.
    ///
    /// @throws RewardFailure when they cannot be had
    List<Judgement> judge(List<Response> batch);
  }

  /// A response and the judgement to come.
  private record Asked(Response response, CompletableFuture<Judgement> answer) {}

  /// Begins without a response.
  ///
  /// @param size the most responses of a batch
  /// @param threads where batches are judged; closed with this
  public Batching(int size, ExecutorService threads, Judge judge) {
    this.size = size;
    this.threads = threads;
    this.judge = judge;
  }

  /// Waits for the judgement of a response, made in a batch with others.
  ///
  /// @throws RewardFailure when the batch's cannot be had
  public Judgement judge(Response response) {
    Asked asked = new Asked(response, new CompletableFuture<>());
    synchronized (waiting) {
      waiting.add(asked);
      if (waiting.size() >= size) {
        List<Asked> full = take();
        threads.execute(() -> judge(full));
      } else if (waiting.size() == 1) {
        threads.execute(this::judgeLater);
      }
    }
    try {
      return asked.answer().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Judgement.Withheld(Verdict.VERIFIER_ERROR);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RewardFailure failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private List<Asked> take() {
    synchronized (waiting) {
      List<Asked> batch = List.copyOf(waiting);
      waiting.clear();
      return batch;
    }
  }

  private void judgeLater() {
    try {
      Thread.sleep(LINGER);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    List<Asked> batch = take();
    if (!batch.isEmpty()) {
      judge(batch);
    }
  }

  private void judge(List<Asked> batch) {
    try {
      List<Judgement> judgements = judge.judge(batch.stream().map(Asked::response).toList());
      for (int i = 0; i < batch.size(); i++) {
        batch.get(i).answer().complete(judgements.get(i));
      }
    } catch (RuntimeException | Error e) {
      batch.forEach(asked -> asked.answer().completeExceptionally(e));
    }
  }

  /// Judges what is under way and then no more.
  @Override
  public void close() {
    threads.close();
  }
}
