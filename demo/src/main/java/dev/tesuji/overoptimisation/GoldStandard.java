package dev.tesuji.overoptimisation;

import dev.tesuji.check.BadInput;
import dev.tesuji.env.Problem;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.overoptimisation.Drawing.Drawn;
import dev.tesuji.policy.Policy;
import dev.tesuji.reward.Grader;
import dev.tesuji.rl.PromptSource.Posed;
import dev.tesuji.rl.algorithm.Statistics;
import dev.tesuji.stage.GoldMetric;
import dev.tesuji.statistics.Interval;
import dev.tesuji.tokenized.MicroBatches;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.train.Metrics;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import tools.jackson.databind.node.ObjectNode;

/// Measures, on held-out problems, what a policy's responses are worth by a gold reward that it is
/// not paid, beside what the proxy pays them and how far the policy has gone from where it started.
///
/// The divergence KL(policy || start) is estimated by the mean of `log π(y) - log π0(y)` over the
/// responses y that the policy wrote: without bias where tokens are drawn from the model's whole
/// distribution.
public final class GoldStandard implements GoldMetric {
  private static final int TOKENS = 4096; // that are scored at once

  private final Drawing drawing;
  private final Grader paid;
  private final Grader gold;
  private final LoadedModel start;
  private final List<Posed> posed = new ArrayList<>();

  /// Prepares the measurement.
  ///
  /// @param drawing how the policy, which is being trained, responds
  /// @param paid what the policy is paid; stays open
  /// @param gold the gold reward; closed with this
  /// @param start the policy as it started; closed with this
  /// @param problems how many held-out problems are posed
  public GoldStandard(Drawing drawing, Grader paid, Grader gold, LoadedModel start, int problems) {
    this.drawing = drawing;
    this.paid = paid;
    this.gold = gold;
    this.start = start;
    int most = drawing.model().decoder().config().maxPositions() - drawing.maxNewTokens();
    for (Problem problem : drawing.task().heldOut(problems)) {
      int[] tokens = drawing.task().promptTokens(problem, drawing.model().requireTokenizer());
      if (tokens.length <= most) {
        posed.add(new Posed(problem, tokens));
      }
    }
    if (posed.size() < 2) {
      throw new BadInput(
          "task '"
              + drawing.task().name()
              + "' must have at least 2 held-out problems to measure the gold reward on, got "
              + posed.size());
    }
  }

  /// Prepares the measurement of a stage.
  public static GoldStandard open(Place place) {
    Drawing drawing =
        new Drawing(
            place.policy(), place.task(), place.maxNewTokens(), place.sampling(), place.seed());
    return new GoldStandard(drawing, place.paid(), place.gold(), place.start(), place.problems());
  }

  @Override
  public String name() {
    return "gold reward";
  }

  @Override
  public Interval measure(Metrics metrics) {
    List<Drawn> drawn = draw(1).stream().flatMap(List::stream).filter(Drawn::judged).toList();
    if (drawn.isEmpty()) {
      throw new BadInput("the gold reward could judge none of " + posed.size() + " responses");
    }
    Interval worth = Interval.ofMean(drawn.stream().mapToDouble(GoldStandard::gold).toArray());
    metrics.put("eval/gold", worth.mean());
    metrics.put("eval/reward", mean(drawn.stream().mapToDouble(GoldStandard::proxy)));
    metrics.put("eval/kl", divergence(drawn));
    metrics.put(
        "eval/accuracy",
        mean(
            drawn.stream()
                .mapToDouble(d -> d.judgements().getFirst().verdict().isCorrect() ? 1 : 0)));
    metrics.put(
        "eval/length", mean(drawn.stream().mapToDouble(d -> d.completion().tokens().length)));
    return worth;
  }

  private List<List<Drawn>> draw(int samples) {
    return drawing.draw(posed, 0, samples, List.of(paid, gold));
  }

  private static double proxy(Drawn drawn) {
    return drawn.judgements().get(0).total();
  }

  private static double gold(Drawn drawn) {
    return drawn.judgements().get(1).total();
  }

  private static double mean(DoubleStream values) {
    return values.average().orElse(Double.NaN);
  }

  private double divergence(List<Drawn> drawn) {
    List<TokenSequence> sequences =
        drawn.stream()
            .map(d -> TokenSequence.of(d.completion().prompt().tokens(), d.completion().tokens()))
            .toList();
    Policy before = new Policy(start.decoder(), drawing.sampling().temperature());
    double sum = 0;
    for (int[] part : MicroBatches.split(sequences, TOKENS)) {
      List<TokenSequence> some = Arrays.stream(part).mapToObj(sequences::get).toList();
      for (float logProb : before.score(some).logProbs()) {
        sum -= logProb;
      }
    }
    for (Drawn d : drawn) {
      for (float logProb : d.completion().logProbs()) {
        sum += logProb;
      }
    }
    return sum / drawn.size();
  }

  /// Draws many responses of the policy as it is, before it is trained, and writes what the best of
  /// n by the proxy is worth for n = 1, 2, 4 ... to their number, beside the scale of both rewards.
  ///
  /// @param samples N, responses per problem
  @Override
  public void writeBestOfN(int samples, Path file) {
    List<List<Drawn>> all = draw(samples);
    List<Drawn> drawn = all.stream().flatMap(List::stream).filter(Drawn::judged).toList();
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("problems", posed.size()).put("samples", samples);
    double[] golds = drawn.stream().mapToDouble(GoldStandard::gold).toArray();
    double[] proxies = drawn.stream().mapToDouble(GoldStandard::proxy).toArray();
    json.put("gold_mean", Statistics.mean(golds)).put("gold_std", Statistics.deviation(golds));
    json.put("reward_mean", Statistics.mean(proxies));
    json.put("reward_std", Statistics.deviation(proxies));
    for (int n = 1; n <= samples; n *= 2) {
      int size = n;
      List<List<Drawn>> enough =
          all.stream()
              .map(of -> of.stream().filter(Drawn::judged).toList())
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

  private static double best(List<Drawn> responses, int n, boolean ofGold) {
    double[] proxies = responses.stream().mapToDouble(GoldStandard::proxy).toArray();
    double[] golds = responses.stream().mapToDouble(GoldStandard::gold).toArray();
    return BestOfN.expected(proxies, ofGold ? golds : proxies, n);
  }

  @Override
  public void close() {
    gold.close();
    start.close();
  }
}
