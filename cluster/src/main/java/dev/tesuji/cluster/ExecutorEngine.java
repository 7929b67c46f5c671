package dev.tesuji.cluster;

import static java.util.Objects.requireNonNull;

import dev.tesuji.generate.Completion;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.generate.Generation;
import dev.tesuji.generate.GenerationEngine;
import dev.tesuji.weights.LoadedModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// The model and the engine of an executor: one of each, which all tasks of the JVM share, so that
/// the samples of several chunks are in one batch.
///
/// The model is another than that of [ExecutorTrainer]: with a lag, versions are drawn with and
/// learned from at once.
final class ExecutorEngine {
  /// The engine of this JVM.
  static final ExecutorEngine HERE = new ExecutorEngine();

  private final ExecutorModel model = new ExecutorModel();
  private @Nullable Running running;
  private @Nullable Order order; // that the engine was opened for
  private int users; // tasks that draw

  private ExecutorEngine() {}

  /// An engine that a thread of its own drives.
  ///
  /// @param model that it draws with
  /// @param waiting the tasks that wait for chunks, to be told when it gives up
  private record Running(
      LoadedModel model, GenerationEngine engine, Map<Thread, CompletableFuture<Boolean>> waiting) {
    void start() {
      Thread.ofPlatform()
          .daemon()
          .name("engine")
          .start(() -> {
            try (engine) {
              engine.serve();
            } finally {
              waiting.forEach((_, w) ->
                  w.completeExceptionally(new IllegalStateException("the engine was closed")));
            }
          });
    }
  }

  /// The answer to a chunk.
  sealed interface Answer {
    /// The samples were drawn.
    record Samples(List<Chunk.Sample> samples) implements Answer {}

    /// They must not be drawn here.
    ///
    /// @param difference what is not as it is where the driver runs
    record Refusal(String difference) implements Answer {}
  }

  /// Draws a chunk.
  ///
  /// @throws IOException when the weights are not there or damaged
  /// @throws InterruptedException when the task is told to stop
  Answer draw(Order wanted, Chunk chunk) throws IOException, InterruptedException {
    Running drawing = take(wanted);
    try {
      String difference = ExecutorModel.difference(wanted.model(), drawing.model());
      return difference.isEmpty()
          ? new Answer.Samples(draw(drawing, chunk))
          : new Answer.Refusal(difference);
    } finally {
      giveBack();
    }
  }

  /// Draws with an engine that another thread drives.
  private static List<Chunk.Sample> draw(Running running, Chunk chunk) throws InterruptedException {
    List<Chunk.Sample> samples = new ArrayList<>(); // by the engine's thread alone
    CompletableFuture<Boolean> whole = new CompletableFuture<>();
    int count = chunk.samples();
    List<Generation> generations = new ArrayList<>();
    running.waiting().put(Thread.currentThread(), whole);
    try {
      for (Chunk.Part part : chunk.parts()) {
        generations.add(
            running.engine().submit(part.toRequest(), c -> note(part, c, samples, count, whole)));
      }
      whole.get();
      return samples;
    } catch (ExecutionException e) {
      throw new IllegalStateException("the engine gave up", e);
    } finally {
      running.waiting().remove(Thread.currentThread());
      generations.forEach(Generation::cancel); // harmless when all are done
    }
  }

  private static void note(
      Chunk.Part part,
      Completion completion,
      List<Chunk.Sample> samples,
      int count,
      CompletableFuture<Boolean> whole) {
    if (completion.reason() == FinishReason.CANCELLED) {
      whole.completeExceptionally(new IllegalStateException("the engine was closed"));
      return;
    }
    samples.add(Chunk.Sample.of(part, completion));
    if (samples.size() == count) {
      whole.complete(true);
    }
  }

  /// Returns the engine for an order; waits while tasks of another order use the one that is here.
  private synchronized Running take(Order wanted) throws IOException, InterruptedException {
    while (!serves(wanted)) {
      if (users == 0) {
        open(wanted);
      } else {
        wait();
      }
    }
    users++;
    return requireNonNull(running);
  }

  private boolean serves(Order wanted) {
    return running != null
        && !running.engine().isClosed()
        && order != null
        && order.sameEngine(wanted);
  }

  private synchronized void giveBack() {
    users--;
    notifyAll();
  }

  private void open(Order wanted) throws IOException {
    order = null;
    if (running != null) {
      running.engine().stop();
      running.engine().close();
      running = null;
    }
    LoadedModel loaded = model.take(wanted.model());
    running =
        new Running(
            loaded,
            new GenerationEngine(loaded.decoder(), loaded.tokenizer(), wanted.capacity()),
            new ConcurrentHashMap<>());
    running.start();
    order = wanted;
  }
}
