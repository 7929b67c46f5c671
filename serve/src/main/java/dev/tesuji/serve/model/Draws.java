package dev.tesuji.serve.model;

import dev.tesuji.generate.Completion;
import dev.tesuji.generate.GeneratedToken;
import dev.tesuji.generate.Generation;
import dev.tesuji.generate.GenerationListener;
import dev.tesuji.generate.GenerationRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// The choices of one answer while they are generated, each of which can be stopped alone. Close it
/// to stop what is left.
public final class Draws implements AutoCloseable {
  /// Something that happened to a choice.
  public sealed interface Event {
    /// Returns the number of the choice.
    int choice();

    /// Its prompt is read.
    ///
    /// @param found how many tokens of it had been read before for another request
    record Begun(int choice, int found) implements Event {}

    /// A token came.
    ///
    /// @param nanos when, by [System#nanoTime]
    record Drawn(int choice, GeneratedToken token, long nanos) implements Event {}

    /// It ended.
    record Ended(int choice, Completion completion) implements Event {}
  }

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final List<Event> gathered = new ArrayList<>(); // of whoever drives the engine
  private final int gathers;
  private final List<Generation> generations = new ArrayList<>(); // guarded by itself

  /// Asks for the choices.
  ///
  /// @param requests one of a single sample for each choice
  /// @param gathers how many events may be handed over together, but for the end of a choice: each
  ///   time a thread is woken, which costs the engine as much as some tokens
  /// @throws dev.tesuji.generate.EngineFull when too many wait; then none of them is generated
  public Draws(
      ServedModel model, ModelThread thread, List<GenerationRequest> requests, int gathers) {
    this.gathers = gathers;
    try {
      for (int i = 0; i < requests.size(); i++) {
        Generation submitted = model.engine().submit(requests.get(i), listener(i));
        synchronized (generations) {
          generations.add(submitted);
        }
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    } finally {
      thread.wake();
    }
  }

  private GenerationListener listener(int choice) {
    return new GenerationListener() {
      @Override
      public void began(int sample, int found) {
        give(new Event.Begun(choice, found), gathers);
      }

      @Override
      public void drawn(GeneratedToken token) {
        give(new Event.Drawn(choice, token, System.nanoTime()), gathers);
      }

      @Override
      public void finished(Completion completion) {
        give(new Event.Ended(choice, completion), 1);
      }
    };
  }

  private void give(Event event, int most) {
    gathered.add(event);
    if (gathered.size() >= most) {
      events.addAll(gathered);
      gathered.clear();
    }
  }

  /// Waits for the next thing that happens.
  public Event next() throws InterruptedException {
    return events.take();
  }

  /// Stops a choice.
  public void cancel(int choice) {
    synchronized (generations) {
      generations.get(choice).cancel();
    }
  }

  /// Stops all that are not finished. Safe to call from any thread.
  @Override
  public void close() {
    synchronized (generations) {
      generations.forEach(Generation::cancel);
    }
  }
}
