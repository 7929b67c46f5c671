package dev.tesuji.rewardmodel;

import java.util.ArrayList;
import java.util.List;

/// Answers to one prompt with people's opinion of them, or a rule's.
public sealed interface RewardExample {
  /// The number of a prompt of which there is no other opinion.
  int ALONE = -1;

  /// Returns the texts, prompt and answer, as token ids.
  List<Answer> answers();

  /// Returns how many comparisons or labels it holds.
  int count();

  /// Returns the number of its prompt, by which opinions of one prompt are known; [#ALONE] where
  /// there is no other.
  default int prompt() {
    return ALONE;
  }

  /// Returns the number of tokens of all texts.
  default int tokens() {
    return answers().stream().mapToInt(a -> a.text().length).sum();
  }

  /// A prompt with an answer to it.
  ///
  /// @param text token ids of both, to the end token
  /// @param length tokens of the answer
  record Answer(int[] text, int length) {}

  /// Two answers of which one is better.
  ///
  /// @param better the number of the better one among the answers
  /// @param worse the number of the worse one
  /// @param margin by how much the better one should be scored above the other; 0 for any
  ///   difference
  record Comparison(int better, int worse, double margin) {}

  /// Answers that were compared with each other.
  sealed interface Compared extends RewardExample {
    /// Returns the comparisons.
    List<Comparison> comparisons();

    @Override
    default int count() {
      return comparisons().size();
    }
  }

  /// Answers in order: each is better than all that follow.
  ///
  /// @param answers K of them, best first, at least two
  /// @param margin by how much a better answer should be scored above a worse one; 0 for any
  ///   difference
  record Ranked(List<Answer> answers, double margin) implements Compared {
    /// Copies the list.
    public Ranked {
      answers = List.copyOf(answers);
      if (answers.size() < 2) {
        throw new IllegalArgumentException(
            "a ranking must have at least two answers, got " + answers.size());
      }
    }

    /// Returns K (K - 1) / 2 comparisons.
    @Override
    public List<Comparison> comparisons() {
      List<Comparison> all = new ArrayList<>();
      for (int i = 0; i < answers.size(); i++) {
        for (int j = i + 1; j < answers.size(); j++) {
          all.add(new Comparison(i, j, margin));
        }
      }
      return all;
    }
  }

  /// Answers to one prompt of which some were compared, in one or several pairs and rankings.
  ///
  /// @param answers K of them, none twice
  /// @param comparisons of them, at least one
  /// @param prompt the number of the prompt
  record Group(List<Answer> answers, List<Comparison> comparisons, int prompt) implements Compared {
    /// Copies the lists.
    public Group {
      answers = List.copyOf(answers);
      comparisons = List.copyOf(comparisons);
      if (comparisons.isEmpty()) {
        throw new IllegalArgumentException("a group must have at least one comparison, got none");
      }
    }
  }

  /// An answer that is good or is not.
  ///
  /// @param answer the answer
  /// @param good whether it is
  /// @param prompt the number of the prompt
  record Labelled(Answer answer, boolean good, int prompt) implements RewardExample {
    /// Makes the only label of a prompt.
    public Labelled(Answer answer, boolean good) {
      this(answer, good, ALONE);
    }

    @Override
    public List<Answer> answers() {
      return List.of(answer);
    }

    @Override
    public int count() {
      return 1;
    }
  }
}
