package dev.tesuji.examples;

import dev.tesuji.env.Game;
import dev.tesuji.env.Problem;
import dev.tesuji.random.Rng;

/// An environment in one class: a number is guessed, and each guess is told whether it is too small
/// or too large.
///
/// @param largest the largest number
/// @param guesses the most guesses
public record GuessNumber(int largest, int guesses) implements Game {
  /// Up to 100, in seven guesses.
  public static final GuessNumber DEFAULT = new GuessNumber(100, 7);

  private static final long SEED = 42;

  @Override
  public String name() {
    return "guessNumber";
  }

  /// Draws a game by its number alone. No game is both trained on and held out.
  @Override
  public Problem draw(long index, boolean heldOut) {
    long id = 2 * index + (heldOut ? 1 : 0);
    String number = Integer.toString(1 + Rng.below(largest, SEED, id, 0, 0));
    return new Problem(id, "Game " + id + ".", number, "game " + id);
  }

  @Override
  public String rules() {
    return "Guess a number from 1 to " + largest + ", so: <answer>50</answer>";
  }

  @Override
  public int turns() {
    return guesses;
  }

  /// Begins a game. What a game remembers stands here; this one remembers nothing.
  @Override
  public Play begin(Problem problem) {
    int number = Integer.parseInt(problem.answer());
    return move -> {
      if (!move.matches("\\d{1,6}")) {
        return Answer.more("A guess is a number in answer tags.");
      }
      int guess = Integer.parseInt(move);
      if (guess == number) {
        return Answer.over(WON);
      }
      return Answer.more(guess < number ? "More." : "Less.");
    };
  }
}
