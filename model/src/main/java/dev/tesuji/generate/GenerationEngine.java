package dev.tesuji.generate;

import dev.tesuji.compute.Decoding;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.compute.PromptKey;
import dev.tesuji.compute.PromptReader.KeptPrompts;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.Lora;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.text.Tokenizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Generates completions for requests that come and go, all in one batch.
///
/// Any thread may [#submit] and cancel. One thread drives: it calls [#step] until nothing is left
/// ([#drain]), or has the engine wait for work and step by itself ([#serve]). The weights must not
/// change while an engine is open: it keeps them in the form that it computes with.
public final class GenerationEngine implements AutoCloseable {
  /// The most prompt tokens read in one pass.
  public static final int PREFILL_TOKENS = 8192;

  private final CausalLm model;
  private final List<Lora> adapters;
  private final EngineCapacity capacity;
  private final RequestChecks checks;
  private final RunningBatch batch; // used by who holds `driver`
  private final ReentrantLock driver = new ReentrantLock();
  private final ReentrantLock lock = new ReentrantLock(); // guards all below; never held for long
  private final Condition changed = lock.newCondition();
  private final Deque<Row> waiting = new ArrayDeque<>();
  private final Deque<PromptScoring> unscored = new ArrayDeque<>();
  private boolean cancelled; // whether some request has been since the last step
  private boolean full; // whether rows are free and what they might come to is not
  private boolean stopped;
  private boolean closed;
  private volatile int running;
  private volatile boolean scoring;
  private volatile KeptPrompts kept = KeptPrompts.NONE;
  private volatile PromptLookup.Counts lookups = PromptLookup.Counts.NONE;

  /// Takes the memory of an engine.
  ///
  /// @param tokenizer writes the text in which stop strings are looked for; null where no request
  ///   has any
  public GenerationEngine(CausalLm model, @Nullable Tokenizer tokenizer, EngineCapacity capacity) {
    this(model, tokenizer, capacity, List.of());
  }

  /// Takes the memory of an engine whose requests may go past adapters.
  ///
  /// @param adapters taken from the model ([CausalLm#detachAdapters]); requests name them by their
  ///   places, from 1. There may be some only where [dev.tesuji.compute.Compute#takesAdapters]
  public GenerationEngine(
      CausalLm model, @Nullable Tokenizer tokenizer, EngineCapacity capacity, List<Lora> adapters) {
    this(model, tokenizer, capacity, adapters, new MeasuredTokenPrice());
  }

  /// Takes the memory of an engine that is told what it costs to read a token beside others.
  GenerationEngine(
      CausalLm model,
      @Nullable Tokenizer tokenizer,
      EngineCapacity capacity,
      List<Lora> adapters,
      TokenPrice price) {
    this.model = model;
    this.adapters = List.copyOf(adapters);
    boolean inParts = capacity.reading().inParts() || !adapters.isEmpty();
    ModelConfig config = model.config();
    this.capacity = capacity;
    checks = new RequestChecks(config, capacity, adapters.size(), tokenizer != null);
    int newTokens = Math.min(Math.max(1, config.maxPositions() - 1), capacity.newTokens());
    DecodingCapacity room =
        new DecodingCapacity(
            capacity.rows(),
            capacity.longestPrompt(),
            newTokens,
            capacity.reading().kept(),
            capacity.eightBit());
    try (NoGrad _ = NoGrad.on()) {
      Decoding decoding = model.decoding(room, this.adapters);
      RunningBatch.Parts parts =
          new RunningBatch.Parts(
              decoding, tokenizer, config.layers(), inParts, capacity.promptLookup(), price);
      batch = new RunningBatch(parts, config.maxPositions());
    }
  }

  /// Generates all completions of some requests, on this thread.
  ///
  /// @param rows the most samples at once
  /// @return the completions in the order of the requests, the samples of one side by side
  /// @throws IllegalArgumentException when a request cannot be met
  public static List<Completion> generate(
      CausalLm model, List<GenerationRequest> requests, int rows) {
    return requests.isEmpty()
        ? List.of()
        : generate(model, requests, EngineCapacity.of(requests, rows));
  }

