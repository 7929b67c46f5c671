package dev.tesuji.alphago.learn;

import dev.tesuji.alphago.learn.Lockstep.Pairing;
import dev.tesuji.alphago.search.Evaluator;
import dev.tesuji.play.Game;
import dev.tesuji.play.GameState;
import dev.tesuji.random.Rng;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/// States of games that a policy plays against itself, with their results, for a value network.
///
/// States of one game have one result: a network that sees all of them learns games by heart, and
/// AlphaGo took one of each.
public final class PolicyGames {
  private static final int AT_ONCE = 512;
  private static final int PLAY = 1; // streams of randomness
  private static final int OPENING = 2;
  private static final int STATE = 3;
  private static final int OPENING_PLIES = 2;
  private static final int HELD_OUT = 10; // one game of so many

  private PolicyGames() {}

  /// Plays games and takes states of them.
  ///
  /// @param games how many
  /// @param whole whether all states of a game are learned from, or one; those that are held out
  ///   are one of each game in any case
  public static ImitationTrainer.Data play(
      Game game, Evaluator policy, int games, boolean whole, long seed) {
    List<Example> train = new ArrayList<>();
    List<Example> heldOut = new ArrayList<>();
    Side side = new PolicySide(policy, 1, Rng.derive(seed, PLAY));
    Openings openings = new Openings(OPENING_PLIES, Rng.derive(seed, OPENING));
    for (long from = 0; from < games; from += AT_ONCE) {
      List<Pairing> pairings =
          LongStream.range(from, Math.min(games, from + AT_ONCE))
              .mapToObj(n -> new Pairing(n, openings.play(game, n), side, side))
              .toList();
      for (PlayedGame played : Lockstep.play(pairings)) {
        List<Example> all = examples(played);
        Example one = all.get(Rng.below(all.size(), seed, played.number(), 0, STATE));
        if (played.number() % HELD_OUT == HELD_OUT - 1) {
          heldOut.add(one);
        } else {
          train.addAll(whole ? all : List.of(one));
        }
      }
    }
    return new ImitationTrainer.Data(train, heldOut);
  }

  private static List<Example> examples(PlayedGame game) {
    List<GameState> states = game.states();
    List<GameState> searched = states.subList(0, Math.max(1, states.size() - 1));
    return searched.stream().map(s -> new Example(s, new float[0], game.outcome())).toList();
  }
}
