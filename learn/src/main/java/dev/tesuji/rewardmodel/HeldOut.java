package dev.tesuji.rewardmodel;

import dev.tesuji.json.Json;
import dev.tesuji.statistics.Interval;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How a reward model does on opinions that it was not trained on, beside how the length of answers
/// alone would do.
///
/// @param opinions how many prompts
/// @param comparisons how many comparisons or labels of answers to them
/// @param accuracy the share that scores agree with, a mean over prompts
/// @param margin by how much better answers are scored above worse ones
/// @param scores the spread of the scores
/// @param lengthCorrelation Pearson's correlation of score and length over answers; NaN where
///   either is constant
/// @param longerWins the share that would be agreed with if the longer answer were the better one;
///   of labels, if answers above the median length were good
public record HeldOut(
    int opinions,
    int comparisons,
    Interval accuracy,
    double margin,
    Spread scores,
    double lengthCorrelation,
    Interval longerWins) {
  /// How scores are spread.
  ///
  /// @param mean their mean
  /// @param deviation their standard deviation
  /// @param least the least
  /// @param most the most
  public record Spread(double mean, double deviation, double least, double most) {
    static Spread of(float[] scores) {
      double sum = 0;
      double squares = 0;
      double least = Double.POSITIVE_INFINITY;
      double most = Double.NEGATIVE_INFINITY;
      for (float s : scores) {
        sum += s;
        least = Math.min(least, s);
        most = Math.max(most, s);
      }
      double mean = sum / scores.length;
      for (float s : scores) {
        squares += (s - mean) * (s - mean);
      }
      return new Spread(mean, Math.sqrt(squares / scores.length), least, most);
    }
  }

  /// Compares scores with opinions.
  ///
  /// @param scores of all answers, end to end
  static HeldOut of(List<RewardExample> opinions, float[] scores) {
    Comparisons all = Comparisons.of(opinions);
    float[] lengths = new float[scores.length];
    int at = 0;
    for (RewardExample opinion : opinions) {
      for (RewardExample.Answer answer : opinion.answers()) {
        lengths[at++] = answer.length();
      }
    }
    return new HeldOut(
        prompts(opinions),
        opinions.stream().mapToInt(RewardExample::count).sum(),
        agreement(opinions, scores),
        all.margin(scores),
        Spread.of(scores),
        correlation(scores, lengths),
        agreement(opinions, all.better().length > 0 ? lengths : aboveMedian(lengths)));
  }

  /// Returns whether all scores were finite numbers.
  boolean isFinite() {
    return Double.isFinite(scores.mean()) && Double.isFinite(scores.deviation());
  }

  /// Returns the share of each prompt's comparisons and labels that scores agree with, as a mean
  /// over prompts: what was said of answers to one prompt is not independent.
  private static Interval agreement(List<RewardExample> opinions, float[] scores) {
    Map<Integer, double[]> byPrompt = new LinkedHashMap<>(); // right ones, all
    int at = 0;
    for (int i = 0; i < opinions.size(); i++) {
      RewardExample opinion = opinions.get(i);
      int n = opinion.answers().size();
      float[] own = Arrays.copyOfRange(scores, at, at + n);
      double[] sums = byPrompt.computeIfAbsent(prompt(opinion, i), _ -> new double[2]);
      sums[0] += Comparisons.of(List.of(opinion)).accuracy(own) * opinion.count();
      sums[1] += opinion.count();
      at += n;
    }
    return Interval.of(byPrompt.values().stream().mapToDouble(s -> s[0] / s[1]).toArray());
  }

  /// Returns the number of an opinion's prompt, or one of its own for a prompt without another.
  private static int prompt(RewardExample opinion, int index) {
    return opinion.prompt() == RewardExample.ALONE ? -1 - index : opinion.prompt();
  }

  private static int prompts(List<RewardExample> opinions) {
    return (int)
        IntStream.range(0, opinions.size()).map(i -> prompt(opinions.get(i), i)).distinct().count();
  }

  private static float[] aboveMedian(float[] lengths) {
    float[] sorted = lengths.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
    float[] above = new float[lengths.length];
    for (int i = 0; i < above.length; i++) {
      above[i] = lengths[i] > median ? 1 : -1;
    }
    return above;
  }

  /// Returns Pearson's correlation.
  private static double correlation(float[] a, float[] b) {
    Spread x = Spread.of(a);
    Spread y = Spread.of(b);
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - x.mean()) * (b[i] - y.mean());
    }
    double scale = x.deviation() * y.deviation() * a.length;
    return scale == 0 ? Double.NaN : sum / scale;
  }

  /// Returns the numbers as `report.json` has them.
  ObjectNode toJson() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("opinions", opinions).put("comparisons", comparisons);
    put(json, "eval_accuracy", accuracy);
    if (Double.isFinite(margin)) {
      json.put("eval_margin", margin);
    }
    json.put("eval_mean_reward", scores.mean());
    json.put("eval_reward_std", scores.deviation());
    json.put("eval_min_reward", scores.least());
    json.put("eval_max_reward", scores.most());
    if (Double.isFinite(lengthCorrelation)) {
      json.put("eval_length_correlation", lengthCorrelation);
    }
    put(json, "eval_longer_wins", longerWins);
    return json;
  }

  private static void put(ObjectNode json, String name, Interval interval) {
    json.put(name, interval.mean());
    ArrayNode ends = json.putArray(name + "_ci95");
    ends.add(interval.low()).add(interval.high());
  }

  /// Says it in a line.
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "held-out accuracy %.3f (95 %%: %.3f to %.3f) on %d comparisons of %d prompts, margin %.3f;"
            + " length alone: %.3f (%.3f to %.3f), correlation of score and length %.2f",
        accuracy.mean(),
        accuracy.low(),
        accuracy.high(),
        comparisons,
        opinions,
        margin,
        longerWins.mean(),
        longerWins.low(),
        longerWins.high(),
        lengthCorrelation);
  }
}
