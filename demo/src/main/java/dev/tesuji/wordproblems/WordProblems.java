package dev.tesuji.wordproblems;

import dev.tesuji.answer.AnswerKind;
import dev.tesuji.answer.Verdict;
import dev.tesuji.check.Require;
import dev.tesuji.env.DrawnTask;
import dev.tesuji.env.Problem;
import dev.tesuji.math.MathAnswers;
import dev.tesuji.random.Rng;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Sums told in words, such as "Anna has 26 books and gets 17 more. How many books does Anna have
/// now?"
///
/// @param steps how many things happen
/// @param largest the largest number on the way
/// @param told the phrasings of held-out problems
/// @param strict whether an answer must stand in answer tags or a box to count; otherwise the last
///   number in prose is read
public record WordProblems(int steps, int largest, Told told, boolean strict) implements DrawnTask {
  /// Problems of one step.
  public static final WordProblems DEFAULT = new WordProblems(1, 99, Told.AS_TRAINED, false);

  private static final AnswerKind STRICT = MathAnswers.numbers(true);
  private static final AnswerKind LENIENT = MathAnswers.numbers(false);
  private static final long SEED = 0x3077D5;
  private static final int HELD_OUT_SHARE = 8;
  private static final int PATIENCE = 64; // draws per held-out problem, before there are no more
  private static final List<String> PEOPLE =
      List.of("Anna", "Ben", "Carla", "David", "Emma", "Felix", "Grace", "Henry", "Ida", "Jack");
  private static final List<String> THINGS =
      List.of(
          "books",
          "apples",
          "stamps",
          "coins",
          "marbles",
          "pencils",
          "cards",
          "shells",
          "stickers",
          "eggs");
  private static final List<String> QUESTIONS =
      List.of(
          "How many {what} does {who} have now?", "How many {what} does {who} have in the end?");
  private static final List<String> QUESTIONS_ANEW =
      List.of("What is the number of {what} that {who} has at last?");

  /// Checks the ranges.
  public WordProblems {
    Require.that(steps >= 1 && steps <= 4, "steps", "from 1 to 4", steps);
    Require.that(largest >= 20 && largest <= 9999, "largest", "from 20 to 9999", largest);
  }

  @Override
  public String name() {
    return "word-problems";
  }

  @Override
  public List<Problem> heldOut(int count) {
    return distinctHeldOut(count, PATIENCE, Problem::text);
  }

  @Override
  public String prompt(Problem problem) {
    return problem.text();
  }

  private AnswerKind answers() {
    return strict ? STRICT : LENIENT;
  }

  @Override
  public String extract(String response) {
    return answers().extract(response);
  }

  @Override
  public boolean same(Problem problem, String answer, String other) {
    return answers().same(answer, other);
  }

  @Override
  public Verdict grade(Problem problem, String response) {
    return answers().grade(problem.answer(), extract(response));
  }

  @Override
  public Problem draw(long index, boolean heldOut) {
    return worked(index, heldOut).problem();
  }

  /// A problem and its solution.
  ///
  /// @param sums one for each step, such as `26 + 17 = 43`
  record Worked(Problem problem, List<String> sums) {}

  /// Finds the first candidate at this index that is held out, or is not.
  Worked worked(long index, boolean heldOut) {
    for (int attempt = 0; ; attempt++) {
      long seed = Rng.derive(SEED, 16L * attempt + 4L * steps + (heldOut ? 1 : 0));
      SplittableRandom random = new SplittableRandom(Rng.derive(seed, index));
      List<Integer> numbers = new ArrayList<>();
      Worked made = draw(index, heldOut, numbers, random);
      long key = Rng.derive(SEED, numbers.hashCode());
      if (numbers.size() == steps + 1 && (Math.floorMod(key, HELD_OUT_SHARE) == 0) == heldOut) {
        return made;
      }
    }
  }

  private Worked draw(long index, boolean heldOut, List<Integer> numbers, SplittableRandom random) {
    String who = pick(PEOPLE, random);
    String what = pick(THINGS, random);
    int total = random.nextInt(2, largest * 2 / 3);
    numbers.add(total);
    Told words = heldOut ? told : Told.AS_TRAINED;
    List<String> events = new ArrayList<>();
    List<String> sums = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      Happening happening = pick(List.of(Happening.values()), random);
      int number = happening.draw(total, largest, random);
      if (number == 0) {
        break; // no room for it: another candidate will have some
      }
      numbers.add(number);
      sums.add(happening.sum(total, number));
      total = happening.after(total, number);
      events.add(happening.tell(words, number, what, random));
    }
    String question =
        pick(words == Told.ANEW ? QUESTIONS_ANEW : QUESTIONS, random)
            .replace("{what}", what)
            .replace("{who}", who);
    long id = 2 * index + (heldOut ? 1 : 0);
    String text = story(who, what, numbers.getFirst(), events) + " " + question;
    return new Worked(new Problem(id, text, Integer.toString(total), name() + " " + id), sums);
  }

  private static String story(String who, String what, int first, List<String> events) {
    StringBuilder text = new StringBuilder(who + " has " + first + " " + what);
    for (int i = 0; i < events.size(); i++) {
      text.append(i == 0 ? " and " : ". Then " + who + " ").append(events.get(i));
    }
    return text.append('.').toString();
  }

  private static <T> T pick(List<T> several, SplittableRandom random) {
    return several.get(random.nextInt(several.size()));
  }
}
