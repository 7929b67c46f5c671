package dev.tesuji.serve.answer;

import dev.tesuji.generate.TokenConstraint;
import dev.tesuji.text.CompletionText;
import dev.tesuji.text.TextStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Lets a model think freely, for so many tokens at most, and holds what comes after to another
/// constraint.
///
/// Where the budget is spent the closing tag is written for the model, token by token, as in the
/// budget forcing of [s1](https://arxiv.org/abs/2501.19393); the model then goes on to its answer.
public final class ThinkingControl implements TokenConstraint {
  /// How the thinking is held.
  ///
  /// @param open the token that opens the thinking; null where no single token does
  /// @param close the tokens that close it
  /// @param opened whether the prompt opened it
  /// @param budget the most tokens of thinking; null for no limit
  /// @param ended set by whoever wants the thinking ended early, from any thread
  public record Rules(
      @Nullable Integer open,
      int[] close,
      boolean opened,
      @Nullable Integer budget,
      AtomicBoolean ended) {}

  private enum Phase {
    BEFORE,
    THINKING,
    CLOSING,
    ANSWER
  }

  private final Rules rules;
  private final @Nullable TokenConstraint answer;
  private final TextStream text;
  private final ThinkingSplitter splitter;
  private Phase phase;
  private int thought; // tokens of thinking so far
  private int closed; // tokens of the closing tag so far

  /// @param prompt the tokens that come before
  /// @param answer what holds for the answer; null where it is free
  public ThinkingControl(
      CompletionText reader, int[] prompt, Rules rules, @Nullable TokenConstraint answer) {
    this.rules = rules;
    this.answer = answer;
    text = reader.stream(prompt);
    splitter = new ThinkingSplitter(ThinkingTags.DEFAULT, rules.opened());
    phase = rules.opened() ? Phase.THINKING : Phase.BEFORE;
    spend();
  }

  /// Begins to close the thinking where nothing of the budget is left, or it was ended.
  private void spend() {
    Integer budget = rules.budget();
    boolean spent = budget != null && thought >= budget;
    if (phase == Phase.THINKING && (spent || rules.ended().get())) {
      phase = Phase.CLOSING;
    }
  }

  @Override
  public boolean mask(long[] allowed) {
    spend();
    return switch (phase) {
      case THINKING -> false;
      case CLOSING -> {
        allow(allowed, rules.close()[closed]);
        yield true;
      }
      case BEFORE -> {
        Integer budget = rules.budget();
        boolean masked = answer != null && answer.mask(allowed);
        if (masked && rules.open() != null && (budget == null || budget > 0)) {
          allow(allowed, rules.open());
        }
        yield masked;
      }
      case ANSWER -> answer != null && answer.mask(allowed);
    };
  }

  private static void allow(long[] allowed, int token) {
    allowed[token / Long.SIZE] |= 1L << token;
  }

  @Override
  public void accept(int token) {
    if (phase == Phase.ANSWER) {
      if (answer != null) {
        answer.accept(token);
      }
      return;
    }
    if (phase == Phase.BEFORE && answer != null && !Integer.valueOf(token).equals(rules.open())) {
      phase = Phase.ANSWER;
      answer.accept(token);
      return;
    }
    boolean before = splitter.isThinking();
    splitter.add(text.add(token));
    if (phase == Phase.CLOSING) {
      closed++;
      phase = closed == rules.close().length ? Phase.ANSWER : Phase.CLOSING;
    } else if (splitter.isThinking()) {
      phase = Phase.THINKING;
      thought += before ? 1 : 0;
      spend();
    } else if (before || splitter.isAnswering()) {
      phase = Phase.ANSWER;
    }
  }

  @Override
  public boolean isOver() {
    return phase == Phase.ANSWER && answer != null && answer.isOver();
  }
}
