package dev.tesuji.pebble;

import dev.tesuji.check.Require;
import dev.tesuji.env.Problem;
import dev.tesuji.random.Rng;
import java.util.ArrayList;
import java.util.List;

/// Programs of mixed quality for exercises, from which a base is pretrained.
///
/// A careful author writes the right one. Others make a mistake, and half of them another: they
/// leave an operation out, do two in the order in which they are told, take the constant beside it,
/// compare the wrong way, never count a loop down, forget a bracket, or forget to give the result.
///
/// @param careful the share of authors who make no mistake
public record ExercisesCorpus(double careful) {
  /// Three in ten are careful.
  public static final ExercisesCorpus DEFAULT = new ExercisesCorpus(0.3);

  private static final long SEED = 0x9EBB1EC0;
  private static final int MISTAKES = 7;

  /// Checks the range.
  public ExercisesCorpus {
    Require.that(careful >= 0 && careful <= 1, "careful", "a share from 0 to 1", careful);
  }

  /// Writes the response to a problem.
  String response(Exercises exercises, Problem problem) {
    Exercise exercise = exercises.exercise(problem.id());
    Draft draft = new Draft(exercise, problem.id());
    if (Rng.uniform(SEED, problem.id(), 0, 99) >= careful) {
      draft.err(1);
      if (Rng.below(2, SEED, problem.id(), 0, 98) == 0) {
        draft.err(2);
      }
    }
    return draft.program;
  }

  /// A program that mistakes are made in.
  private static final class Draft {
    private final Exercise exercise;
    private final long id;
    private List<Operation> operations;
    String program;

    Draft(Exercise exercise, long id) {
      this.exercise = exercise;
      this.id = id;
      operations = exercise.operations();
      program = exercise.program();
    }

    /// Makes a mistake that shows; where one of a kind has no place, the next kind is tried.
    void err(int number) {
      int first = Rng.below(MISTAKES, SEED, id, number, 1);
      String before = program;
      for (int k = 0; k < MISTAKES && program.equals(before); k++) {
        make((first + k) % MISTAKES, number);
      }
    }

    private void make(int mistake, int number) {
      int place = Rng.below(operations.size(), SEED, id, number, 2);
      switch (mistake) {
        case 0 -> leaveOut(place);
        case 1 -> write(operations.equals(exercise.operations()) ? exercise.asTold() : operations);
        case 2 -> takeAnother(place, number);
        case 3 -> program = swapped(program);
        case 4 -> program = program.replaceFirst(";n=n-1", "");
        case 5 -> program = program.replaceFirst("}", "");
        default -> program = program.replace("give x", "x");
      }
    }

    private void leaveOut(int place) {
      if (operations.size() > 1) {
        List<Operation> fewer = new ArrayList<>(operations);
        fewer.remove(place);
        write(fewer);
      }
    }

    private void takeAnother(int place, int number) {
      Operation there = operations.get(place);
      int other = there.constant() + (Rng.below(2, SEED, id, number, 3) == 0 ? 1 : -1);
      List<Operation> changed = new ArrayList<>(operations);
      changed.set(place, new Operation(there.kind(), other));
      write(changed);
    }

    private void write(List<Operation> changed) {
      operations = changed;
      program = Exercise.program(changed);
    }

    private static String swapped(String text) {
      return text.contains("if x>")
          ? text.replaceFirst("if x>", "if x<")
          : text.replaceFirst("if x<", "if x>");
    }
  }
}
