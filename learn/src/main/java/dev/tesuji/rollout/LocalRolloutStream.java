package dev.tesuji.rollout;

import dev.tesuji.env.Env;
import dev.tesuji.generate.Completion;
import dev.tesuji.generate.EngineCapacity;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.generate.GenerationMemory;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.PromptLookup;
import dev.tesuji.generate.PromptReading;
import dev.tesuji.generate.RandomKey;
import dev.tesuji.generate.Sampling;
import dev.tesuji.kernel.Profile;
import dev.tesuji.random.Rng;
import dev.tesuji.weights.LoadedModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Rollouts by an engine of their own: [#next] drives it until a group is complete.
///
/// First turns are all in the engine at once; a judge works on a response as soon as its episode is
/// over. An episode whose environment works is not in the engine, where others go on. Where a row's
/// numbers do not depend on the batch, further turns join some at a time, as they are answered.
/// Elsewhere they go in together, in the order of the problems, when the engine has finished those
/// before. Either way nothing that is sampled depends on how fast an environment answers, and a run
/// that is repeated stays the same to the last bit.
final class LocalRolloutStream implements RolloutStream {
  private static final int JOIN_TOGETHER = 16; // a share of what is drawn

  private final LoadedModel model;
  private final Env env;
  private final RolloutSettings settings;
  private final int count; // groups
  private final List<GroupRun> groups = new ArrayList<>();
  private final BlockingQueue<Optional<GroupRun>> ready = new LinkedBlockingQueue<>();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("episodes-", 0).factory());
  private final @Nullable TurnEngine engine; // null without problems
  private final BlockingQueue<Optional<EpisodeRun>> answered = new LinkedBlockingQueue<>();
  private final List<EpisodeRun> late = new ArrayList<>(); // that go on, and have not yet
  private final EpisodeRun.Helpers helpers;
  private int asked; // episodes whose environment has not answered, as far as noted
  private int drawing; // turns in the engine
  private int given; // groups that were handed over
  private long waited; // nanoseconds
  private volatile boolean cancelled;
  private final AtomicReference<PromptLookup.Counts> lookups; // of all streams

  LocalRolloutStream(
      LocalRolloutSampler.Parts parts, List<PosedProblem> problems, RolloutSettings settings) {
    model = parts.model();
    env = parts.env();
    lookups = parts.lookups();
    this.settings = settings;
    count = problems.size();
    helpers = new EpisodeRun.Helpers(threads, parts.judge(), e -> answered.add(Optional.of(e)));
    for (PosedProblem posed : problems) {
      groups.add(
          new GroupRun(
              posed, settings, env, model.completionText(), g -> ready.add(Optional.of(g))));
    }
    engine = problems.isEmpty() ? null : openEngine(parts.engines());
    try {
      groups.forEach(this::begin);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private TurnEngine openEngine(TurnEngines engines) {
    int longest = groups.stream().mapToInt(g -> firstPrompt(g.posed()).length).max().orElseThrow();
    int positions = model.decoder().config().maxPositions();
    long samples = (long) count * settings.samples();
    int rows = GenerationMemory.rows(model.decoder(), samples, settings.maxNewTokens());
    return engines.open(
        model,
        new EngineCapacity(
            rows,
            env.turns() == 1 ? longest : Math.max(longest, positions - 1),
            settings.maxNewTokens(),
            Integer.MAX_VALUE,
            PromptReading.WHOLE,
            settings.eightBit()));
  }

  private static int[] firstPrompt(PosedProblem posed) {
    return posed.prefill().length == 0
        ? posed.prompt()
        : IntStream.concat(IntStream.of(posed.prompt()), IntStream.of(posed.prefill())).toArray();
  }

  /// Submits the first turns of a group, which read one prompt.
  private void begin(GroupRun group) {
    int[] prompt = firstPrompt(group.posed());
    int samples = settings.samples();
    List<EpisodeRun> episodes = group.episodes();
    submit(request(prompt, settings.sampling(), samples, episodes.getFirst()), episodes);
    EpisodeRun greedy = group.greedy();
    if (greedy != null) {
      submit(request(prompt, Sampling.GREEDY, 1, greedy), List.of(greedy));
    }
  }

  /// Makes a request for a turn.
  ///
  /// @param first the episode whose turn it is, or the first of several
  private GenerationRequest request(
      int[] prompt, Sampling sampling, int samples, EpisodeRun first) {
    int turn = first.trajectory().turns();
    long seed = turn == 0 ? settings.seed() : Rng.derive(settings.seed(), turn);
    int left = settings.maxNewTokens() - first.trajectory().sampledLength();
    Limits limits = new Limits(left, model.endTokens(), Set.of(), env.turnEnds());
    RandomKey key = new RandomKey(seed, first.group.posed().id(), first.sample);
    return new GenerationRequest(prompt, samples, sampling, limits, key);
  }

  private void submit(GenerationRequest request, List<EpisodeRun> episodes) {
    requireEngine().submit(request, turn -> took(episodes.get(turn.sample()), turn));
    drawing += episodes.size();
  }

  private void took(EpisodeRun episode, Completion turn) {
    drawing--;
    if (turn.reason() != FinishReason.CANCELLED) {
      asked++;
      episode.take(turn, helpers);
    }
  }

  private TurnEngine requireEngine() {
    if (engine == null) {
      throw new IllegalStateException("there is nothing to sample");
    }
    return engine;
  }

  @Override
  public Optional<Group> next() {
    while (!cancelled && given < count) {
      Optional<GroupRun> complete = ready.poll();
      if (complete == null && !advance()) {
        complete = await();
      }
      if (complete != null && complete.isPresent()) {
        given++;
        return Optional.of(complete.get().group());
      }
    }
    return Optional.empty();
  }

  /// Generates a token more, or begins next turns.
  ///
  /// @return false when all that is left is to wait for judges
  private boolean advance() {
    TurnEngine running = requireEngine();
    if (running.takesLateRequests()) {
      noteAnswers();
      goOnWithLate(Math.max(1, drawing / JOIN_TOGETHER));
    }
    if (running.hasWork()) {
      running.step();
      return true;
    }
    if (asked == 0) {
      running.close(); // judges may need the memory
      return false;
    }
    awaitAnswers(running.takesLateRequests());
    goOnWithLate(1);
    return true;
  }

  /// Notes the answers that are there.
  private void noteAnswers() {
    List<Optional<EpisodeRun>> there = new ArrayList<>();
    answered.drainTo(there);
    there.forEach(this::note);
  }

  private void note(Optional<EpisodeRun> answer) {
    if (answer.isPresent()) {
      asked--;
      if (answer.get().awaitObservation()) {
        late.add(answer.get());
      }
    }
  }

  /// Waits until some episode goes on, or all are answered, or the stream is cancelled.
  private void awaitAnswers(boolean some) {
    try {
      while (asked > 0 && !(some && !late.isEmpty()) && !cancelled) {
        note(answered.take());
        noteAnswers();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cancel();
    }
  }

  /// Begins the next turns of those who have one, in the order of the problems.
  ///
  /// @param fewest where fewer have one, they wait for others: contexts are read together
  private void goOnWithLate(int fewest) {
    if (late.size() < fewest || cancelled) {
      return;
    }
    Set<EpisodeRun> all = new HashSet<>(late);
    late.clear();
    groups.stream().flatMap(g -> g.all().stream()).filter(all::contains).forEach(this::goOn);
  }

  /// Submits the next turn of an episode, or ends it where no room is left.
  private void goOn(EpisodeRun episode) {
    int[] prompt = episode.trajectory().context();
    boolean full =
        prompt.length >= model.decoder().config().maxPositions()
            || episode.trajectory().sampledLength() >= settings.maxNewTokens();
    if (full) {
      asked++;
      episode.cutOff(helpers);
      return;
    }
    boolean greedy = episode.equals(episode.group.greedy());
    submit(
        request(prompt, greedy ? Sampling.GREEDY : settings.sampling(), 1, episode),
        List.of(episode));
  }

  private Optional<GroupRun> await() {
    long start = System.nanoTime();
    try (Profile.Span _ = Profile.span("grading")) {
      return ready.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cancel();
      return Optional.empty();
    } finally {
      waited += System.nanoTime() - start;
    }
  }

  @Override
  public double secondsWaited() {
    return waited / 1e9;
  }

  @Override
  public void cancel() {
    cancelled = true;
    ready.add(Optional.empty()); // wakes a reader that waits for judges
    answered.add(Optional.empty()); // or for environments
  }

  @Override
  public void close() {
    cancelled = true;
    threads.shutdownNow();
    if (engine != null) {
      engine.close();
      lookups.accumulateAndGet(engine.lookups(), PromptLookup.Counts::plus);
    }
    groups.forEach(GroupRun::close);
  }
}
