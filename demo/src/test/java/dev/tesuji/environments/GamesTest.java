package dev.tesuji.environments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.answer.Verdict;
import dev.tesuji.env.Dialogue;
import dev.tesuji.env.Game;
import dev.tesuji.env.Game.Answer;
import dev.tesuji.env.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Games in texts, move by move.
class GamesTest {
  private static final List<Game> GAMES =
      List.of(Wordle.DEFAULT, Merging.DEFAULT, Cellar.DEFAULT, TicTacToe.DEFAULT);

  /// Plays a game with some moves over and over, and returns all that is said.
  private static List<Answer> played(Game game, Problem problem, List<String> moves) {
    Game.Play play = game.begin(problem);
    List<Answer> said = new ArrayList<>();
    for (int i = 0; i < game.turns(); i++) {
      Answer answer = play.move(moves.get(i % moves.size()));
      said.add(answer);
      if (!answer.outcome().isEmpty()) {
        break;
      }
    }
    return said;
  }

  @Test
  void gamesAreTheSameEachTime() {
    List<String> moves = List.of("left", "up", "crane", "3", "5", "south", "take key", "east");
    for (Game game : GAMES) {
      for (long i = 0; i < 20; i++) {
        assertThat(game.problem(i)).isEqualTo(game.problem(i));
        assertThat(played(game, game.problem(i), moves))
            .as(game.name() + " " + i)
            .isEqualTo(played(game, game.problem(i), moves));
      }
    }
  }

  @Test
  void noGameIsPlayedInTrainingAndInEvaluation() {
    for (Game game : GAMES) {
      Set<String> heldOut = new HashSet<>();
      game.heldOut(50).forEach(p -> heldOut.add(p.key()));
      for (long i = 0; i < 200; i++) {
        assertThat(heldOut).as(game.name()).doesNotContain(game.problem(i).key());
      }
    }
    Set<String> words = new HashSet<>();
    Wordle.DEFAULT.heldOut(20).forEach(p -> words.add(p.answer()));
    for (long i = 0; i < 500; i++) {
      assertThat(words).doesNotContain(Wordle.DEFAULT.problem(i).answer());
    }
  }

  @Test
  void anOutcomeIsRightWhereTheGameWasWon() {
    Problem problem = Cellar.DEFAULT.problem(0);
    assertThat(graded(Cellar.DEFAULT, problem, Game.WON)).isEqualTo(Verdict.CORRECT);
    assertThat(graded(Cellar.DEFAULT, problem, Game.LOST)).isEqualTo(Verdict.WRONG);
    assertThat(graded(Cellar.DEFAULT, problem, "draw")).isEqualTo(Verdict.WRONG);
  }

  /// Grades a game of one move that ends with an outcome.
  private static Verdict graded(Game game, Problem problem, String outcome) {
    Dialogue dialogue = Game.dialogue(problem, _ -> Answer.over(outcome));
    Dialogue.Reply reply = dialogue.reply(new Dialogue.Said("", "", List.of(), 1, false));
    return game.grade(problem, ((Dialogue.Reply.Over) reply).response());
  }

  @Test
  void aMoveStandsInTheLastTagsOrLine() {
    assertThat(Game.moveOf("<answer>a</answer> or <answer> north </answer>")).isEqualTo("north");
    assertThat(Game.moveOf("I go\nnorth\n")).isEqualTo("north");
    assertThat(Game.moveOf("<answer>north")).isEqualTo("north");
    assertThat(Game.moveOf("")).isEmpty();
  }

  @Test
  void wordleMarksLettersAsOftenAsTheyStandThere() {
    assertThat(Wordle.marks("crane", "crane")).isEqualTo("ggggg");
    assertThat(Wordle.marks("eagle", "lemon")).isEqualTo("y--y-"); // one e, and it is used up
    assertThat(Wordle.marks("sheep", "sleep")).isEqualTo("g-ggg");
    assertThat(Wordle.marks("allow", "label")).isEqualTo("yyy--");
  }

  @Test
  void wordleIsWonByTheWordAndLostWithoutIt() {
    Problem problem = Wordle.DEFAULT.problem(3);
    assertThat(played(Wordle.DEFAULT, problem, List.of("five", problem.answer())))
        .containsExactly(Answer.more("A guess has five letters from a to z."), Answer.over("won"));
    assertThat(played(Wordle.DEFAULT, problem, List.of("zzzzz"))).hasSize(6);
  }

