package dev.tesuji.alphago.learn;

import dev.tesuji.alphago.search.Evaluation;
import dev.tesuji.alphago.search.Evaluator;
import dev.tesuji.play.GameState;
import dev.tesuji.random.Rng;
import java.util.List;

/// Plays by a network's policy alone, without search.
///
/// @param evaluator the network
/// @param temperature that actions are drawn at; 0 for the most probable
/// @param seed decides the draws
public record PolicySide(Evaluator evaluator, double temperature, long seed) implements Side {
  @Override
  public int[] choose(List<Seat> seats) {
    List<Evaluation> found = evaluator.evaluate(seats.stream().map(Seat::state).toList());
    int[] chosen = new int[seats.size()];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = choose(seats.get(i), found.get(i).logits());
    }
    return chosen;
  }

  private int choose(Seat seat, float[] logits) {
    GameState state = seat.state();
    int[] legal = state.legalActions();
    int best = legal[0];
    double most = Double.NEGATIVE_INFINITY;
    for (int action : legal) { // the largest of ℓ / T + g is a draw from softmax(ℓ / T)
      double worth = logits[action];
      if (temperature > 0) {
        double u = Rng.uniform(seed, seat.game(), state.moves(), action);
        worth = worth / temperature - Math.log(-Math.log(u));
      }
      if (worth > most) {
        most = worth;
        best = action;
      }
    }
    return best;
  }
}
