package dev.tesuji.distill;

import dev.tesuji.dataset.EpochOrder;
import dev.tesuji.rollout.PromptStream;
import dev.tesuji.tokenized.TextSource;
import dev.tesuji.tokenized.TokenSequence;
import java.util.Arrays;

/// The prompts of a student by position in the run, with the answers of the data.
public sealed interface DistillationPrompts {
  /// Returns how many there are; [Long#MAX_VALUE] for endless tasks.
  long size();

  /// Returns the tokens of a prompt.
  ///
  /// @param position of the run, from 0
  int[] prompt(long position);

  /// The prompts of a task, which come without answers.
  ///
  /// @param prompts in the order of the run
  record OfTask(PromptStream prompts) implements DistillationPrompts {
    @Override
    public long size() {
      return prompts.size();
    }

    @Override
    public int[] prompt(long position) {
      return prompts.at(position).prompt();
    }
  }

  /// Texts, of which what stands before the first scored token is the prompt; shuffled anew in each
  /// epoch.
  ///
  /// @param texts a finite source
  /// @param order in which they are taken
  record OfTexts(TextSource texts, EpochOrder order) implements DistillationPrompts {
    /// Takes texts in the order of a seed.
    public OfTexts(TextSource texts, long seed) {
      this(texts, new EpochOrder(texts.size(), seed));
    }

    @Override
    public long size() {
      return texts.size();
    }

    @Override
    public int[] prompt(long position) {
      TokenSequence text = text(position);
      return Arrays.copyOf(text.ids(), text.targets()[0]);
    }

    /// Returns the prompt with the answer of the data, which is scored.
    TokenSequence text(long position) {
      return texts.text(order.at(position));
    }
  }
}
