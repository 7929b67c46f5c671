package dev.tesuji.overoptimisation;

import static java.util.Objects.requireNonNull;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.policy.Policy;
import dev.tesuji.reward.Graded;
import dev.tesuji.reward.Grader;
import dev.tesuji.rl.algorithm.Statistics;
import dev.tesuji.rollout.Group;
import dev.tesuji.rollout.PosedProblem;
import dev.tesuji.rollout.Rollout;
import dev.tesuji.rollout.RolloutSampler;
import dev.tesuji.rollout.RolloutSettings;
import dev.tesuji.rollout.RolloutStream;
import dev.tesuji.stage.GoldMetric;
import dev.tesuji.statistics.Interval;
import dev.tesuji.tokenized.MicroBatches;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.train.Metrics;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/// Measures, on held-out problems, what a policy's responses are worth by a gold reward that it is
/// not paid, beside what the proxy pays them and how far the policy has gone from where it started.
///
/// The divergence KL(policy || start) is estimated by the mean of `log π(y) - log π0(y)` over the
/// responses y that the policy wrote: without bias where tokens are drawn from the model's whole
/// distribution.
public final class GoldStandard implements GoldMetric {
  private static final int TOKENS = 4096; // that are scored at once

  private final RolloutSampler sampler;
  private final RolloutSettings settings;
  private final List<PosedProblem> posed;
  private final Grader gold;
  private final LoadedModel start;

  /// A response and what the rewards made of it.
  ///
  /// @param rollout the response, graded by what the policy is paid
  /// @param gold the same response, graded by the gold reward
  private record Measured(Rollout rollout, Graded gold) {
    /// Returns whether both could judge it.
    boolean isWhole() {
      return rollout.graded().trainable() && gold.trainable();
    }

    double paid() {
      return rollout.graded().total();
    }
  }

  /// Prepares the measurement.
  ///
  /// @param sampler samples responses of the policy, which is being trained, graded by what it is
  ///   paid; stays open
  /// @param settings how it responds, once to each problem
  /// @param posed held-out problems
  /// @param gold the gold reward; closed with this
  /// @param start the policy as it started; closed with this
  /// @throws BadInput when there are fewer than two problems
  public GoldStandard(
      RolloutSampler sampler,
      RolloutSettings settings,
      List<PosedProblem> posed,
      Grader gold,
      LoadedModel start) {
    this.sampler = sampler;
    this.settings = settings;
    this.posed = List.copyOf(posed);
    this.gold = gold;
    this.start = start;
    if (posed.size() < 2) {
      throw new BadInput(
          "task '"
              + gold.rewards().task().name()
              + "' must have at least 2 held-out problems to measure the gold reward on, got "
              + posed.size());
    }
  }

  /// Prepares the measurement of a stage.
  public static GoldStandard open(Place place) {
    return new GoldStandard(
        place.paid(), place.settings(), place.problems(), place.gold(), place.start());
  }

  @Override
  public String name() {
    return "gold reward";
  }

  @Override
  public Interval measure(Metrics metrics) {
    List<Measured> all = whole(sample(1));
    if (all.isEmpty()) {
      throw new BadInput("the gold reward could judge none of " + posed.size() + " responses");
    }
    Interval worth = Interval.ofMean(all.stream().mapToDouble(m -> m.gold().total()).toArray());
    metrics.put("eval/gold", worth.mean());
    metrics.put("eval/reward", mean(all.stream().mapToDouble(Measured::paid)));
    metrics.put("eval/kl", divergence(all.stream().map(Measured::rollout).toList()));
    metrics.put(
        "eval/accuracy",
        mean(all.stream().mapToDouble(m -> m.rollout().graded().verdict().isCorrect() ? 1 : 0)));
    metrics.put("eval/length", mean(all.stream().mapToDouble(m -> m.rollout().length())));
    return worth;
  }