  /// Generates samples for all requests in an engine of some room that is closed then.
  ///
  /// @return the samples of the first request, then those of the second, and so on
  public static List<Completion> generate(
      CausalLm model, List<GenerationRequest> requests, EngineCapacity room) {
    List<Completion[]> all = new ArrayList<>();
    try (GenerationEngine engine = new GenerationEngine(model, null, room)) {
      for (GenerationRequest request : requests) {
        Completion[] own = new Completion[request.samples()];
        all.add(own);
        engine.submit(request, c -> own[c.sample()] = c);
      }
      engine.drain();
    }
    return all.stream().flatMap(Arrays::stream).toList();
  }

  /// Takes a request; its samples begin as rows become free, in the order of the requests.
  ///
  /// @param listener gets its tokens and completions, on the thread that drives
  /// @throws IllegalArgumentException when it cannot be met by this model or this engine
  /// @throws EngineFull when more samples would wait than may
  /// @throws IllegalStateException when the engine is closed
  public Generation submit(GenerationRequest request, GenerationListener listener) {
    checks.check(request);
    Generation generation = new Generation(request, listener, this::noteCancelled);
    List<Row> rows = new ArrayList<>();
    for (int s = 0; s < request.samples(); s++) {
      rows.add(new Row(generation, s));
    }
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the engine is closed");
      }
      int free = full ? 0 : Math.max(0, capacity.rows() - running);
      long wait = (long) waiting.size() + request.samples() - free;
      if (wait > capacity.waiting()) {
        throw new EngineFull(
            "at most "
                + capacity.waiting()
                + " samples may wait, and with this request it would be "
                + wait
                + "; try again later");
      }
      waiting.addAll(rows);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    return generation;
  }

  /// Takes a request whose tokens another thread reads one by one.
  ///
  /// @throws IllegalArgumentException as [#submit(GenerationRequest, GenerationListener)] does
  public GenerationStream submit(GenerationRequest request) {
    return new GenerationStream(request.samples(), listener -> submit(request, listener));
  }

  /// Takes a text whose log-probabilities are asked for; it is read as prompts are.
  ///
  /// @param tokens at least one
  /// @param top for how many of the most likely tokens the log-probability is told
  /// @param key the adapter that they are read past, and with whom their reading may be shared
  /// @return completed on the thread that drives; by an [IllegalStateException] when the engine is
  ///   closed before. Who cancels it has it forgotten
  public CompletableFuture<PromptScores> score(int[] tokens, int top, PromptKey key) {
    checks.check(tokens, key.adapter());
    PromptScoring wanted = new PromptScoring(tokens, top, key);
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the engine is closed");
      }
      unscored.add(wanted);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    return wanted.answer;
  }

  /// Begins to score the next text, one at a time.
  private void scoreOne() {
    if (batch.scorings() > 0) {
      return;
    }
    PromptScoring next;
    lock.lock();
    try {
      do {
        next = unscored.poll();
      } while (next != null && next.isOver());
      scoring = next != null;
    } finally {
      lock.unlock();
    }
    if (next == null) {
      return;
    }
    if (batch.readsParts()) {
      batch.score(next);
      return;
    }
    try {
      PromptScores.read(model, next); // adapters go with kernels, which read in parts
    } catch (RuntimeException e) {
      next.fail(e);
    }
  }

  /// Lets the samples of cancelled requests go, begins as many waiting ones as there is room for,
  /// and generates one token for those that run, or more where such as were proposed are drawn.
  ///
  /// @return whether anything runs or waits after that
  /// @throws RuntimeException what a listener threw; the engine goes on
  public boolean step() {
    requireOutside();
    driver.lock();
    try {
      advance();
      RuntimeException thrown = batch.takeFailure();
      if (thrown != null) {
        throw thrown;
      }
    } finally {
      driver.unlock();
    }
    return hasWork();
  }

  private void advance() {
    boolean whole = false;
    try (NoGrad _ = NoGrad.on()) {
      scoreOne();
      dropCancelled();
      for (List<Row> fresh = take(); !fresh.isEmpty(); fresh = take()) {
        batch.admit(fresh);
      }
      if (batch.hasWork()) {
        batch.step();
      }
      whole = true;
    } finally {
      running = batch.size();
      scoring = batch.scorings() > 0;
      kept = batch.kept();
      lookups = batch.lookups();
      if (!whole) { // the rows may be in any state
        end();
      }
    }
  }

  private void dropCancelled() {
    batch.dropOver();
    List<Row> dropped = new ArrayList<>();
    lock.lock();
    try {
      if (!cancelled) {
        return;
      }
      cancelled = false;
      for (Iterator<Row> all = waiting.iterator(); all.hasNext(); ) {
        Row row = all.next();
        if (row.generation.isCancelled()) {
          all.remove();
          dropped.add(row);
        }
      }
    } finally {
      lock.unlock();
    }
    batch.dropCancelled();
    dropped.forEach(row -> batch.finish(row, FinishReason.CANCELLED));
  }

  /// Takes the next waiting rows: as many as there is room for with all that may follow them, and
  /// no more than can be read in one pass.
  private List<Row> take() {
    List<Row> rows = new ArrayList<>();
    lock.lock();
    try {
      int room = batch.free();
      long held = waiting.isEmpty() ? 0 : batch.most();
      int tokens = 0;
      full = false;
      while (rows.size() < room && !waiting.isEmpty()) {
        Row next = waiting.element();
        boolean shared = !rows.isEmpty() && next.shares(rows.getLast());
        int fresh = shared ? 0 : next.prompt().length;
        boolean whole = !batch.readsParts();
        if (whole && !rows.isEmpty() && !shared && tokens + fresh > PREFILL_TOKENS) {
          break;
        }
        full = held > 0 && held + next.most() > capacity.tokens();
        if (full) {
          break;
        }
        held += next.most();
        tokens += fresh;
        rows.add(waiting.remove());
      }
      running = batch.size() + rows.size();
    } finally {
      lock.unlock();
    }
    return rows;
  }

  /// Steps until all requests are finished.
  public void drain() {
    boolean more = hasWork();
    while (more) {
      more = step();
    }
  }

  /// Steps whenever there is work, and waits while there is none, until [#stop] is called.
  public void serve() {
    while (awaitWork()) {
      step();
    }
  }

  /// Makes [#serve] return after the step it is in. Safe to call from any thread.
  public void stop() {
    lock.lock();
    try {
      stopped = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean awaitWork() {
    lock.lock();
    try {
      while (!stopped && !closed && isIdle()) {
        changed.awaitUninterruptibly();
      }
      return !stopped && !closed;
    } finally {
      lock.unlock();
    }
  }

  private void noteCancelled() {
    lock.lock();
    try {
      cancelled = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Returns how many samples are being generated.
  public int running() {
    return running;
  }

  /// Returns what is kept of prompts, and how often it was of use, as of the last step.
  public KeptPrompts kept() {
    return kept;
  }

  /// Returns how many tokens were proposed, and how many of them were drawn, as of the last step.
  public PromptLookup.Counts lookups() {
    return lookups;
  }

  /// Returns whether tokens are proposed: some are asked for, and the model's arithmetic can read
  /// several at once.
  public boolean looksUp() {
    return batch.looksUp();
  }

  /// Returns how many samples wait for a row.
  public int waiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /// Returns whether anything runs or waits.
  public boolean hasWork() {
    lock.lock();
    try {
      return !isIdle();
    } finally {
      lock.unlock();
    }
  }

  private boolean isIdle() {
    return running == 0 && !scoring && waiting.isEmpty() && unscored.isEmpty();
  }

  /// Returns whether it is closed: by [#close], or by a step that failed half way.
  public boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private void requireOutside() {
    if (driver.isHeldByCurrentThread()) {
      throw new IllegalStateException("a listener must neither step nor close the engine");
    }
  }

  /// Cancels what is left and frees the memory; waits for the step that another thread is in.
  @Override
  public void close() {
    requireOutside();
    driver.lock();
    try {
      end();
    } finally {
      driver.unlock();
    }
  }

  private void end() {
    List<Row> left;
    List<PromptScoring> never;
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      left = List.copyOf(waiting);
      waiting.clear();
      never = List.copyOf(unscored);
      unscored.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    left.forEach(row -> batch.finish(row, FinishReason.CANCELLED));
    never.forEach(s -> s.fail(new IllegalStateException("the engine is closed")));
    batch.close();
    running = 0;
    scoring = false;
  }
}
