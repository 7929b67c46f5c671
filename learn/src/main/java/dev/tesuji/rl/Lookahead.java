package dev.tesuji.rl;

import static java.util.Objects.requireNonNull;

import dev.tesuji.json.Json;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.rl.Collector.Collected;
import dev.tesuji.rollout.Group;
import dev.tesuji.rollout.GroupJson;
import dev.tesuji.weights.LoadedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Draws batches ahead of the policy that learns from them ([Staleness]).
///
/// Before the policy learns from batch t, its weights are those of step t, and batch t + k may be
/// drawn with them. By turns, that is done at once. Beside the learning, a thread draws one batch
/// after the other with a model of its own, from copies of the weights.
///
/// A checkpoint keeps the batches that are drawn, and for those that are not the weights that will
/// draw them, so that it never waits, and is whole also where a judge has failed.
final class Lookahead implements AutoCloseable {
  private static final String FOLDER = "ahead";
  private static final String STATE = "ahead.json";

  private final Collector collector;
  private final LoadedModel policy;
  private final RlTrainer.@Nullable Behaviour behaviour; // null to draw by turns
  private final int lag;
  private final int steps;
  private final Deque<Ahead> ready = new ArrayDeque<>();
  private final NavigableMap<Integer, WeightSnapshot> weights = new TreeMap<>(); // by their steps
  private final ObjectNode settled = Json.MAPPER.createObjectNode(); // the collector's at `next`
  private int next; // the first batch that is not drawn
  private int allowed; // the first batch whose weights do not exist yet
  private @Nullable Throwable failure; // of the thread that draws
  private boolean closed;
  private @Nullable Thread drawer;

  /// A batch that was drawn.
  ///
  /// @param step that learns from it
  /// @param weights the step whose weights drew it
  /// @param collected its groups
  /// @param waited seconds for which nothing was drawn before it, for want of weights
  private record Ahead(int step, int weights, Collected collected, double waited) {
    Taken taken(double learnerWaited) {
      return new Taken(collected, step - weights, waited, learnerWaited);
    }
  }

  /// A batch whose turn has come.
  ///
  /// @param collected its groups
  /// @param age how many steps older than the policy the weights were that drew it
  /// @param drawerWaited seconds for which nothing was drawn before it, for want of weights
  /// @param learnerWaited seconds for which the policy did not learn, for want of the batch
  record Taken(Collected collected, int age, double drawerWaited, double learnerWaited) {}

  /// @param behaviour draws beside the learning; null to draw by turns, with the policy itself
  Lookahead(
      Collector collector,
      LoadedModel policy,
      RlTrainer.@Nullable Behaviour behaviour,
      RlConfig config) {
    this.collector = collector;
    this.policy = policy;
    this.behaviour = behaviour;
    lag = config.lag();
    steps = config.steps();
    collector.putState(settled);
  }

  /// Lets weights draw what they may, and waits for the batch of a step.
  ///
  /// @param step whose weights the policy has; one after the other
  /// @throws dev.tesuji.reward.RewardFailure when a judgement cannot be had at all; nothing has
  ///   changed then, and [#save] keeps everything
  Taken take(int step) {
    int end = Math.min(steps, step + lag + 1);
    if (behaviour == null) {
      allowed = Math.max(allowed, end);
      long start = System.nanoTime();
      while (next < allowed) {
        draw(step, 0);
      }
      return ready.removeFirst().taken(seconds(start));
    }
    return await(step, end);
  }

  private synchronized Taken await(int step, int end) {
    if (allowed < end) {
      weights.put(step, WeightSnapshot.of(policy.decoder()));
      allowed = end;
      notifyAll();
    }
    if (drawer == null) {
      drawer = Thread.ofPlatform().daemon().name("rollouts-ahead").start(this::drawAll);
    }
    long start = System.nanoTime();
    waitWhile(() -> ready.isEmpty() && failure == null);
    if (ready.isEmpty()) {
      throw failed();
    }
    return ready.removeFirst().taken(seconds(start));
  }

