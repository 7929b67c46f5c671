package dev.tesuji.bench;

import dev.tesuji.random.Rng;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeSet;

/// A fleet that samples, event by event: chunks of neighbouring samples go to the slots of workers,
/// whose engines draw as many rows at once as they have, and what a fault takes is drawn again.
///
/// All rows of an engine advance alike, so its clock counts the tokens that each has drawn since
/// the beginning: a row that begins at clock c with n tokens to draw ends at c + n, whoever comes
/// and goes. Only how fast the clock runs depends on how many rows are taken.
///
/// A chunk is committed when its last sample is drawn. The run ends with the last commit, and is
/// paid for until then by the worker.
final class FleetSimulation {
  private static final long FAULTS = 0x4661_756C; // the stream of faults

  private final SimulatedFleet fleet;
  private final int[] lengths;
  private final int chunk;
  private final long seed;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Deque<Integer> waiting = new ArrayDeque<>(); // chunks
  private final TreeSet<Integer> free = new TreeSet<>(); // slots of workers that draw
  private final List<Worker> workers = new ArrayList<>();
  private long order; // of events at one moment
  private double now;
  private int committed;
  private long lost; // attempts at chunks
  private double drawn; // tokens, lost ones too

  /// @param lengths of all samples, in their order
  /// @param chunk how many samples a chunk has, but for the last
  /// @param seed of the faults
  FleetSimulation(SimulatedFleet fleet, int[] lengths, int chunk, long seed) {
    this.fleet = fleet;
    this.lengths = lengths.clone();
    this.chunk = chunk;
    this.seed = seed;
  }

  /// The outcome of a run.
  ///
  /// @param seconds until the last chunk was committed
  /// @param chunks how many were committed
  /// @param lost attempts at chunks that a fault ended
  /// @param tokens of all samples
  /// @param drawn tokens, those that were lost too
  /// @param efficiency the share of the workers' time that drawing each token once would take with
  ///   all rows taken
  record Result(
      double seconds, int chunks, long lost, long tokens, double drawn, double efficiency) {}

