package dev.tesuji.alphago.search;

import dev.tesuji.play.GameState;
import java.util.List;

/// Evaluates states, many at once.
@FunctionalInterface
public interface Evaluator {
  /// Returns an evaluation of each state, in their order. None of them is over.
  List<Evaluation> evaluate(List<? extends GameState> states);
}
