package dev.tesuji.rewardmodel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Opinions of one side, in the order of their prompts, all comparisons of a prompt together.
///
/// In different updates, comparisons of one answer would let the model learn it again and again in
/// an epoch, and overfit (InstructGPT, 3.5). An answer that stands in several pairs is one answer,
/// and is read once.
final class OpinionGroups {
  /// The most answers that are put together, unless one row has more: they go through the model at
  /// once. InstructGPT ranked 4 to 9.
  static final int MOST_TOGETHER = 16;

  private final List<Part> parts = new ArrayList<>();
  private final Map<String, Integer> prompts = new HashMap<>(); // numbers by key
  private final Map<Integer, Comparing> open = new HashMap<>(); // by number of the prompt
  private int rows;

  /// Opinions that become one example, or none.
  private interface Part {
    List<RewardExample> examples();
  }

  /// Comparisons of answers to one prompt, as they come.
  private static final class Comparing implements Part {
    private final int prompt;
    private final List<RewardExample.Answer> answers = new ArrayList<>();
    private final List<RewardExample.Comparison> comparisons = new ArrayList<>();
    private int rows;
    private double margin; // of the first row
    private boolean isOnly = true; // whether its prompt has no other part

    Comparing(int prompt) {
      this.prompt = prompt;
    }

    /// Returns whether there is room for answers.
    boolean takes(List<RewardExample.Answer> more) {
      return rows == 0 || answers.size() + more.size() <= MOST_TOGETHER;
    }

    void add(List<RewardExample.Answer> ranked, double by) {
      int[] numbers = ranked.stream().mapToInt(this::number).toArray();
      for (int i = 0; i < numbers.length; i++) {
        for (int j = i + 1; j < numbers.length; j++) {
          if (numbers[i] != numbers[j]) { // cut to the same end
            comparisons.add(new RewardExample.Comparison(numbers[i], numbers[j], by));
          }
        }
      }
      margin = rows == 0 ? by : margin;
      rows++;
    }

    private int number(RewardExample.Answer answer) {
      for (int i = 0; i < answers.size(); i++) {
        RewardExample.Answer known = answers.get(i);
        if (known.length() == answer.length() && Arrays.equals(known.text(), answer.text())) {
          return i;
        }
      }
      answers.add(answer);
      return answers.size() - 1;
    }

    /// Returns nothing where all answers were cut to the same end.
    @Override
    public List<RewardExample> examples() {
      if (comparisons.isEmpty()) {
        return List.of();
      }
      boolean whole = comparisons.size() == answers.size() * (answers.size() - 1) / 2;
      return List.of(
          rows == 1 && whole && isOnly
              ? new RewardExample.Ranked(answers, margin)
              : new RewardExample.Group(answers, comparisons, prompt));
    }
  }

  /// Adds a ranking.
  ///
  /// @param key of the prompt
  /// @param answers best first
  void rank(String key, List<RewardExample.Answer> answers, double margin) {
    int prompt = prompt(key);
    Comparing comparing = open.get(prompt);
    if (comparing == null || !comparing.takes(answers)) {
      Comparing next = new Comparing(prompt);
      if (comparing != null) {
        comparing.isOnly = false;
        next.isOnly = false;
      }
      comparing = next;
      open.put(prompt, next);
      parts.add(next);
    }
    comparing.add(answers, margin);
    rows++;
  }

  /// Adds a label. Each label is an example: an answer has one, and is learned from once.
  void label(String key, RewardExample.Answer answer, boolean good) {
    RewardExample labelled = new RewardExample.Labelled(answer, good, prompt(key));
    parts.add(() -> List.of(labelled));
    rows++;
  }

  private int prompt(String key) {
    return prompts.computeIfAbsent(key, _ -> prompts.size());
  }

  /// Returns how many rankings and labels there are.
  int rows() {
    return rows;
  }

  /// Returns the examples.
  List<RewardExample> examples() {
    return parts.stream().flatMap(p -> p.examples().stream()).toList();
  }
}
