package dev.tesuji.pebble;

import java.util.ArrayList;
import java.util.List;

/// Operations on the number a, in the order in which they are done, and how they are told.
///
/// @param operations at least one
/// @param swapped for each operation but the first, whether it and the one before it are told the
///   other way round, as "take 3 after times 2"; no two in a row
record Exercise(List<Operation> operations, List<Boolean> swapped) {
  /// The largest a and b that programs are tested with; the least is 0.
  static final int LARGEST_A = 12;

  static final int LARGEST_B = 4;

  private static final long LARGEST = 5000; // of numbers on the way
  private static final long LONGEST_SUM = 60; // so that loops are short

  /// Copies the lists.
  Exercise {
    operations = List.copyOf(operations);
    swapped = List.copyOf(swapped);
  }

  /// Returns the exercise in words.
  String text() {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < operations.size(); i++) {
      boolean withNext = i + 1 < operations.size() && swapped.get(i);
      parts.add(
          withNext
              ? operations.get(i + 1).words() + " after " + operations.get(i).words()
              : operations.get(i).words());
      i += withNext ? 1 : 0;
    }
    return "from a: " + String.join(", ", parts) + ".";
  }

  /// Returns the operations in the order in which they are told.
  List<Operation> asTold() {
    List<Operation> told = new ArrayList<>(operations);
    for (int i = 0; i + 1 < told.size(); i++) {
      if (swapped.get(i)) {
        told.set(i, operations.get(i + 1));
        told.set(i + 1, operations.get(i));
      }
    }
    return told;
  }

  /// Returns a program that does it.
  String program() {
    return program(operations);
  }

  /// Returns a program of some operations.
  static String program(List<Operation> operations) {
    StringBuilder program = new StringBuilder("x=a\n");
    operations.forEach(o -> program.append(o.lines()));
    return program.append("give x").toString();
  }

  /// Returns the kinds of the operations as one number: exercises of one shape differ in constants
  /// and wording alone.
  long shape() {
    long shape = 0;
    for (Operation o : operations) {
      shape = shape * (Operation.Kind.MOST + 1) + o.kind().number();
    }
    return shape;
  }

  /// Returns what comes out.
  static long value(List<Operation> operations, long a, long b) {
    long x = a;
    for (Operation o : operations) {
      x = o.apply(x, b);
    }
    return x;
  }

  /// Returns whether numbers stay small, and no operation could be left out or done in the order in
  /// which it is told without a test that shows it.
  boolean isSound() {
    if (!onGrid((a, b) -> staysSmall(a, b))) {
      return false;
    }
    for (int i = 0; i < operations.size(); i++) {
      List<Operation> fewer = new ArrayList<>(operations);
      fewer.remove(i);
      if (isSame(fewer)) {
        return false;
      }
    }
    return !swapped.contains(true) || !isSame(asTold());
  }

  private boolean isSame(List<Operation> others) {
    return onGrid((a, b) -> value(operations, a, b) == value(others, a, b));
  }

  private boolean staysSmall(long a, long b) {
    long x = a;
    for (Operation o : operations) {
      if (o.kind() == Operation.Kind.SUM_UP && x > LONGEST_SUM) {
        return false;
      }
      x = o.apply(x, b);
      if (Math.abs(x) > LARGEST) {
        return false;
      }
    }
    return true;
  }

  private interface Inputs {
    boolean test(long a, long b);
  }

  private static boolean onGrid(Inputs inputs) {
    for (int a = 0; a <= LARGEST_A; a++) {
      for (int b = 0; b <= LARGEST_B; b++) {
        if (!inputs.test(a, b)) {
          return false;
        }
      }
    }
    return true;
  }
}
