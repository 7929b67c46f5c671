package dev.tesuji.curriculum;

import dev.tesuji.env.TaskMixture;
import dev.tesuji.json.Json;
import dev.tesuji.rollout.Group;
import dev.tesuji.rollout.PosedProblem;
import dev.tesuji.rollout.ProblemSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The problems of several tasks in shares: those of their weights, or those that a curriculum
/// gives them step by step.
///
/// The next problem comes from the task that lags most behind its share, the first of those that
/// lag alike; so shares hold in every stretch of problems, but for rounding. What a task lags is
/// carried over when shares change.
public final class MixedProblems implements ProblemSource {
  private final TaskMixture task;
  private final List<ProblemSource> sources;
  private final Curriculum.@Nullable Learnability rule;
  private final PassRateEstimate[] estimates;
  private final List<Pick> plan = new ArrayList<>(); // from `base` on
  private long base; // the position from which on the shares are what they are
  private Lag lag; // at `base`
  private Lag ahead; // after the plan

  /// A problem that will be posed.
  ///
  /// @param source whose it is
  /// @param position where that source has it
  private record Pick(int source, long position) {}

  /// The state of the shares at a position.
  ///
  /// @param credit how many problems each task lags behind its share
  /// @param given how many it has given
  private record Lag(double[] credit, long[] given) {
    static Lag none(int tasks) {
      return new Lag(new double[tasks], new long[tasks]);
    }

    Lag copy() {
      return new Lag(credit.clone(), given.clone());
    }

    /// Chooses the next problem.
    Pick next(double[] shares) {
      int most = 0;
      for (int k = 0; k < credit.length; k++) {
        credit[k] += shares[k];
        most = credit[k] > credit[most] ? k : most;
      }
      credit[most]--;
      return new Pick(most, given[most]++);
    }
  }

  /// Mixes sources.
  ///
  /// @param sources the problems of each task, in the order of the mixture
  /// @param rule what shares follow besides the weights; null for the weights alone
  public MixedProblems(
      TaskMixture task, List<ProblemSource> sources, Curriculum.@Nullable Learnability rule) {
    this.task = task;
    this.sources = List.copyOf(sources);
    this.rule = rule;
    estimates = new PassRateEstimate[sources.size()];
    Arrays.fill(estimates, PassRateEstimate.NONE);
    lag = Lag.none(sources.size());
    ahead = lag.copy();
  }

  @Override
  public TaskMixture task() {
    return task;
  }

  @Override
  public int touched() {
    return sources.stream().mapToInt(ProblemSource::touched).sum();
  }

  /// Returns how many problems are posed before a task repeats one; without end where shares move.
  @Override
  public long size() {
    if (rule != null) {
      return Long.MAX_VALUE;
    }
    double[] shares = shares();
    double least = Long.MAX_VALUE;
    for (int k = 0; k < shares.length; k++) {
      if (sources.get(k).size() != Long.MAX_VALUE) {
        least = Math.min(least, sources.get(k).size() / shares[k]);
      }
    }
    return (long) least;
  }

  /// Returns the share of each task from now on.
  private double[] shares() {
    double[] weights = new double[sources.size()];
    for (int k = 0; k < weights.length; k++) {
      double learned = rule == null ? 1 : rule.weight(estimates[k].rate());
      weights[k] = task.parts().get(k).weight() * learned;
    }
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(w -> w / sum).toArray();
  }

  @Override
  public PosedProblem at(long position) {
    if (position < base) {
      throw new IllegalArgumentException(
          "position must be at least " + base + ", up to which was learned, got " + position);
    }
    double[] shares = shares();
    while (plan.size() <= position - base) {
      plan.add(ahead.next(shares));
    }
    Pick pick = plan.get(Math.toIntExact(position - base));
    PosedProblem posed = sources.get(pick.source()).at(pick.position());
    return new PosedProblem(
        position,
        posed.problem().ofTask(task.parts().get(pick.source()).name()),
        posed.prompt(),
        posed.prefill());
  }

  @Override
  public void learn(long position, List<Group> groups) {
    double[] shares = shares();
    for (long p = base; p < position; p++) {
      lag.next(shares);
    }
    goOn(position);
    for (int k = 0; k < estimates.length; k++) {
      String name = task.parts().get(k).name();
      List<Group> own = groups.stream().filter(g -> name.equals(g.problem().task())).toList();
      sources.get(k).learn(lag.given()[k], own);
      if (rule != null) {
        double right = own.stream().mapToLong(Group::correct).sum();
        double drawn = own.stream().mapToInt(g -> g.rollouts().size()).sum();
        estimates[k] = estimates[k].after(right, drawn, rule.discount());
      }
    }
  }

  /// Plans anew from a position that the lag is at.
  private void goOn(long position) {
    base = position;
    plan.clear();
    ahead = lag.copy();
  }

  /// Returns the shares, and where tasks are not endless, the epochs of each.
  @Override
  public Map<String, Double> metrics() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    double[] shares = shares();
    for (int k = 0; k < shares.length; k++) {
      String name = task.parts().get(k).name();
      if (rule != null) {
        metrics.put("curriculum/" + name + "/share", shares[k]);
        metrics.put("curriculum/" + name + "/pass_rate", estimates[k].rate());
      }
      if (sources.get(k).size() != Long.MAX_VALUE) {
        metrics.put("epoch/" + name, (double) lag.given()[k] / sources.get(k).size());
      }
    }
    return metrics;
  }

  @Override
  public Optional<ObjectNode> state() {
    ObjectNode state = Json.MAPPER.createObjectNode().put("base", base);
    ArrayNode credit = state.putArray("credit");
    ArrayNode given = state.putArray("given");
    for (int k = 0; k < estimates.length; k++) {
      credit.add(lag.credit()[k]);
      given.add(lag.given()[k]);
    }
    MeasuredProblems.Estimates.put(state.putArray("pass_rates"), estimates);
    ArrayNode inner = state.putArray("tasks");
    sources.forEach(s -> s.state().ifPresentOrElse(inner::add, inner::addNull));
    return Optional.of(state);
  }

  @Override
  public void restore(JsonNode state) {
    if (!state.isObject()) {
      return;
    }
    lag = Lag.none(estimates.length);
    for (int k = 0; k < estimates.length; k++) {
      lag.credit()[k] = state.path("credit").path(k).asDouble();
      lag.given()[k] = state.path("given").path(k).asLong();
      sources.get(k).restore(state.path("tasks").path(k));
    }
    goOn(state.path("base").asLong());
    MeasuredProblems.Estimates.read(state.path("pass_rates"), estimates);
  }
}
