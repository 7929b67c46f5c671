package dev.tesuji.evaluate;

import dev.tesuji.json.Json;
import dev.tesuji.reward.Graded;
import dev.tesuji.statistics.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The figures of an evaluation.
///
/// @param problems how many problems were posed
/// @param samples n, the responses to each
/// @param accuracy pass@1: the share of right answers, as a mean over problems
/// @param format the share of responses that think and answer in tags
/// @param responseLength the mean length in tokens
/// @param thinkingLength how many of them are thinking
/// @param clipped the share of responses that reached the length limit
/// @param tooLong problems left out because their prompts exceed the model's positions
/// @param passAt pass@k by k
/// @param majAt maj@k by k
/// @param examples some problems with a response each
/// @param seconds how long it took
public record Evaluation(
    int problems,
    int samples,
    Interval accuracy,
    double format,
    double responseLength,
    double thinkingLength,
    double clipped,
    int tooLong,
    Map<Integer, Interval> passAt,
    Map<Integer, Interval> majAt,
    List<Example> examples,
    double seconds) {
  private static final int EXAMPLES = 6;

  /// A problem and one response to it.
  ///
  /// @param problem the problem's text
  /// @param gold the right answer
  /// @param response what the model wrote
  /// @param verdict what grading came to
  /// @param tokens the length
  public record Example(String problem, String gold, String response, String verdict, int tokens) {}

  /// Copies the collections.
  public Evaluation {
    passAt = new LinkedHashMap<>(passAt);
    majAt = new LinkedHashMap<>(majAt);
    examples = List.copyOf(examples);
  }

  /// Sums up graded responses.
  ///
  /// @param byProblem the responses to each problem, equally many
  /// @param answers the answer found in each response, null for none, in the same order
  static Evaluation of(
      List<List<Graded>> byProblem,
      List<List<@Nullable String>> answers,
      Tally tally,
      double seconds) {
    int n = byProblem.getFirst().size();
    Map<Integer, Interval> passAt = new LinkedHashMap<>();
    Map<Integer, Interval> majAt = new LinkedHashMap<>();
    for (int k = 1; k <= n; k *= 2) {
      int size = k;
      double[] pass = new double[byProblem.size()];
      double[] maj = new double[byProblem.size()];
      for (int i = 0; i < pass.length; i++) {
        int right = (int) byProblem.get(i).stream().filter(g -> g.verdict().isCorrect()).count();
        pass[i] = Votes.passAtK(n, right, size);
        maj[i] = Votes.majAtK(answers.get(i), Ballot.RIGHT, size);
      }
      passAt.put(k, Interval.of(pass));
      majAt.put(k, Interval.of(maj));
    }
    Interval accuracy = passAt.get(1);
    if (accuracy == null) {
      throw new IllegalStateException("pass@1 is always estimated");
    }
    List<Example> examples = new ArrayList<>();
    for (List<Graded> responses : byProblem.subList(0, Math.min(EXAMPLES, byProblem.size()))) {
      Graded g = responses.getFirst();
      examples.add(
          new Example(
              g.response().problem().text(),
              g.response().problem().answer(),
              g.response().text(),
              g.verdict().toString(),
              g.response().tokens()));
    }
    return new Evaluation(
        byProblem.size(),
        n,
        accuracy,
        tally.format(),
        tally.length(),
        tally.thinking(),
        tally.clipped(),
        tally.tooLong(),
        passAt,
        majAt,
        examples,
        seconds);
  }

  /// Means over all responses.
  ///
  /// @param format the share of responses in the right format
  /// @param length the mean length in tokens
  /// @param thinking the mean length of the thinking in tokens
  /// @param clipped the share that reached the limit
  /// @param tooLong problems that were left out because their prompts exceed the model's positions
  record Tally(double format, double length, double thinking, double clipped, int tooLong) {}

  /// Returns the numbers as `report.json` has them.
  public ObjectNode toJson() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("accuracy", accuracy.mean());
    interval(json, "accuracy_ci95", accuracy);
    json.put("format", format);
    json.put("response_length", responseLength);
    json.put("thinking_length", thinkingLength);
    json.put("clipped_ratio", clipped);
    for (Map.Entry<Integer, Interval> e : passAt.entrySet()) {
      json.put("pass_at_" + e.getKey(), e.getValue().mean());
      interval(json, "pass_at_" + e.getKey() + "_ci95", e.getValue());
    }
    for (Map.Entry<Integer, Interval> e : majAt.entrySet()) {
      json.put("maj_at_" + e.getKey(), e.getValue().mean());
      interval(json, "maj_at_" + e.getKey() + "_ci95", e.getValue());
    }
    if (!passAt.containsKey(8)) {
      json.putNull("pass_at_8"); // fewer than 8 samples cannot tell
    }
    json.put("problems", problems);
    json.put("long_problems", tooLong);
    json.put("samples", samples);
    json.put("seconds", seconds);
    ArrayNode list = json.putArray("examples");
    for (Example e : examples) {
      list.addObject()
          .put("problem", e.problem())
          .put("gold", e.gold())
          .put("response", e.response())
          .put("verdict", e.verdict())
          .put("tokens", e.tokens());
    }
    return json;
  }

  private static void interval(ObjectNode json, String name, Interval interval) {
    json.putArray(name).add(interval.low()).add(interval.high());
  }
}