  /// Something that happens to a worker, unless its state has changed before.
  ///
  /// @param at when
  /// @param order among those at one moment
  /// @param state of the worker that it belongs to
  private record Event(double at, long order, Worker worker, What what, int slot, long state)
      implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int first = Double.compare(at, other.at);
      return first != 0 ? first : Long.compare(order, other.order);
    }
  }

  private enum What {
    UP,
    FAULT,
    BEGIN,
    ROW
  }

  /// A sample that is being drawn.
  ///
  /// @param end the clock at its last token
  private record Row(double end, long order, int slot) implements Comparable<Row> {
    @Override
    public int compareTo(Row other) {
      int first = Double.compare(end, other.end);
      return first != 0 ? first : Long.compare(order, other.order);
    }
  }

  /// A sample that waits for a row.
  private record Sample(int slot, int tokens) {}

  private final class Worker {
    final int number;
    final int[] chunks = new int[fleet.slots()]; // by slot; below 0 for none
    final int[] left = new int[fleet.slots()]; // samples of these that are not drawn
    final PriorityQueue<Row> rows = new PriorityQueue<>();
    final Deque<Sample> queue = new ArrayDeque<>();
    double clock; // tokens of each row
    double since; // when the clock was read
    long life; // how often it has failed
    long pace; // how often its rows have changed

    Worker(int number) {
      this.number = number;
      Arrays.fill(chunks, -1);
    }

    /// Reads the clock, and counts what was drawn.
    void read() {
      if (!rows.isEmpty()) {
        double tokens = (now - since) * fleet.engine().each(rows.size());
        clock += tokens;
        drawn += tokens * rows.size();
      }
      since = now;
    }

    /// Gives rows to samples that wait, and says when the next one ends.
    void go() {
      while (rows.size() < fleet.engine().rows() && !queue.isEmpty()) {
        Sample next = queue.removeFirst();
        rows.add(new Row(clock + next.tokens(), order++, next.slot()));
      }
      pace++;
      Row first = rows.peek();
      if (first != null) {
        double tokens = Math.max(0, first.end() - clock);
        happen(now + tokens / fleet.engine().each(rows.size()), this, What.ROW, 0, pace);
      }
    }

    /// Returns the number of a slot among all: one of each worker before the next of any.
    int place(int slot) {
      return slot * fleet.workers() + number;
    }
  }

  private void happen(double at, Worker worker, What what, int slot, long state) {
    events.add(new Event(at, order++, worker, what, slot, state));
  }

  /// Runs it to its end.
  Result run() {
    int count = (lengths.length + chunk - 1) / chunk;
    for (int c = 0; c < count; c++) {
      waiting.addLast(c);
    }
    for (int w = 0; w < fleet.workers(); w++) {
      workers.add(new Worker(w));
      happen(fleet.start(), workers.getLast(), What.UP, 0, 0);
    }
    while (committed < count) {
      Event next = events.remove();
      now = next.at();
      happened(next);
    }
    long tokens = 0;
    for (int length : lengths) {
      tokens += length;
    }
    double paid = fleet.workers() * now * fleet.engine().full();
    return new Result(now, count, lost, tokens, drawn, tokens / paid);
  }

  private void happened(Event event) {
    Worker worker = event.worker();
    switch (event.what()) {
      case UP -> up(worker);
      case FAULT -> {
        if (event.state() == worker.life) {
          fault(worker);
        }
      }
      case BEGIN -> {
        if (event.state() == worker.life) {
          begin(worker, event.slot());
        }
      }
      case ROW -> {
        if (event.state() == worker.pace) {
          endRows(worker);
        }
      }
    }
  }

  private void up(Worker worker) {
    worker.since = now;
    if (Double.isFinite(fleet.faults().every())) {
      double u = Rng.uniform(seed, FAULTS, worker.number, (int) worker.life);
      happen(now - Math.log1p(-u) * fleet.faults().every(), worker, What.FAULT, 0, worker.life);
    }
    for (int slot = 0; slot < fleet.slots(); slot++) {
      free.add(worker.place(slot));
    }
    hand();
  }

  /// Hands chunks that wait to slots that are free.
  private void hand() {
    while (!waiting.isEmpty() && !free.isEmpty()) {
      int place = free.removeFirst();
      Worker worker = workers.get(place % fleet.workers());
      int slot = place / fleet.workers();
      worker.chunks[slot] = waiting.removeFirst();
      happen(now + fleet.overhead(), worker, What.BEGIN, slot, worker.life);
    }
  }

  private void begin(Worker worker, int slot) {
    int from = worker.chunks[slot] * chunk;
    int to = Math.min(lengths.length, from + chunk);
    worker.read();
    worker.left[slot] = to - from;
    for (int i = from; i < to; i++) {
      worker.queue.addLast(new Sample(slot, lengths[i]));
    }
    worker.go();
  }

  /// Ends the rows whose last token is drawn.
  private void endRows(Worker worker) {
    worker.read();
    worker.clock = worker.rows.element().end(); // without the rounding of times
    while (!worker.rows.isEmpty() && worker.rows.element().end() <= worker.clock) {
      int slot = worker.rows.remove().slot();
      if (--worker.left[slot] == 0) {
        committed++;
        worker.chunks[slot] = -1;
        free.add(worker.place(slot));
      }
    }
    worker.go();
    hand();
  }

  private void fault(Worker worker) {
    worker.read();
    worker.life++;
    worker.pace++;
    worker.rows.clear();
    worker.queue.clear();
    for (int slot = fleet.slots() - 1; slot >= 0; slot--) {
      free.remove(worker.place(slot));
      if (worker.chunks[slot] >= 0) {
        lost++;
        waiting.addFirst(worker.chunks[slot]);
        worker.chunks[slot] = -1;
      }
    }
    happen(now + fleet.faults().recover(), worker, What.UP, 0, worker.life);
    hand();
  }
}
