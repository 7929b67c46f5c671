package dev.tesuji.countdown;

import dev.tesuji.answer.Tags;
import dev.tesuji.answer.Verdict;
import dev.tesuji.check.Require;
import dev.tesuji.env.DrawnTask;
import dev.tesuji.env.Problem;
import dev.tesuji.random.Rng;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/// The numbers round of the game Countdown, such as `3,5,2=17?`: an expression of the given numbers
/// that comes to the target. To find one takes trying, checking and going back; to see that one is
/// right takes a look.
///
/// Problem number i is a function of i alone, and has a solution of whole numbers up to [#MOST].
/// One round in [#HELD_OUT_SHARE] is held out: whether it is follows from its numbers, in whatever
/// order, and its target, so no round is ever both trained on and evaluated on, in pretraining
/// either.
///
/// @param minNumbers the fewest numbers
/// @param maxNumbers the most numbers
/// @param largest the largest number
/// @param allNumbers whether every number must be used, once; otherwise at most once
public record Countdown(int minNumbers, int maxNumbers, int largest, boolean allNumbers)
    implements DrawnTask {
  /// Two or three numbers from 2 to 12, all to be used.
  public static final Countdown DEFAULT = new Countdown(2, 3, 12, true);

  /// The largest number that steps of a solution come to, and so the largest target.
  static final int MOST = 50;

  private static final int LEAST = 2; // ones multiply and divide to no effect
  private static final int MANY = 6; // numbers of a round of the game
  private static final long SEED = 0xC0D04;
  private static final int HELD_OUT_SHARE = 4;
  private static final int PATIENCE = 64; // draws per held-out round, before there are no more

  /// Checks the ranges.
  public Countdown {
    if (minNumbers < 2 || maxNumbers < minNumbers || maxNumbers > MANY) {
      throw new IllegalArgumentException(
          "minNumbers and maxNumbers must satisfy 2 <= minNumbers <= maxNumbers <= 6, got "
              + minNumbers
              + " and "
              + maxNumbers);
    }
    Require.that(largest >= LEAST && largest <= MOST, "largest", "from 2 to 50", largest);
  }

  @Override
  public String name() {
    return "countdown";
  }

  /// Returns rounds to evaluate on, no two of the same numbers and target: fewer than asked for,
  /// where there are no more.
  @Override
  public List<Problem> heldOut(int count) {
    return distinctHeldOut(count, PATIENCE, p -> NumbersRound.of(p).key());
  }

  @Override
  public String prompt(Problem problem) {
    return problem.text() + "\n";
  }

  @Override
  public String extract(String response) {
    return Tags.answer(Tags.afterThinking(response));
  }

  /// Returns whether two answers are worth the same, so that they vote together: expressions of one
  /// value, or the same text.
  @Override
  public boolean same(Problem problem, String answer, String other) {
    if (answer.equals(other)) {
      return true;
    }
    Optional<Formula> one = Formula.read(answer);
    Optional<Formula> two = Formula.read(other);
    return one.isPresent()
        && two.isPresent()
        && isAllowed(problem, one.get()) == isAllowed(problem, two.get())
        && one.get().value().same(two.get().value());
  }

  /// Grades a response: the expression in its answer tags must come to the target exactly, of the
  /// given numbers and no others.
  @Override
  public Verdict grade(Problem problem, String response) {
    Optional<Formula> formula = Formula.read(extract(response));
    boolean right =
        formula.isPresent()
            && formula.get().value().is(NumbersRound.of(problem).target())
            && isAllowed(problem, formula.get());
    return right ? Verdict.CORRECT : Verdict.WRONG;
  }

  private boolean isAllowed(Problem problem, Formula formula) {
    List<Integer> left = new ArrayList<>(NumbersRound.of(problem).numbers());
    return formula.numbers().stream().allMatch(left::remove) && (left.isEmpty() || !allNumbers);
  }

  /// Counts tries, returns and reflective words of the thinking ([Trace]).
  @Override
  public Map<String, Double> measures(Problem problem, String response) {
    Trace trace = Trace.of(response);
    Map<String, Double> measures = new LinkedHashMap<>();
    measures.put("returns", (double) trace.returns());
    measures.put("reflections", (double) trace.reflections());
    return measures;
  }

  /// Finds the first candidate at this index that is held out, or is not.
  @Override
  public Problem draw(long index, boolean heldOut) {
    for (int attempt = 0; ; attempt++) {
      long seed = Rng.derive(SEED, 2L * attempt + (heldOut ? 1 : 0));
      NumbersRound round = draw(new SplittableRandom(Rng.derive(seed, index)));
      long key = Rng.derive(SEED, round.key().hashCode());
      if ((Math.floorMod(key, HELD_OUT_SHARE) == 0) == heldOut) {
        long id = 2 * index + (heldOut ? 1 : 0);
        String solution = Tries.solution(round).expression();
        return new Problem(id, round.text(), solution, name() + " " + id);
      }
    }
  }

  /// Draws numbers, and makes a target of them.
  private NumbersRound draw(SplittableRandom random) {
    while (true) {
      int count = random.nextInt(minNumbers, maxNumbers + 1);
      List<Integer> numbers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        numbers.add(random.nextInt(LEAST, largest + 1));
      }
      Optional<Tries.Try> made = Tries.random(numbers, random);
      if (made.isPresent() && !numbers.contains(made.get().reached())) {
        return new NumbersRound(numbers, made.get().reached());
      }
    }
  }
}
