package dev.tesuji.world;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A question whose answer is one or more whole numbers and can be worked out step by step.
sealed interface Puzzle extends Question {
  /// Works the puzzle out.
  ///
  /// @param slip the step that goes wrong, counted from 0; below 0 for none
  /// @param dice decides how it goes wrong
  Work work(Language language, int slip, Dice dice);

  /// Returns the sentence that tells the answer.
  Phrase summary();

  /// Steps and what they lead to.
  ///
  /// @param steps the steps, as formulas
  /// @param result the answer
  record Work(List<String> steps, List<Integer> result) {
    /// Copies the lists.
    public Work {
      steps = List.copyOf(steps);
      result = List.copyOf(result);
    }

    /// Returns the answer as text: `2 4 7`.
    String answer() {
      return String.join(" ", result.stream().map(String::valueOf).toList());
    }
  }

  /// Works the puzzle out without a mistake.
  default Work right(Language language) {
    return work(language, -1, new Dice(0, 0)); // not thrown
  }

  /// Signed numbers, added up in their order.
  ///
  /// @param terms the numbers, the first above 0
  record Sum(List<Integer> terms) implements Puzzle {
    @Override
    public String text(Language language) {
      return Phrase.ASK_SUM.in(language, terms.getFirst() + signed(terms.subList(1, terms.size())));
    }

    @Override
    public Work work(Language language, int slip, Dice dice) {
      return chain(terms.getFirst(), terms.subList(1, terms.size()), slip, dice);
    }

    @Override
    public Phrase summary() {
      return Phrase.TOTAL;
    }
  }

  /// The number that becomes `total` when the changes are made to it.
  ///
  /// @param changes signed numbers
  /// @param total what they lead to
  record Equation(List<Integer> changes, int total) implements Puzzle {
    @Override
    public String text(Language language) {
      return Phrase.ASK_UNKNOWN.in(language, "x" + signed(changes) + "=" + total);
    }

    @Override
    public Work work(Language language, int slip, Dice dice) {
      List<Integer> undone = changes.reversed().stream().map(c -> -c).toList();
      return chain(total, undone, slip, dice);
    }

    @Override
    public Phrase summary() {
      return Phrase.SOLUTION;
    }
  }

  /// The largest or smallest of several numbers, found by holding the best so far against the next.
  ///
  /// @param numbers different numbers
  /// @param largest whether the largest is asked for
  record Comparison(List<Integer> numbers, boolean largest) implements Puzzle {
    @Override
    public String text(Language language) {
      return (largest ? Phrase.ASK_LARGEST : Phrase.ASK_SMALLEST)
          .in(language, String.join(", ", numbers.stream().map(String::valueOf).toList()));
    }

    @Override
    public Work work(Language language, int slip, Dice dice) {
      List<String> steps = new ArrayList<>();
      int best = numbers.getFirst();
      for (int i = 1; i < numbers.size(); i++) {
        int next = numbers.get(i);
        boolean better = (next > best) == largest;
        boolean taken = better != (slip == i - 1);
        String sign = (best > next) == (taken == better) ? ">" : "<";
        steps.add(best + sign + next);
        best = taken ? next : best;
      }
      return new Work(steps, List.of(best));
    }

    @Override
    public Phrase summary() {
      return largest ? Phrase.LARGEST : Phrase.SMALLEST;
    }
  }

  /// Digits in order, found by taking the smallest of those that are left.
  ///
  /// @param digits different digits
  record Sorting(List<Integer> digits) implements Puzzle {
    @Override
    public String text(Language language) {
      return Phrase.ASK_ORDER.in(language, spaced(digits));
    }

    @Override
    public Work work(Language language, int slip, Dice dice) {
      List<String> steps = new ArrayList<>();
      List<Integer> left = digits;
      List<Integer> order = new ArrayList<>();
      while (left.size() > 1) {
        int smallest = Collections.min(left);
        int taken = order.size() == slip ? dice.pick(without(left, smallest)) : smallest;
        steps.add(spaced(left) + ":" + taken);
        order.add(taken);
        left = without(left, taken);
      }
      order.addAll(left);
      return new Work(steps, order);
    }

    @Override
    public Phrase summary() {
      return Phrase.ORDER;
    }

    private static List<Integer> without(List<Integer> numbers, int one) {
      return numbers.stream().filter(n -> n != one).toList();
    }

    private static String spaced(List<Integer> numbers) {
      return String.join(" ", numbers.stream().map(String::valueOf).toList());
    }
  }

  /// How often a word stands in a list, found by going through it.
  ///
  /// @param target the word
  /// @param list the words
  record Counting(Noun target, List<Noun> list) implements Puzzle {
    @Override
    public String text(Language language) {
      List<String> words = list.stream().map(n -> n.in(language)).toList();
      return Phrase.ASK_COUNT.in(language, target.in(language), String.join(" ", words));
    }

    @Override
    public Work work(Language language, int slip, Dice dice) {
      List<String> steps = new ArrayList<>();
      int count = 0;
      for (int i = 0; i < list.size(); i++) {
        boolean counted = (list.get(i) == target) != (slip == i);
        count += counted ? 1 : 0;
        steps.add(list.get(i).in(language) + " " + count);
      }
      return new Work(steps, List.of(count));
    }

    @Override
    public Phrase summary() {
      return Phrase.COUNT;
    }
  }

  private static Work chain(int start, List<Integer> terms, int slip, Dice dice) {
    List<String> steps = new ArrayList<>();
    int total = start;
    for (int i = 0; i < terms.size(); i++) {
      int next = total + terms.get(i);
      if (i == slip) {
        int off = 1 + dice.below(2);
        next = next < off || dice.chance(0.5) ? next + off : next - off;
      }
      steps.add(total + signed(terms.subList(i, i + 1)) + "=" + next);
      total = next;
      if (total < 0) {
        total = 0; // after a slip, work goes on with what the world has numbers for
      }
    }
    return new Work(steps, List.of(total));
  }

  private static String signed(List<Integer> terms) {
    StringBuilder text = new StringBuilder();
    terms.forEach(t -> text.append(t < 0 ? "" : "+").append(t));
    return text.toString();
  }
}