  private RuntimeException failed() {
    return switch (failure) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      case null -> new IllegalStateException("nothing has failed");
      case Throwable e -> new IllegalStateException(e);
    };
  }

  /// Waits while something holds, which is asked with the lock in hand.
  private synchronized void waitWhile(BooleanSupplier holds) {
    try {
      while (holds.getAsBoolean()) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("told to stop while waiting for a batch", e);
    }
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  /// Draws what may be drawn until it is closed, or until that fails.
  private void drawAll() {
    CausalLm own = requireNonNull(behaviour).model().decoder();
    try {
      int worn = -1;
      while (true) {
        long start = System.nanoTime();
        Map.Entry<Integer, WeightSnapshot> wanted = nextWeights();
        if (wanted == null) {
          return;
        }
        double waited = seconds(start);
        if (wanted.getKey() != worn) {
          wanted.getValue().copyTo(own);
          worn = wanted.getKey();
        }
        draw(worn, waited);
      }
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  private synchronized void fail(Throwable why) {
    failure = why;
    notifyAll();
  }

  /// Waits for weights that the next batch may be drawn with; null when it is closed.
  private synchronized Map.@Nullable Entry<Integer, WeightSnapshot> nextWeights() {
    waitWhile(() -> !closed && next == allowed);
    // Of a stage that was lengthened in its last steps, the first ones are gone: the next will do.
    return closed ? null : requireNonNull(weights.ceilingEntry(version(next)));
  }

  private int version(int step) {
    return Math.max(0, step - lag);
  }

  /// Draws the next batch.
  ///
  /// @param step whose weights draw
  private void draw(int step, double waited) {
    Collected collected = collector.next();
    synchronized (this) {
      ready.addLast(new Ahead(next, step, collected, waited));
      next++;
      settled.removeAll();
      collector.putState(settled);
      NavigableMap<Integer, WeightSnapshot> spent = weights.headMap(version(next), false);
      spent.values().forEach(WeightSnapshot::close);
      spent.clear();
      notifyAll();
    }
  }

  /// Writes everything that it knows to a folder of the checkpoint's.
  synchronized void save(Path folder) {
    Path own = folder.resolve(FOLDER);
    try {
      Files.createDirectories(own);
      ObjectNode state = settled.deepCopy().put("next", next).put("allowed", allowed);
      ArrayNode drawn = state.putArray("drawn");
      for (Ahead batch : ready) {
        drawn.add(batch.step());
        Files.writeString(batchFile(own, batch.step()), Json.line(json(batch)));
      }
      ArrayNode versions = state.putArray("weights");
      for (Map.Entry<Integer, WeightSnapshot> version : weights.entrySet()) {
        versions.add(version.getKey());
        version.getValue().save(weightsFile(own, version.getKey()));
      }
      Files.writeString(own.resolve(STATE), Json.pretty(state));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Takes up what [#save] wrote, before the first batch is taken.
  synchronized void restore(Path folder) {
    Path own = folder.resolve(FOLDER);
    ObjectNode state = Json.readObject(own.resolve(STATE));
    collector.restore(state);
    settled.removeAll();
    collector.putState(settled);
    next = state.path("next").asInt();
    allowed = state.path("allowed").asInt();
    for (JsonNode step : state.path("drawn")) {
      ready.addLast(batch(Json.readObject(batchFile(own, step.asInt()))));
    }
    for (JsonNode version : state.path("weights")) {
      Path file = weightsFile(own, version.asInt());
      weights.put(version.asInt(), WeightSnapshot.read(file, policy.decoder()));
    }
  }

  private static Path batchFile(Path folder, int step) {
    return folder.resolve(String.format(Locale.ROOT, "batch-%06d.json", step));
  }

  private static Path weightsFile(Path folder, int step) {
    return folder.resolve(String.format(Locale.ROOT, "weights-%06d.safetensors", step));
  }

  private static ObjectNode json(Ahead batch) {
    Collected c = batch.collected();
    ObjectNode json = Json.MAPPER.createObjectNode().put("step", batch.step());
    json.put("weights", batch.weights());
    json.put("position", c.position()).put("seconds", c.seconds()).put("graded", c.graded());
    json.put("waited", batch.waited());
    ObjectNode order = json.putObject("order");
    c.order().forEach(order::put);
    ArrayNode kept = json.putArray("kept");
    c.kept().forEach(g -> kept.add(GroupJson.of(g)));
    ArrayNode flat = json.putArray("flat");
    c.flat().forEach(g -> flat.add(GroupJson.of(g)));
    return json;
  }

  private static Ahead batch(JsonNode json) {
    Map<String, Double> order = new LinkedHashMap<>();
    json.path("order").properties().forEach(e -> order.put(e.getKey(), e.getValue().asDouble()));
    return new Ahead(
        json.path("step").asInt(),
        json.path("weights").asInt(),
        new Collected(
            groups(json.path("kept")),
            groups(json.path("flat")),
            json.path("position").asLong(),
            order,
            json.path("seconds").asDouble(),
            json.path("graded").asDouble(0)),
        json.path("waited").asDouble());
  }

  private static List<Group> groups(JsonNode json) {
    List<Group> groups = new ArrayList<>();
    json.forEach(g -> groups.add(GroupJson.read(g)));
    return groups;
  }

  /// Gives up what is being drawn, and frees the copies of weights.
  @Override
  public void close() {
    Thread running;
    synchronized (this) {
      closed = true;
      running = drawer;
      notifyAll();
    }
    collector.cancel();
    if (running != null) {
      try {
        running.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    weights.values().forEach(WeightSnapshot::close);
    weights.clear();
  }
}
