package dev.tesuji.rewardmodel;

import java.util.List;

/// Answers to one prompt with people's opinion of them, or a rule's.
public sealed interface RewardExample {
  /// Returns the texts, prompt and answer, as token ids.
  List<Answer> answers();

  /// Returns how many comparisons or labels it holds.
  int count();

  /// Returns the number of tokens of all texts.
  default int tokens() {
    return answers().stream().mapToInt(a -> a.text().length).sum();
  }

  /// A prompt with an answer to it.
  ///
  /// @param text token ids of both, to the end token
  /// @param length tokens of the answer
  record Answer(int[] text, int length) {}

  /// Answers in order: each is better than all that follow.
  ///
  /// @param answers K of them, best first, at least two
  /// @param margin by how much a better answer should be scored above a worse one; 0 for any
  ///   difference
  record Ranked(List<Answer> answers, double margin) implements RewardExample {
    /// Copies the list.
    public Ranked {
      answers = List.copyOf(answers);
      if (answers.size() < 2) {
        throw new IllegalArgumentException(
            "a ranking must have at least two answers, got " + answers.size());
      }
    }

    /// Returns K (K - 1) / 2.
    @Override
    public int count() {
      return answers.size() * (answers.size() - 1) / 2;
    }
  }

  /// An answer that is good or is not.
  ///
  /// @param answer the answer
  /// @param good whether it is
  record Labelled(Answer answer, boolean good) implements RewardExample {
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
