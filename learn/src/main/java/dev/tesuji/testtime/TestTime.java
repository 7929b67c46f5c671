package dev.tesuji.testtime;

import dev.tesuji.env.Task;
import dev.tesuji.evaluate.Ballot;
import dev.tesuji.evaluate.EvaluatedModel;
import dev.tesuji.evaluate.EvaluationConfig;
import dev.tesuji.evaluate.Evaluator;
import dev.tesuji.evaluate.Votes;
import dev.tesuji.random.Purpose;
import dev.tesuji.random.Streams;
import dev.tesuji.reward.Graded;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.Response;
import dev.tesuji.reward.Reward;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.statistics.Interval;
import dev.tesuji.text.CompletionText;
import dev.tesuji.weights.LoadedModel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Measures what a model gains from samples and from thinking.
///
/// One set of responses is drawn. Votes and choices are estimated from it without bias, and its
/// thinking is cut and extended.
public final class TestTime {

  private final EvaluatedModel.Local policy;
  private final Task task;
  private final EvaluationConfig config;
  private final Forcing forcing;
  private final Streams streams;

  /// Prepares a measurement of a model that draws in this process.
  ///
  /// @param config how many problems and samples, and how they are drawn
  /// @param streams make it repeatable; the responses are those of an evaluation with the same
  public TestTime(
      LoadedModel model, Task task, EvaluationConfig config, Forcing forcing, Streams streams) {
    this(EvaluatedModel.Local.of(model, task), config, forcing, streams);
  }

  /// Prepares a measurement.
  ///
  /// @param policy the model and the problems
  /// @param config how many problems and samples, and how they are drawn
  /// @param streams make it repeatable; the responses are those of an evaluation with the same
  public TestTime(
      EvaluatedModel.Local policy, EvaluationConfig config, Forcing forcing, Streams streams) {
    this.policy = policy;
    task = policy.task();
    this.config = config;
    this.forcing = forcing;
    this.streams = streams;
    if (forcing.extensions() > 0) {
      Budget.waitWord(policy.tokenizer(), forcing); // before anything is drawn
    }
  }

  /// Measures every method.
  ///
  /// @param judge scores responses for best of k, and is closed after that; null to do without
  public ComputeAccuracyCurves measure(@Nullable Reward judge) {
    long start = System.nanoTime();
    Evaluator evaluator = new Evaluator(policy, task, config, streams.seed(Purpose.EVALUATION));
    Evaluator.Sampled drawn = evaluator.sample();
    List<List<Graded>> byProblem = drawn.byProblem();
    Lengths lengths = lengths(responses(byProblem));
    List<Curve> curves = new ArrayList<>();
    List<List<@Nullable String>> votes = new ArrayList<>();
    byProblem.forEach(samples -> votes.add(Ballot.votes(task, samples)));
    curves.add(
        ofSamples(
            Curve.Method.MAJORITY,
            lengths,
            k -> votes.stream().mapToDouble(v -> Votes.majAtK(v, Ballot.RIGHT, k)).toArray()));
    if (judge != null) {
      curves.add(bestOf(byProblem, judge, lengths));
    }
    curves.add(
        ofSamples(
            Curve.Method.ANY,
            lengths,
            k ->
                byProblem.stream()
                    .mapToDouble(s -> Votes.passAtK(s.size(), right(s), k))
                    .toArray()));
    curves.add(cut(byProblem));
    if (forcing.extensions() > 0) {
      curves.add(extended(byProblem));
    }
    return new ComputeAccuracyCurves(
        byProblem.size(), config.samples(), curves, (System.nanoTime() - start) / 1e9);
  }

  private static int right(List<Graded> samples) {
    return (int) samples.stream().filter(g -> g.verdict().isCorrect()).count();
  }

  private static List<Response> responses(List<List<Graded>> byProblem) {
    return byProblem.stream().flatMap(List::stream).map(Graded::response).toList();
  }

  /// Mean lengths in tokens.
  private record Lengths(double all, double thinking) {}

  private Lengths lengths(Collection<Response> responses) {
    CompletionText text = policy.text();
    return new Lengths(
        responses.stream().mapToInt(Response::tokens).average().orElse(0),
        responses.stream()
            .mapToInt(r -> ThinkingSpan.of(r.ids(), text, forcing).tokens())
            .average()
            .orElse(0));
  }

  /// Makes the curve of a method that needs k samples.
  ///
  /// @param estimate the accuracy on each problem with k samples
  private Curve ofSamples(Curve.Method method, Lengths one, IntFunction<double[]> estimate) {
    List<Curve.Point> points = new ArrayList<>();
    for (int k = 1; k <= config.samples(); k++) {
      Interval accuracy = Interval.of(estimate.apply(k));
      points.add(new Curve.Point(k, k * one.all(), k * one.thinking(), accuracy));
    }
    return new Curve(method, points);
  }

  private Curve bestOf(List<List<Graded>> byProblem, Reward judge, Lengths one) {
    RewardMix mix = new RewardMix(task, List.of(new RewardMix.Part("judge", 1, judge)));
    List<Graded> judged = grade(responses(byProblem), mix);
    int n = config.samples();
    return ofSamples(
        Curve.Method.BEST_OF,
        one,
        k -> {
          double[] accuracy = new double[byProblem.size()];
          for (int p = 0; p < accuracy.length; p++) {
            double[] scores = new double[n];
            boolean[] right = new boolean[n];
            for (int i = 0; i < n; i++) {
              Graded g = judged.get(p * n + i);
              scores[i] = g.trainable() ? g.total() : Double.NEGATIVE_INFINITY;
              right[i] = byProblem.get(p).get(i).verdict().isCorrect();
            }
            accuracy[p] = Votes.bestOfK(scores, right, k);
          }
          return accuracy;
        });
  }

  private Curve cut(List<List<Graded>> byProblem) {
    Budget budget = budget();
    List<Graded> graded = byProblem.stream().flatMap(List::stream).toList();
    List<Curve.Point> points = new ArrayList<>();
    for (int b : forcing.budgets(config.maxNewTokens())) {
      points.add(point(b, budget.cut(graded, b)));
    }
    return new Curve(Curve.Method.CUT, points);
  }

  private Curve extended(List<List<Graded>> byProblem) {
    Budget budget = budget();
    List<Graded> graded = byProblem.stream().flatMap(List::stream).toList();
    List<Curve.Point> points = new ArrayList<>(List.of(point(0, graded)));
    for (int round = 1; round <= forcing.extensions(); round++) {
      graded = budget.extend(graded, round);
      points.add(point(round, graded));
    }
    return new Curve(Curve.Method.EXTENDED, points);
  }

  private Budget budget() {
    return new Budget(policy, task, config, forcing, streams.seed(Purpose.THINKING));
  }

  private Curve.Point point(int size, List<Graded> graded) {
    int n = config.samples();
    double[] accuracy = new double[graded.size() / n];
    for (int p = 0; p < accuracy.length; p++) {
      accuracy[p] = right(graded.subList(p * n, (p + 1) * n)) / (double) n;
    }
    Lengths lengths = lengths(graded.stream().map(Graded::response).toList());
    return new Curve.Point(size, lengths.all(), lengths.thinking(), Interval.of(accuracy));
  }

  private static List<Graded> grade(List<Response> responses, RewardMix mix) {
    try (Grader grader = new Grader(mix)) {
      List<Grader.Job> pending = responses.stream().map(grader::submit).toList();
      return pending.stream().map(Grader.Job::await).toList();
    }
  }
}
