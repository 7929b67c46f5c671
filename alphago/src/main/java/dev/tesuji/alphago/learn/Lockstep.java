package dev.tesuji.alphago.learn;

import dev.tesuji.alphago.learn.PlayedGame.End;
import dev.tesuji.play.GameState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Plays games side by side, so that a network sees all of them in one batch.
public final class Lockstep {
  /// Moves after which a game is broken off, in boards.
  public static final int BOARDS = 3;

  private final List<Pairing> pairings;
  private final List<GameState> states;
  private final @Nullable End[] ends;

  /// A game to be played.
  ///
  /// @param number decides what is left to chance in it
  /// @param start the state that its players find
  /// @param first plays for the first player
  /// @param second plays for the second
  public record Pairing(long number, GameState start, Side first, Side second) {}

  private Lockstep(List<Pairing> pairings) {
    this.pairings = pairings;
    states = new ArrayList<>(pairings.stream().map(Pairing::start).toList());
    ends = new End[states.size()];
  }

  /// Returns the moves after which a game is broken off.
  public static int limit(GameState state) {
    return BOARDS * state.game().cells() + 2;
  }

  /// Plays games to their ends.
  ///
  /// @return them, in their order
  public static List<PlayedGame> play(List<Pairing> pairings) {
    Lockstep games = new Lockstep(pairings);
    List<Side> sides =
        pairings.stream().flatMap(p -> Stream.of(p.first(), p.second())).distinct().toList();
    boolean moved = true;
    while (moved) {
      moved = false;
      for (Side side : sides) {
        moved |= games.move(side);
      }
    }
    return games.played();
  }

  private List<PlayedGame> played() {
    List<PlayedGame> played = new ArrayList<>();
    for (int i = 0; i < states.size(); i++) {
      Pairing pairing = pairings.get(i);
      GameState last = states.get(i);
      End given = ends[i];
      End end = given != null ? given : last.over() ? End.RULES : End.ENDLESS;
      played.add(new PlayedGame(pairing.number(), last, pairing.start().moves(), end));
    }
    return played;
  }

  private boolean goesOn(int game) {
    GameState state = states.get(game);
    return ends[game] == null && !state.over() && state.moves() < limit(state);
  }

  private boolean move(Side side) {
    List<Integer> waiting = new ArrayList<>();
    List<Seat> seats = new ArrayList<>();
    for (int i = 0; i < states.size(); i++) {
      GameState state = states.get(i);
      Pairing pairing = pairings.get(i);
      Side mover = state.toMove() == GameState.FIRST ? pairing.first() : pairing.second();
      if (mover.equals(side) && goesOn(i)) {
        waiting.add(i);
        seats.add(new Seat(state, pairing.number()));
      }
    }
    if (seats.isEmpty()) {
      return false;
    }
    int[] chosen = side.choose(seats);
    for (int i = 0; i < chosen.length; i++) {
      put(waiting.get(i), chosen[i]);
    }
    return true;
  }

  private void put(int game, int action) {
    if (action == Side.RESIGNS) {
      ends[game] = End.RESIGNED;
    } else if (action == Side.FAILS) {
      ends[game] = End.FAILED;
    } else {
      states.set(game, states.get(game).play(action));
    }
  }
}
