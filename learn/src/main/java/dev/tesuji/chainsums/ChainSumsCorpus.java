package dev.tesuji.chainsums;

import dev.tesuji.check.Require;
import dev.tesuji.env.Problem;
import dev.tesuji.random.Rng;
import java.util.List;
import java.util.function.IntBinaryOperator;

/// Worked chain sums of mixed quality, from which the built-in base is pretrained.
///
/// Most authors answer at once, and half of their answers are wrong; a few skip steps, some work
/// step by step, and now and then make a mistake; some leave the answer tags out. The base learns
/// all of their habits, the good one too rarely to be right often: what reinforcement learning is
/// for.
///
/// @param direct the share of responses that answer at once
/// @param skipping the share that do several terms in one step; the rest go step by step
/// @param guessed the share of answers given at once that are wrong
/// @param wrong the share of worked responses that carry a wrong step
/// @param untagged the share of all responses that leave the answer tags out
public record ChainSumsCorpus(
    double direct, double skipping, double guessed, double wrong, double untagged) {
  /// 60 % at once, half of them wrong; 10 % skipping, 30 % step by step, 15 % of them wrong; one in
  /// five untagged.
  public static final ChainSumsCorpus DEFAULT = new ChainSumsCorpus(0.6, 0.1, 0.5, 0.15, 0.2);

  private static final long SEED = 0xC0885L;

  /// Checks the ranges.
  public ChainSumsCorpus {
    if (direct < 0 || skipping < 0 || direct + skipping > 1) {
      throw new IllegalArgumentException(
          "direct and skipping must be shares that add up to at most 1, got "
              + direct
              + " and "
              + skipping);
    }
    Require.that(guessed >= 0 && guessed <= 1, "guessed", "a share from 0 to 1", guessed);
    Require.that(wrong >= 0 && wrong <= 1, "wrong", "a share from 0 to 1", wrong);
    Require.that(untagged >= 0 && untagged <= 1, "untagged", "a share from 0 to 1", untagged);
  }

  /// Writes the response to a problem; the same problem always gets the same response.
  public String response(Problem problem) {
    return response(problem, 0);
  }

  /// Writes the response of one of many authors to a problem; the same author always writes the
  /// same.
  ///
  /// @param author the number of the author; 0 writes the corpus
  public String response(Problem problem, long author) {
    long seed = author == 0 ? SEED : Rng.derive(SEED, author);
    double style = uniform(seed, problem, 0);
    double luck = uniform(seed, problem, 1);
    StringBuilder out = new StringBuilder();
    int answer = Integer.parseInt(problem.answer());
    if (style < direct) {
      answer = luck < guessed ? mistake(seed, problem, answer, 0) : answer;
    } else {
      int stride = style < direct + skipping ? 2 : 1;
      int steps = (ChainSums.terms(problem).size() - 1 + stride - 1) / stride;
      int wrongStep = luck < wrong ? Rng.below(steps, seed, problem.id(), 3, 0) : -1;
      answer =
          think(
              problem,
              stride,
              (step, total) -> step == wrongStep ? mistake(seed, problem, total, step) : total,
              out);
    }
    return uniform(seed, problem, 2) < untagged
        ? out.append(answer).toString()
        : out.append("<answer>").append(answer).append("</answer>").toString();
  }

  /// Writes the steps and returns the total that they reach.
  ///
  /// @param written makes what is written as the total of a step from the step and its right total
  private static int think(
      Problem problem, int stride, IntBinaryOperator written, StringBuilder out) {
    List<Integer> terms = ChainSums.terms(problem);
    int total = terms.getFirst();
    out.append("<think>");
    int step = 0;
    for (int first = 1; first < terms.size(); first += stride) {
      out.append(total);
      for (int term : terms.subList(first, Math.min(first + stride, terms.size()))) {
        out.append(term < 0 ? "" : "+").append(term);
        total += term;
      }
      total = written.applyAsInt(step++, total);
      out.append('=').append(total).append(';');
    }
    out.append("</think>");
    return total;
  }

  /// Returns a number near the right one, in 0 to 99.
  private static int mistake(long seed, Problem problem, int right, int step) {
    int off = 1 + Rng.below(3, seed, problem.id(), 4, step);
    boolean up = right - off < 0 || Rng.below(2, seed, problem.id(), 5, step) == 0;
    return up && right + off <= 99 ? right + off : Math.max(0, right - off);
  }

  private static double uniform(long seed, Problem problem, int use) {
    return Rng.uniform(seed, problem.id(), use, 99);
  }
}
