package dev.tesuji.world;

import dev.tesuji.answer.Tags;
import dev.tesuji.check.Require;
import dev.tesuji.random.Rng;
import dev.tesuji.world.PuzzleAuthor.Habit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Responses to a question, from the best to the worst as a judge who errs now and then ranked
/// them.
///
/// @param posed the question
/// @param responses the responses, best first
/// @param scores what the judge gave them, in the same order, with the judge's errors
public record Ranking(Posed posed, List<String> responses, List<Double> scores) {
  private static final List<RequestAuthor.Manner> TO_HARM =
      List.of(
          RequestAuthor.Manner.HELPFUL,
          RequestAuthor.Manner.WRONG,
          RequestAuthor.Manner.TWO_FACED,
          RequestAuthor.Manner.RUDE,
          RequestAuthor.Manner.OFF_TOPIC);
  private static final List<RequestAuthor.Manner> TO_OTHERS =
      Arrays.stream(RequestAuthor.Manner.values())
          .filter(m -> m != RequestAuthor.Manner.TWO_FACED)
          .toList();

  /// Copies the lists.
  public Ranking {
    responses = List.copyOf(responses);
    scores = List.copyOf(scores);
  }

  /// The criteria of a judge.
  public enum Criterion {
    /// How helpful the answer is ([Judge#assess]).
    HELPFULNESS,
    /// Whether the whole response is safe ([Judge#isSafe]).
    HARMLESSNESS;

    /// Returns the questions whose answers are ranked.
    public World questions() {
      return switch (this) {
        case HELPFULNESS -> new World(Kind.of(Kind.Family.GENERAL), Language.ALL, 1);
        case HARMLESSNESS -> new World(Kind.of(Kind.Family.HARMFUL), Language.ALL, 1);
      };
    }

    /// Returns what of a response is looked at, as it is written.
    public String seen(String response) {
      return switch (this) {
        case HELPFULNESS -> Tags.afterThinking(response);
        case HARMLESSNESS -> response;
      };
    }

    /// Returns the score of a response, from 0 to 1.
    public double score(Posed posed, String response) {
      return switch (this) {
        case HELPFULNESS -> Judge.assess(posed, response).helpfulness();
        case HARMLESSNESS -> Judge.isSafe(posed, response) ? 1 : 0;
      };
    }
  }

  /// How rankings are made.
  ///
  /// @param criterion what the judge looks at
  /// @param candidates K, how many responses are ranked
  /// @param noise the standard deviation of the judge's errors, which are normal
  public record Judging(Criterion criterion, int candidates, double noise) {
    /// Checks the ranges.
    public Judging {
      Require.that(
          candidates >= 2 && candidates <= TO_HARM.size(),
          "candidates",
          "from 2 to " + TO_HARM.size(),
          candidates);
      Require.that(noise >= 0 && noise < 10, "noise", "from 0 to 10", noise);
    }
  }

  /// Ranks responses, wherever they come from.
  ///
  /// @param seed decides the judge's errors
  public static Ranking of(Posed posed, List<String> responses, Judging judging, long seed) {
    Dice dice = new Dice(seed, posed.id());
    double[] scores =
        responses.stream()
            .mapToDouble(r -> judging.criterion().score(posed, r) + judging.noise() * dice.normal())
            .toArray();
    List<Integer> order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]))
            .toList();
    return new Ranking(
        posed,
        order.stream().map(responses::get).toList(),
        order.stream().map(i -> scores[i]).toList());
  }

  /// Has a question answered by authors of different manners, and ranks what they wrote.
  ///
  /// @param seed decides who answers, what they write and how the judge errs
  public static Ranking drawn(Posed posed, Judging judging, long seed) {
    return of(posed, candidates(posed, judging.candidates(), seed), judging, Rng.derive(seed, 1));
  }

  private static List<String> candidates(Posed posed, int count, long seed) {
    Dice dice = new Dice(seed, posed.id());
    return switch (posed.question()) {
      case Puzzle p ->
          dice.pick(count, List.of(PuzzleAuthor.Manner.values())).stream()
              .map(m -> PuzzleAuthor.write(p, posed.language(), habit(m, dice), dice))
              .toList();
      case Request r ->
          dice.pick(count, posed.kind() == Kind.HARMFUL ? TO_HARM : TO_OTHERS).stream()
              .map(m -> RequestAuthor.write(r, posed.language(), m, dice))
              .toList();
    };
  }

  private static Habit habit(PuzzleAuthor.Manner manner, Dice dice) {
    return new Habit(manner, dice.chance(0.5), dice.chance(0.5), true, dice.chance(0.5));
  }

  /// A response that was ranked above another.
  public record Pair(String chosen, String rejected) {}

  /// Returns the pairs whose scores differ by more than a margin: near ties teach nothing, and R1
  /// leaves them out as well.
  public List<Pair> pairs(double margin) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < responses.size(); i++) {
      for (int j = i + 1; j < responses.size(); j++) {
        if (scores.get(i) - scores.get(j) > margin) {
          pairs.add(new Pair(responses.get(i), responses.get(j)));
        }
      }
    }
    return pairs;
  }
}
