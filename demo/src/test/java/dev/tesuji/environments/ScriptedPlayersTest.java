package dev.tesuji.environments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.answer.Verdict;
import dev.tesuji.calculator.Products;
import dev.tesuji.env.Dialogue;
import dev.tesuji.env.Dialogue.Reply;
import dev.tesuji.env.DialogueTask;
import dev.tesuji.env.Problem;
import dev.tesuji.pebble.Exercises;
import dev.tesuji.random.Rng;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// Every game is won by a player who knows how, and seldom by one who plays by chance.
class ScriptedPlayersTest {
  private static final int GAMES = 60;

  /// Answers what was read last.
  private interface Player {
    String move(String read);
  }

  /// Returns the share of games that are won.
  private static double won(DialogueTask task, Function<Problem, Player> players) {
    int won = 0;
    List<Problem> games = task.heldOut(GAMES);
    for (Problem problem : games) {
      try (Dialogue dialogue = task.open(problem)) {
        won += task.grade(problem, played(task, problem, dialogue, players)).isCorrect() ? 1 : 0;
      }
    }
    return (double) won / games.size();
  }

  private static String played(
      DialogueTask task, Problem problem, Dialogue dialogue, Function<Problem, Player> players) {
    Player player = players.apply(problem);
    String read = problem.text();
    Dialogue.Said said = new Dialogue.Said("", "", List.of(), 0, false);
    for (int turn = 1; turn <= task.turns(); turn++) {
      String text = "<answer>" + player.move(read) + "</answer>";
      said = new Dialogue.Said(text, text, List.of(), turn, turn == task.turns());
      Reply reply = dialogue.reply(said);
      if (reply instanceof Reply.Over over) {
        return over.response();
      }
      read = ((Reply.More) reply).messages().getLast().path("content").stringValue();
    }
    return dialogue.outcome(said);
  }

  /// Plays one of some moves by chance.
  private static Function<Problem, Player> chance(List<String> moves) {
    return problem -> {
      int[] turn = {0};
      return _ -> moves.get(Rng.below(moves.size(), 7, problem.id(), turn[0]++, 0));
    };
  }

  @Test
  void wordle() {
    assertThat(won(Wordle.DEFAULT, problem -> _ -> problem.answer())).isEqualTo(1);
    assertThat(won(Wordle.DEFAULT, chance(List.of("crane", "slate", "pious")))).isLessThan(0.1);
  }

  @Test
  void merging() {
    List<String> all = List.of("left", "down", "right", "up");
    double scripted =
        won(
            Merging.DEFAULT,
            _ -> {
              String[] before = {""};
              int[] turn = {0};
              return read -> {
                boolean stuck = read.startsWith("Nothing moves so.") || read.equals(before[0]);
                before[0] = read;
                turn[0] = stuck ? turn[0] + 1 : turn[0] % 2 == 0 ? 1 : 0;
                return all.get(turn[0] % 4);
              };
            });
    double byChance = won(Merging.DEFAULT, chance(all));
    assertThat(scripted).isGreaterThan(byChance + 0.2);
    assertThat(won(Merging.DEFAULT, chance(List.of("left", "right")))).isLessThan(0.05);
  }

  @Test
  void cellar() {
    List<String> acts = List.of("north", "south", "east", "west", "take key", "open chest");
    double byChance = won(Cellar.DEFAULT, chance(acts));
    Cellar roomy = new Cellar(Cellar.DEFAULT.side(), 400);
    assertThat(won(roomy, _ -> new Walker())).isEqualTo(1);
    assertThat(byChance).isLessThan(0.3);
  }

  /// Walks through all rooms in a snake, over and over, and tries everything in each.
  private static final class Walker implements Player {
    private int act;

    @Override
    public String move(String read) {
      int number = act++;
      int step = number / 3;
      return switch (number % 3) {
        case 0 -> "take key";
        case 1 -> "open chest";
        default -> walk(step);
      };
    }

    private static String walk(int step) {
      if (step < 4) {
        return step < 2 ? "north" : "west"; // to a corner
      }
      int of = (step - 4) % 16;
      int row = of % 8 < 3 ? 0 : of % 8 < 6 ? 1 : 2;
      boolean back = of >= 8;
      boolean goesOn = of % 8 == 2 || of % 8 == 5;
      if (goesOn) {
        return back ? "north" : "south";
      }
      boolean east = row % 2 == 0;
      return east == !back ? "east" : "west";
    }
  }

  @Test
  void ticTacToe() {
    List<String> squares = List.of("1", "2", "3", "4", "5", "6", "7", "8", "9");
    TicTacToe weak = new TicTacToe(List.of(0));
    double perfect = won(weak, problem -> read -> best(problem, read));
    assertThat(perfect).isGreaterThan(0.8);
    assertThat(won(weak, chance(squares))).isLessThan(0.3);
    assertThat(won(new TicTacToe(List.of(100)), problem -> read -> best(problem, read))).isZero();
  }

  /// Returns the best move on the board that was read.
  private static String best(Problem problem, String read) {
    String own = problem.text().replaceAll("(?s).*You play (.)\\..*", "$1");
    String board = read.replaceAll("(?s)^Game.*?\n", "").replaceAll("\\s", "");
    char who = own.charAt(0);
    char other = who == 'X' ? 'O' : 'X';
    char[] squares = board.toCharArray();
    for (int i = 0; i < squares.length; i++) {
      squares[i] = Character.isDigit(squares[i]) ? '.' : squares[i];
    }
    int bestValue = Integer.MIN_VALUE;
    int chosen = 0;
    for (int i = 0; i < squares.length; i++) {
      if (squares[i] == '.') {
        squares[i] = who;
        int value = -TicTacToe.value(squares, /* who= */ other, /* other= */ who);
        squares[i] = '.';
        if (value > bestValue) {
          bestValue = value;
          chosen = i;
        }
      }
    }
    return Integer.toString(chosen + 1);
  }

  @Test
  void answersThatAreRightAndOthers() {
    Products products = new Products();
    for (Problem problem : products.heldOut(GAMES)) {
      assertThat(products.grade(problem, "<answer>" + problem.answer() + "</answer>"))
          .isEqualTo(Verdict.CORRECT);
      assertThat(products.grade(problem, "<answer>1</answer>")).isEqualTo(Verdict.WRONG);
    }
    for (Problem problem : Exercises.DEFAULT.heldOut(GAMES)) {
      assertThat(Exercises.DEFAULT.grade(problem, problem.answer())).isEqualTo(Verdict.CORRECT);
      assertThat(Exercises.DEFAULT.grade(problem, "give a")).isEqualTo(Verdict.WRONG);
    }
  }
}
