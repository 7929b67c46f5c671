package dev.tesuji.serve;

import dev.tesuji.generate.TokenConstraint;
import dev.tesuji.serve.answer.ThinkingControl;
import dev.tesuji.serve.answer.ThinkingTags;
import dev.tesuji.serve.model.ServedModel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes what answers are held to: a budget of thinking, and a constraint of what comes after it.
final class Held {
  private Held() {}

  /// Returns what makes a choice's constraint; null where answers are free.
  ///
  /// @param budget the most tokens of thinking; null for no limit
  /// @param ended what ends the thinking once it is set; null where nothing may
  /// @param answer makes what holds for the answer; null where it is free
  static @Nullable IntFunction<TokenConstraint> of(
      ServedModel model,
      ChatPrompt prompt,
      @Nullable Integer budget,
      @Nullable AtomicBoolean ended,
      @Nullable Supplier<TokenConstraint> answer) {
    if (budget == null && ended == null && answer == null) {
      return null;
    }
    ThinkingTags tags = ThinkingTags.DEFAULT;
    int[] open = model.tokenizer().encode(tags.open());
    int[] close = model.tokenizer().encode(tags.close());
    ThinkingControl.Rules rules =
        new ThinkingControl.Rules(
            open.length == 1 ? open[0] : null,
            close,
            !prompt.opened().isEmpty(),
            budget,
            ended == null ? new AtomicBoolean() : ended);
    return _ ->
        new ThinkingControl(
            model.reader(), prompt.tokens(), rules, answer == null ? null : answer.get());
  }
}
