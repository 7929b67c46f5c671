package dev.tesuji.curriculum;

import dev.tesuji.dataset.EpochOrder;
import dev.tesuji.env.Task;
import dev.tesuji.json.Json;
import dev.tesuji.random.Rng;
import dev.tesuji.rollout.Group;
import dev.tesuji.rollout.PosedProblem;
import dev.tesuji.rollout.ProblemSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The problems of a task whose pass rates were measured, in the order of a curriculum.
///
/// Towards a target, the problems of a step are drawn by weight without putting one back: the
/// problem i has the key ln(u_i) / w_i with u_i of chance, and those with the largest keys come
/// first ([Efraimidis and Spirakis, 2006](https://doi.org/10.1016/j.ipl.2005.11.003)).
public final class MeasuredProblems implements ProblemSource {
  private final ProblemSource stream;
  private final List<PassRates.Measured> pool;
  private final @Nullable Curriculum curriculum;
  private final long seed;
  private final EpochOrder shuffled;
  private final int[] easyToHard;
  private final Map<Long, Integer> byId = new HashMap<>();
  private final PassRateEstimate[] estimates;
  private long base; // the position from which on `drawn` counts
  private int[] drawn = {};

  /// Makes a source.
  ///
  /// @param stream the stream whose first problems were measured
  /// @param pool the problems that are posed
  /// @param curriculum their order; null to shuffle them
  /// @param seed of the order
  public MeasuredProblems(
      ProblemSource stream,
      List<PassRates.Measured> pool,
      @Nullable Curriculum curriculum,
      long seed) {
    this.stream = stream;
    this.pool = List.copyOf(pool);
    this.curriculum = curriculum;
    this.seed = seed;
    shuffled = new EpochOrder(pool.size(), seed);
    easyToHard =
        IntStream.range(0, pool.size())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -pool.get(i).passRate()))
            .mapToInt(i -> i)
            .toArray();
    estimates = new PassRateEstimate[pool.size()];
    for (int i = 0; i < estimates.length; i++) {
      byId.put(pool.get(i).id(), i);
      estimates[i] = new PassRateEstimate(pool.get(i).correct(), pool.get(i).judged());
    }
    draw();
  }

  @Override
  public Task task() {
    return stream.task();
  }

  @Override
  public int touched() {
    return stream.touched();
  }

  @Override
  public long size() {
    return pool.size();
  }

  @Override
  public PosedProblem at(long position) {
    PosedProblem posed = stream.at(pool.get(index(position)).position());
    return new PosedProblem(position, posed.problem(), posed.prompt(), posed.prefill());
  }

  private int index(long position) {
    return switch (curriculum) {
      case null -> (int) shuffled.at(position);
      case Curriculum.EasyToHard _ -> easyToHard[(int) (position % easyToHard.length)];
      case Curriculum.Learnability _ -> drawn[(int) ((position - base) % drawn.length)];
    };
  }

  /// Draws the order from the base on.
  private void draw() {
    if (!(curriculum instanceof Curriculum.Learnability rule)) {
      return;
    }
    double[] keys = new double[estimates.length];
    for (int i = 0; i < keys.length; i++) {
      double weight = rule.weight(estimates[i].rate());
      double chance = Rng.uniform(seed, base, i, 0);
      keys[i] = weight == 0 ? Double.NEGATIVE_INFINITY : Math.log(chance) / weight;
    }
    drawn =
        IntStream.range(0, keys.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -keys[i]))
            .mapToInt(i -> i)
            .toArray();
  }

  @Override
  public void learn(long position, List<Group> groups) {
    if (!(curriculum instanceof Curriculum.Learnability rule)) {
      return;
    }
    for (Group group : groups) {
      Integer i = byId.get(group.problem().id());
      if (i != null) {
        estimates[i] =
            estimates[i].after((double) group.correct(), group.rollouts().size(), rule.discount());
      }
    }
    base = position;
    draw();
  }

  @Override
  public Map<String, Double> metrics() {
    return curriculum instanceof Curriculum.Learnability
        ? Map.of(
            "curriculum/pass_rate",
            Arrays.stream(estimates).mapToDouble(PassRateEstimate::rate).average().orElse(0))
        : Map.of();
  }

  @Override
  public Optional<ObjectNode> state() {
    if (!(curriculum instanceof Curriculum.Learnability)) {
      return Optional.empty();
    }
    ObjectNode state = Json.MAPPER.createObjectNode().put("base", base);
    Estimates.put(state.putArray("pass_rates"), estimates);
    return Optional.of(state);
  }

  @Override
  public void restore(JsonNode state) {
    if (curriculum instanceof Curriculum.Learnability && state.isObject()) {
      base = state.path("base").asLong();
      Estimates.read(state.path("pass_rates"), estimates);
      draw();
    }
  }

  /// The estimates in a checkpoint: right and drawn of each.
  static final class Estimates {
    private Estimates() {}

    static void put(ArrayNode into, PassRateEstimate[] estimates) {
      for (PassRateEstimate e : estimates) {
        into.addArray().add(e.right()).add(e.drawn());
      }
    }

    static void read(JsonNode from, PassRateEstimate[] estimates) {
      for (int i = 0; i < estimates.length; i++) {
        estimates[i] =
            new PassRateEstimate(from.path(i).path(0).asDouble(), from.path(i).path(1).asDouble());
      }
    }
  }
}
