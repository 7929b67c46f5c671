package dev.tesuji.rejection;

import dev.tesuji.check.BadInput;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.text.Tokenizer;
import java.util.Arrays;

/// Writes prompts and completions as text of which fine-tuning makes the same tokens again.
final class Wording {
  private Wording() {}

  /// Returns the prompt as plain text: fine-tuning reads such with the special tokens that the
  /// tokenizer puts around it, so one that a chat template has written already is taken off.
  ///
  /// @param tokens the prompt as it was posed
  /// @throws BadInput when no text gives these tokens
  static String prompt(Task task, Problem problem, int[] tokens, Tokenizer tokenizer) {
    String text = task.prompt(problem);
    if (Arrays.equals(tokenizer.encodeWithSpecials(text), tokens)) {
      return text;
    }
    String begin = tokenizer.roles().getOrDefault("bos_token", "");
    if (!begin.isEmpty() && text.startsWith(begin)) {
      String rest = text.substring(begin.length());
      if (Arrays.equals(tokenizer.encodeWithSpecials(rest), tokens)) {
        return rest;
      }
    }
    throw new BadInput(
        problem.source()
            + ": the prompt has no text that reads back as the tokens that posed it, so that a"
            + " later 'sft' would learn from another prompt; set prompts.policy to drop, or change"
            + " the task's template");
  }

  /// Returns whether fine-tuning reads a completion as the tokens that were drawn; other tokens can
  /// have the same text.
  static boolean readsBack(
      String prompt, int[] promptTokens, String completion, int[] drawn, Tokenizer tokenizer) {
    int[] read = tokenizer.encodeContinuation(prompt, promptTokens, completion);
    return Arrays.equals(read, drawn);
  }
}
