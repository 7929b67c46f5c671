package dev.tesuji.cluster;

import dev.tesuji.generate.Completion;
import dev.tesuji.generate.EngineCapacity;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.generate.GenerationMemory;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.rollout.TurnEngine;
import dev.tesuji.weights.LoadedModel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Draws on a fleet: the requests that come between two steps are a job, cut into chunks.
///
/// Chunks come back in any order and are handed over whole. A chunk whose executor is lost is drawn
/// again, with the same numbers, so nobody notices who drew it.
final class FleetEngine implements TurnEngine {
  private static final int MOMENT_MS = 100;

  private final SparkFleet fleet;
  private final LoadedModel model;
  private final EngineCapacity capacity;
  private final List<Asked> asked = new ArrayList<>(); // since the last step
  private final List<Job> jobs = new ArrayList<>(); // whose chunks are not all back
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private @Nullable Order order; // null until the first job
  private boolean closed;

  FleetEngine(SparkFleet fleet, LoadedModel model, EngineCapacity capacity) {
    this.fleet = fleet;
    this.model = model;
    this.capacity = capacity;
  }

  private record Asked(GenerationRequest request, Consumer<Completion> finished) {}

  /// Requests under way.
  ///
  /// @param missing the numbers of the chunks that are not back
  private record Job(String group, List<Asked> asked, BitSet missing) {}

  /// Tells of a job.
  private sealed interface Event {
    Job job();

    /// A chunk is back.
    record Back(Job job, int chunk, Chunk.Drawn drawn) implements Event {}

    /// Spark gave a job up.
    record Failed(Job job, Throwable why) implements Event {}
  }

  @Override
  public void submit(GenerationRequest request, Consumer<Completion> finished) {
    if (closed) {
      throw new IllegalStateException("the engine is closed");
    }
    Chunk.requirePlain(request);
    requireRoom(request);
    asked.add(new Asked(request, finished));
  }

  private void requireRoom(GenerationRequest request) {
    int positions = model.decoder().config().maxPositions();
    int length = request.prompt().length;
    if (length >= positions || length > capacity.longestPrompt()) {
      throw new IllegalArgumentException(
          "a prompt must be shorter than the model's "
              + positions
              + " positions and have at most "
              + capacity.longestPrompt()
              + " tokens in this engine, got "
              + length);
    }
  }

  @Override
  public boolean hasWork() {
    return !asked.isEmpty() || !jobs.isEmpty();
  }

  @Override
  public void step() {
    if (!asked.isEmpty()) {
      launch(List.copyOf(asked));
      asked.clear();
    }
    try {
      Event event = jobs.isEmpty() ? null : events.poll(MOMENT_MS, TimeUnit.MILLISECONDS);
      if (event == null) {
        fleet.requireAlive();
      } else {
        take(event);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void launch(List<Asked> work) {
    List<GenerationRequest> requests = work.stream().map(Asked::request).toList();
    List<Chunk> chunks = Chunk.cut(requests, fleet.settings().chunks());
    Order common = order == null ? order(chunks) : order;
    order = common;
    BitSet missing = new BitSet();
    missing.set(0, chunks.size());
    Job job = new Job(fleet.nextGroup("draw"), work, missing);
    jobs.add(job);
    fleet.run(
        job.group(),
        chunks,
        new SparkFleet.Function<>(new DrawChunk(common), Chunk.Drawn.class),
        (chunk, drawn) -> {
          fleet.drew(drawn);
          events.add(new Event.Back(job, chunk, drawn));
        },
        why -> events.add(new Event.Failed(job, why)));
  }

  private Order order(List<Chunk> chunks) {
    int most = chunks.stream().mapToInt(Chunk::samples).max().orElseThrow();
    long together = (long) most * fleet.settings().cores();
    return new Order(
        fleet.publish(model),
        GenerationMemory.rows(model.decoder(), together, capacity.newTokens()),
        capacity.longestPrompt(),
        capacity.newTokens(),
        capacity.eightBit(),
        capacity.promptLookup());
  }

  private void take(Event event) {
    Job job = event.job();
    switch (event) {
      case Event.Failed(Job _, Throwable why) -> throw fleet.failure("draw", why);
      case Event.Back(Job _, int chunk, Chunk.Drawn drawn) -> {
        if (!drawn.refusal().isEmpty()) {
          throw SparkFleet.refused(drawn.refusal());
        }
        if (job.missing().get(chunk)) {
          job.missing().clear(chunk);
          if (job.missing().isEmpty()) {
            jobs.remove(job);
          }
          drawn.completions().forEach(s -> handOver(job.asked().get(s.request()), s));
        }
      }
    }
  }

  private static void handOver(Asked asked, Chunk.Sample s) {
    asked
        .finished()
        .accept(
            new Completion(
                asked.request(),
                s.sample(),
                s.tokens(),
                s.logProbs(),
                List.of(),
                FinishReason.valueOf(s.reason())));
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      asked.clear();
      jobs.forEach(job -> fleet.cancel(job.group()));
      jobs.clear();
    }
  }
}
