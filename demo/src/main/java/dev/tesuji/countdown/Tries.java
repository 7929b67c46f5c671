package dev.tesuji.countdown;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/// The ways to put the numbers of a round together, step by step, in whole numbers from 1 to
/// [Countdown#MOST].
final class Tries {
  private static final String SIGNS = "+-*/";

  private Tries() {}

  /// A step, such as `3*5=15`.
  ///
  /// @param sign `+`, `-`, `*` or `/`
  record Step(int left, char sign, int right, int result) {
    String text() {
      return text(result);
    }

    /// Writes the step as one who miscounts does.
    String text(int written) {
      return "" + left + sign + right + "=" + written;
    }
  }

  /// A number with the expression that makes it.
  private record Item(int value, String text) {}

  /// A way from all numbers to one.
  ///
  /// @param steps the steps in their order
  /// @param expression the same as an expression, such as `(3*5)+2`
  record Try(List<Step> steps, String expression) {
    Try {
      steps = List.copyOf(steps);
    }

    /// Returns what comes out.
    int reached() {
      return steps.getLast().result();
    }

    /// Returns the steps before the last, as text: what is chosen before one sees how far it leads.
    String beginning() {
      return steps.subList(0, steps.size() - 1).stream()
          .map(Step::text)
          .collect(Collectors.joining(","));
    }

    /// Writes the steps, such as `3*5=15,15+2=17`.
    String text() {
      return text(reached());
    }

    /// Writes the steps with another result of the last one.
    String text(int written) {
      String before = beginning();
      return (before.isEmpty() ? "" : before + ",") + steps.getLast().text(written);
    }
  }

  /// Returns all ways.
  static List<Try> all(List<Integer> numbers) {
    Map<String, Try> found = new LinkedHashMap<>();
    extend(
        numbers.stream().map(n -> new Item(n, Integer.toString(n))).toList(),
        new ArrayList<>(),
        found);
    return List.copyOf(found.values());
  }

  private static void extend(List<Item> items, List<Step> steps, Map<String, Try> found) {
    if (items.size() == 1) {
      String text = items.getFirst().text();
      Try made = new Try(steps, bare(text));
      found.putIfAbsent(made.text(), made);
      return;
    }
    for (int i = 0; i < items.size(); i++) {
      for (int k = i + 1; k < items.size(); k++) {
        for (int s = 0; s < SIGNS.length(); s++) {
          join(items, i, k, SIGNS.charAt(s))
              .ifPresent(joined -> {
                steps.add(joined.step());
                extend(joined.items(), steps, found);
                steps.removeLast();
              });
        }
      }
    }
  }

  /// Two numbers put together.
  private record Joined(Step step, List<Item> items) {}

  /// Puts two numbers together, the larger one before a minus or a division; nothing where that
  /// leaves the whole numbers from 1 to the most.
  private static Optional<Joined> join(List<Item> items, int i, int k, char sign) {
    Item one = items.get(i);
    Item two = items.get(k);
    boolean swap = one.value() < two.value() && (sign == '-' || sign == '/');
    Item left = swap ? two : one;
    Item right = swap ? one : two;
    int result =
        switch (sign) {
          case '+' -> left.value() + right.value();
          case '-' -> left.value() - right.value();
          case '*' -> left.value() * right.value();
          default -> left.value() % right.value() == 0 ? left.value() / right.value() : 0;
        };
    if (result < 1 || result > Countdown.MOST) {
      return Optional.empty();
    }
    List<Item> rest = new ArrayList<>(items);
    rest.remove(k);
    rest.remove(i);
    rest.addFirst(new Item(result, "(" + left.text() + sign + right.text() + ")"));
    return Optional.of(new Joined(new Step(left.value(), sign, right.value(), result), rest));
  }

  private static String bare(String text) {
    return text.startsWith("(") ? text.substring(1, text.length() - 1) : text;
  }

  /// Returns a way that is taken by chance; nothing where it leads out of the numbers that count.
  static Optional<Try> random(List<Integer> numbers, SplittableRandom random) {
    List<Item> items = numbers.stream().map(n -> new Item(n, Integer.toString(n))).toList();
    List<Step> steps = new ArrayList<>();
    while (items.size() > 1) {
      int i = random.nextInt(items.size() - 1);
      int k = random.nextInt(i + 1, items.size());
      Optional<Joined> joined = join(items, i, k, SIGNS.charAt(random.nextInt(SIGNS.length())));
      if (joined.isEmpty()) {
        return Optional.empty();
      }
      steps.add(joined.get().step());
      items = joined.get().items();
    }
    return Optional.of(new Try(steps, bare(items.getFirst().text())));
  }

  /// Returns the first way that reaches the target.
  ///
  /// @throws IllegalArgumentException when there is none
  static Try solution(NumbersRound round) {
    return all(round.numbers()).stream()
        .filter(t -> t.reached() == round.target())
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no solution of " + round.text()));
  }

  /// Returns one way for each beginning: the one that comes nearest to the target. Of two numbers,
  /// whose ways begin with the end, all of them.
  static List<Try> promising(NumbersRound round) {
    List<Try> all = all(round.numbers());
    if (round.numbers().size() == 2) {
      return all;
    }
    Comparator<Try> nearest = Comparator.comparingInt(t -> Math.abs(t.reached() - round.target()));
    Map<String, Try> best = new LinkedHashMap<>();
    all.forEach(t -> best.merge(t.beginning(), t, (a, b) -> nearest.compare(a, b) <= 0 ? a : b));
    return List.copyOf(best.values());
  }
}