  @Test
  void tilesMergeOnceInAMove() {
    int[] to = new int[4];
    assertThat(Merging.Board.merge(new int[] {2, 2, 4, 4}, to)).isEqualTo(12);
    assertThat(to).containsExactly(4, 8, 0, 0);
    int[] once = new int[4];
    assertThat(Merging.Board.merge(new int[] {2, 2, 2, 0}, once)).isEqualTo(4);
    assertThat(once).containsExactly(4, 2, 0, 0);
    int[] gap = new int[4];
    assertThat(Merging.Board.merge(new int[] {0, 4, 0, 4}, gap)).isEqualTo(8);
    assertThat(gap).containsExactly(8, 0, 0, 0);
  }

  @Test
  void mergingIsWorthWhatItMakes() {
    Merging game = new Merging(8, 400);
    List<Answer> said =
        played(game, game.problem(5), List.of("left", "down", "left", "down", "right", "up"));
    double points = said.stream().mapToDouble(Answer::points).sum();
    assertThat(said.getLast().outcome()).isEqualTo(Game.WON);
    assertThat(points).isGreaterThanOrEqualTo(1);
    assertThat(played(game, game.problem(5), List.of("sideways")))
        .allMatch(a -> a.text().startsWith("Nothing moves so."));
  }

  @Test
  void theChestOpensWithItsKey() {
    for (long i = 0; i < 50; i++) {
      Game.Play play = Cellar.DEFAULT.begin(Cellar.DEFAULT.problem(i));
      List<String> walk = new ArrayList<>(List.of("north", "north", "west", "west"));
      for (int row = 0; row < 3; row++) {
        walk.addAll(
            row % 2 == 0 ? List.of("east", "east", "south") : List.of("west", "west", "south"));
      }
      List<String> back = new ArrayList<>();
      for (int row = 0; row < 3; row++) {
        back.addAll(
            row % 2 == 0 ? List.of("west", "west", "north") : List.of("east", "east", "north"));
      }
      walk.addAll(back);
      double points = 0;
      String outcome = "";
      for (String step : walk) {
        for (String act : List.of("take key", "open chest", step)) {
          Answer answer = outcome.isEmpty() ? play.move(act) : Answer.over(outcome);
          points += answer.points();
          outcome = answer.outcome();
        }
      }
      assertThat(outcome).as("cellar " + i).isEqualTo(Game.WON);
      assertThat(points).isEqualTo(0.5);
    }
  }

  @Test
  void aPerfectPlayerOfTicTacToeIsNeverBeaten() {
    assertThat(TicTacToe.value(".........".toCharArray(), 'X', 'O')).isZero();
    assertThat(TicTacToe.value("XX.OO....".toCharArray(), 'X', 'O')).isEqualTo(1);
    assertThat(TicTacToe.value("XX.OO...X".toCharArray(), 'O', 'X')).isEqualTo(1);
    TicTacToe perfect = new TicTacToe(List.of(100));
    List<List<String>> ways =
        List.of(
            List.of("1", "2", "3", "4", "5", "6", "7", "8", "9"),
            List.of("5", "1", "9", "3", "7", "2", "8", "4", "6"),
            List.of("9", "8", "7", "6", "5", "4", "3", "2", "1"));
    for (long i = 0; i < 30; i++) {
      Problem problem = perfect.problem(i);
      for (List<String> way : ways) {
        Game.Play play = perfect.begin(problem);
        String seen = problem.text().substring(problem.text().indexOf('\n'));
        String outcome = "";
        for (String move : way) {
          if (outcome.isEmpty() && seen.contains(move)) {
            Answer answer = play.move(move);
            outcome = answer.outcome();
            seen = answer.text();
          }
        }
        assertThat(outcome).as("game " + i + " " + way).isIn("lost", "draw");
      }
    }
  }

  @Test
  void aMoveThatIsNoneLosesTicTacToe() {
    Game.Play play = TicTacToe.DEFAULT.begin(TicTacToe.DEFAULT.problem(0));
    assertThat(play.move("0").outcome()).isEqualTo(Game.LOST);
  }
}
