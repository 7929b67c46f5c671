package dev.tesuji.pebble;

import dev.tesuji.answer.Verdict;
import dev.tesuji.code.CodeResult;
import dev.tesuji.code.CodeVerdict;
import dev.tesuji.env.DrawnTask;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Remembered;
import dev.tesuji.random.Rng;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Exercises in words, whose answers are programs of [Pebble][Program] that pass tests: `from a:
/// add 7, at most 20, take 3 after times 2.`
///
/// A program is run with every a from 0 to 12 and every b from 0 to 4, and passes where it gives
/// what the exercise asks for each time. Problem number i is a function of i alone. Held out are
/// shapes: sequences of operations that no exercise to train on has, with whatever constants and in
/// whatever wording.
///
/// @param minOperations the fewest operations of an exercise
/// @param maxOperations the most
public record Exercises(int minOperations, int maxOperations) implements DrawnTask {
  /// Two to four operations.
  public static final Exercises DEFAULT = new Exercises(2, 4);

  private static final long SEED = 0x9EBB1E;
  private static final int HELD_OUT_SHARE = 8;
  private static final int LEAST_CONSTANT = 2;
  private static final int CONSTANTS = 8;
  private static final int LEAST_BOUND = 10;
  private static final int BOUNDS = 21;
  private static final double SWAPPED = 0.3;
  private static final int STEPS = 1000; // of a run
  private static final int MOST = 6;
  private static final Remembered<Asked, CodeResult> KNOWN = new Remembered<>(4096, _ -> true);

  private record Asked(String right, String response) {}

  /// Checks the ranges.
  public Exercises {
    if (minOperations < 1 || maxOperations < minOperations || maxOperations > MOST) {
      throw new IllegalArgumentException(
          "operations must be from 1 to "
              + MOST
              + ", minOperations at most maxOperations, got "
              + minOperations
              + " and "
              + maxOperations);
    }
  }

  @Override
  public String name() {
    return "pebble";
  }

  @Override
  public Problem draw(long index, boolean heldOut) {
    long id = 2 * index + (heldOut ? 1 : 0);
    Exercise exercise = exercise(id);
    return new Problem(id, exercise.text(), exercise.program(), name() + " " + id);
  }

  /// Returns the exercise of a problem.
  Exercise exercise(long id) {
    boolean heldOut = id % 2 == 1;
    for (int attempt = 0; ; attempt++) {
      Exercise exercise = drawn(Rng.derive(SEED, attempt), id);
      boolean out = Rng.below(HELD_OUT_SHARE, SEED, exercise.shape(), 0, 0) == 0;
      if (out == heldOut && exercise.isSound()) {
        return exercise;
      }
    }
  }

  private Exercise drawn(long seed, long id) {
    int count = minOperations + Rng.below(maxOperations - minOperations + 1, seed, id, 0, 0);
    Operation.Kind[] kinds = Operation.Kind.values();
    List<Operation> operations = new ArrayList<>();
    List<Boolean> swapped = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      Operation.Kind kind = kinds[Rng.below(kinds.length, seed, id, i, 0)];
      int constant =
          kind.isBound()
              ? LEAST_BOUND + Rng.below(BOUNDS, seed, id, i, 1)
              : LEAST_CONSTANT + Rng.below(CONSTANTS, seed, id, i, 1);
      operations.add(new Operation(kind, constant));
      boolean free = swapped.isEmpty() || !swapped.getLast();
      if (i < count) {
        swapped.add(free && Rng.uniform(seed, id, i, 2) < SWAPPED);
      }
    }
    return new Exercise(operations, swapped);
  }

  @Override
  public String prompt(Problem problem) {
    return problem.text() + "\n";
  }

  @Override
  public String extract(String response) {
    return response.strip();
  }

  @Override
  public boolean same(Problem problem, String answer, String other) {
    return outputs(answer).equals(outputs(other));
  }

  /// Runs a program on all tests of a problem; one that is graded and measured is run once.
  public CodeResult run(Problem problem, String response) {
    return KNOWN.get(new Asked(problem.answer(), response), () -> ranAnew(problem, response));
  }

  private CodeResult ranAnew(Problem problem, String response) {
    Program program;
    try {
      program = Program.parse(extract(response));
    } catch (SyntaxFault e) {
      return new CodeResult(
          CodeVerdict.COMPILE_ERROR, 0, tests(), 0, String.valueOf(e.getMessage()));
    }
    Program right = parsed(problem.answer());
    CodeVerdict verdict = CodeVerdict.PASSED;
    String trouble = "";
    int passed = 0;
    for (long a = 0; a <= Exercise.LARGEST_A; a++) {
      for (long b = 0; b <= Exercise.LARGEST_B; b++) {
        Map<Character, Long> inputs = Map.of('a', a, 'b', b);
        try {
          if (program.run(inputs, STEPS) == right.run(inputs, STEPS)) {
            passed++;
          } else if (verdict == CodeVerdict.PASSED) {
            verdict = CodeVerdict.WRONG;
          }
        } catch (RunFault e) {
          boolean slow = e.kind() == RunFault.Kind.STEPS;
          if (verdict == CodeVerdict.PASSED) {
            verdict = slow ? CodeVerdict.TIME_OUT : CodeVerdict.WRONG;
            trouble = "a=" + a + ", b=" + b + ": " + e.getMessage();
          }
        }
      }
    }
    return new CodeResult(verdict, passed, tests(), 0, trouble);
  }

  private static int tests() {
    return (Exercise.LARGEST_A + 1) * (Exercise.LARGEST_B + 1);
  }

  private static Program parsed(String program) {
    try {
      return Program.parse(program);
    } catch (SyntaxFault e) {
      throw new IllegalArgumentException(
          "the answer of an exercise must be a program: " + e.getMessage(), e);
    }
  }

  /// Returns all that a program gives, so that programs that do the same vote together.
  private static List<String> outputs(String text) {
    Program program;
    try {
      program = Program.parse(text);
    } catch (SyntaxFault _) {
      return List.of(text);
    }
    List<String> outputs = new ArrayList<>();
    for (long a = 0; a <= Exercise.LARGEST_A; a++) {
      for (long b = 0; b <= Exercise.LARGEST_B; b++) {
        outputs.add(output(program, a, b));
      }
    }
    return outputs;
  }

  private static String output(Program program, long a, long b) {
    try {
      return Long.toString(program.run(Map.of('a', a, 'b', b), STEPS));
    } catch (RunFault e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Override
  public Verdict grade(Problem problem, String response) {
    return switch (run(problem, response).verdict()) {
      case PASSED -> Verdict.CORRECT;
      case WRONG, COMPILE_ERROR, TIME_OUT, MEMORY, SANDBOX_ERROR -> Verdict.WRONG;
    };
  }

  /// Counts programs that are none, that do not end, and the share of tests that pass.
  @Override
  public Map<String, Double> measures(Problem problem, String response) {
    CodeResult result = run(problem, response);
    return Map.of(
        "compile_errors", result.verdict() == CodeVerdict.COMPILE_ERROR ? 1.0 : 0.0,
        "time_outs", result.verdict() == CodeVerdict.TIME_OUT ? 1.0 : 0.0,
        "tests_passed", (double) result.passed() / result.total());
  }

  @Override
  public String goldResponse(Problem problem) {
    return problem.answer();
  }
}
