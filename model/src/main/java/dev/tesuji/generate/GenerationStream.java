package dev.tesuji.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;

/// The tokens of a request as a stream that another thread reads, such as one that serves a
/// connection. Close it to cancel what is left.
public final class GenerationStream implements AutoCloseable {
  private final BlockingQueue<Optional<GeneratedToken>> tokens = new LinkedBlockingQueue<>();
  private final List<Completion> completions = new ArrayList<>(); // guarded by itself
  private final Generation generation;
  private boolean ended; // read by one thread

  /// @param submit gives a request of so many samples to an engine
  GenerationStream(int samples, Function<GenerationListener, Generation> submit) {
    generation = submit.apply(new Listener(samples));
  }

  private final class Listener implements GenerationListener {
    private int left;

    Listener(int samples) {
      left = samples;
    }

    @Override
    public void drawn(GeneratedToken token) {
      tokens.add(Optional.of(token));
    }

    @Override
    public void finished(Completion completion) {
      synchronized (completions) {
        completions.add(completion);
      }
      left--;
      if (left == 0) {
        tokens.add(Optional.empty());
      }
    }
  }

  /// Waits for the next token of any sample; nothing when all samples are finished.
  ///
  /// @throws InterruptedException when this thread is interrupted; the request goes on
  public Optional<GeneratedToken> next() throws InterruptedException {
    if (ended) {
      return Optional.empty();
    }
    Optional<GeneratedToken> next = tokens.take();
    ended = next.isEmpty();
    return next;
  }

  /// Returns the completions that are finished so far, in the order in which they finished.
  public List<Completion> completions() {
    synchronized (completions) {
      return List.copyOf(completions);
    }
  }

  /// Stops the samples that are not finished; harmless when all are.
  public void cancel() {
    generation.cancel();
  }

  @Override
  public void close() {
    cancel();
  }
}
