package dev.tesuji.env;

import dev.tesuji.text.Tokenizer;

/// The environment that a task is: one turn, whose text is the response.
///
/// @param task poses the problems
public record SingleTurn(Task task) implements Env {
  @Override
  public int[] firstObservation(Problem problem, Tokenizer tokenizer) {
    return task.promptTokens(problem, tokenizer);
  }

  @Override
  public Episode reset(Problem problem, Tokenizer tokenizer) {
    return turn -> new Step.End(task.response(tokenizer.decode(turn.tokens())));
  }

  @Override
  public int turns() {
    return 1;
  }
}