  /// Samples responses, and has the gold reward judge a group while others are being sampled.
  ///
  /// @return them by problem, in order
  private List<List<Measured>> sample(int samples) {
    Map<Long, List<Grader.Job>> judged = new HashMap<>();
    Map<Long, Group> groups = new HashMap<>();
    try (RolloutStream stream = sampler.start(posed, settings.withSamples(samples))) {
      for (Optional<Group> g = stream.next(); g.isPresent(); g = stream.next()) {
        long id = g.get().posed().id();
        groups.put(id, g.get());
        judged.put(id, g.get().graded().stream().map(d -> gold.submit(d.response())).toList());
      }
    }
    List<List<Measured>> all = new ArrayList<>();
    for (PosedProblem p : posed) {
      List<Rollout> rollouts = requireNonNull(groups.get(p.id())).rollouts();
      List<Grader.Job> golds = requireNonNull(judged.get(p.id()));
      all.add(
          IntStream.range(0, golds.size())
              .mapToObj(i -> new Measured(rollouts.get(i), golds.get(i).await()))
              .toList());
    }
    return all;
  }

  private static List<Measured> whole(List<List<Measured>> all) {
    return all.stream().flatMap(List::stream).filter(Measured::isWhole).toList();
  }

  private static double mean(DoubleStream values) {
    return values.average().orElse(Double.NaN);
  }

  private double divergence(List<Rollout> rollouts) {
    List<TokenSequence> sequences = rollouts.stream().map(Rollout::sequence).toList();
    Policy before = new Policy(start.decoder(), settings.sampling().temperature());
    double sum = 0;
    for (int[] part : MicroBatches.split(sequences, TOKENS)) {
      List<TokenSequence> some = Arrays.stream(part).mapToObj(sequences::get).toList();
      for (float logProb : before.score(some).logProbs()) {
        sum -= logProb;
      }
    }
    for (Rollout r : rollouts) {
      for (float logProb : r.trajectory().logProbs()) {
        sum += logProb;
      }
    }
    return sum / rollouts.size();
  }

  /// Samples many responses of the policy as it is, before it is trained, and writes what the best
  /// of n by the proxy is worth for n = 1, 2, 4 ... to their number, beside the scale of both
  /// rewards.
  ///
  /// @param samples N, responses per problem
  @Override
  public void writeBestOfN(int samples, Path file) {
    List<List<Measured>> all = sample(samples);
    List<Measured> judged = whole(all);
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("problems", posed.size()).put("samples", samples);
    double[] golds = judged.stream().mapToDouble(m -> m.gold().total()).toArray();
    double[] proxies = judged.stream().mapToDouble(Measured::paid).toArray();
    json.put("gold_mean", Statistics.mean(golds)).put("gold_std", Statistics.deviation(golds));
    json.put("reward_mean", Statistics.mean(proxies));
    json.put("reward_std", Statistics.deviation(proxies));
    for (int n = 1; n <= samples; n *= 2) {
      int size = n;
      List<List<Measured>> enough =
          all.stream()
              .map(of -> of.stream().filter(Measured::isWhole).toList())
              .filter(of -> of.size() >= size)
              .toList();
      if (enough.isEmpty()) {
        break;
      }
      json.withArray("best_of")
          .addObject()
          .put("n", n)
          .put("kl", BestOfN.kl(n))
          .put("gold", mean(enough.stream().mapToDouble(of -> best(of, size, true))))
          .put("reward", mean(enough.stream().mapToDouble(of -> best(of, size, false))));
    }
    SafeFiles.replace(file, Json.pretty(json));
  }

  private static double best(List<Measured> responses, int n, boolean ofGold) {
    double[] proxies = responses.stream().mapToDouble(Measured::paid).toArray();
    double[] golds = responses.stream().mapToDouble(m -> m.gold().total()).toArray();
    return BestOfN.expected(proxies, ofGold ? golds : proxies, n);
  }

  @Override
  public void close() {
    gold.close();
    start.close();
  }
}
