package dev.tesuji.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.world.PuzzleAuthor.Habit;
import dev.tesuji.world.PuzzleAuthor.Manner;
import java.util.List;
import org.junit.jupiter.api.Test;

class PuzzleTest {
  private static final Puzzle SUM = new Puzzle.Sum(List.of(7, 5, -3));

  @Test
  void sumsAreAddedUpTermByTerm() {
    assertThat(SUM.text(Language.EN)).isEqualTo("what is 7+5-3?");
    assertThat(SUM.text(Language.FR)).isEqualTo("combien font 7+5-3?");
    assertThat(SUM.right(Language.EN))
        .isEqualTo(new Puzzle.Work(List.of("7+5=12", "12-3=9"), List.of(9)));
  }

  @Test
  void equationsAreUndoneFromTheEnd() {
    Puzzle equation = new Puzzle.Equation(List.of(5, -2), 12);
    assertThat(equation.text(Language.EN)).isEqualTo("find x if x+5-2=12.");
    assertThat(equation.right(Language.EN))
        .isEqualTo(new Puzzle.Work(List.of("12+2=14", "14-5=9"), List.of(9)));
  }

  @Test
  void theBestSoFarIsHeldAgainstTheNext() {
    Puzzle largest = new Puzzle.Comparison(List.of(14, 9, 17), true);
    Puzzle smallest = new Puzzle.Comparison(List.of(14, 9, 17), false);
    assertThat(largest.text(Language.FR)).isEqualTo("quel est le plus grand: 14, 9, 17?");
    assertThat(largest.right(Language.FR))
        .isEqualTo(new Puzzle.Work(List.of("14>9", "14<17"), List.of(17)));
    assertThat(smallest.right(Language.FR))
        .isEqualTo(new Puzzle.Work(List.of("14>9", "9<17"), List.of(9)));
  }

  @Test
  void aSlipInAComparisonSaysTheContrary() {
    Puzzle largest = new Puzzle.Comparison(List.of(14, 9, 17), true);
    assertThat(largest.work(Language.EN, 0, new Dice(1, 1)))
        .isEqualTo(new Puzzle.Work(List.of("14<9", "9<17"), List.of(17)));
    assertThat(largest.work(Language.EN, 1, new Dice(1, 1)))
        .isEqualTo(new Puzzle.Work(List.of("14>9", "14>17"), List.of(14)));
  }

  @Test
  void theSmallestOfThoseLeftIsTakenFirst() {
    Puzzle sorting = new Puzzle.Sorting(List.of(7, 2, 9));
    assertThat(sorting.text(Language.FR)).isEqualTo("trie 7 2 9.");
    assertThat(sorting.right(Language.FR))
        .isEqualTo(new Puzzle.Work(List.of("7 2 9:2", "7 9:7"), List.of(2, 7, 9)));
    assertThat(sorting.work(Language.FR, 1, new Dice(1, 1)))
        .isEqualTo(new Puzzle.Work(List.of("7 2 9:2", "7 9:9"), List.of(2, 9, 7)));
  }

  @Test
  void wordsAreCountedInTheLanguageOfTheQuestion() {
    Puzzle counting = new Puzzle.Counting(Noun.CAT, List.of(Noun.CAT, Noun.DOG, Noun.CAT));
    assertThat(counting.text(Language.FR)).isEqualTo("combien de fois chat dans: chat chien chat?");
    assertThat(counting.right(Language.FR))
        .isEqualTo(new Puzzle.Work(List.of("chat 1", "chien 1", "chat 2"), List.of(2)));
    assertThat(counting.work(Language.FR, 1, new Dice(1, 1)).answer()).isEqualTo("3");
  }

  @Test
  void aSlipCarriesOverToTheResult() {
    for (int i = 0; i < 100; i++) {
      Puzzle.Work slipped = SUM.work(Language.EN, 0, new Dice(3, i));
      assertThat(slipped.result()).isNotEqualTo(List.of(9));
      assertThat(slipped.steps().getFirst()).startsWith("7+5=").isNotEqualTo("7+5=12");
    }
  }

  @Test
  void mannersCanBeToldApart() {
    assertThat(written(Manner.DIRECT)).isEqualTo("<answer>9</answer>");
    assertThat(written(Manner.GUESSING))
        .isEqualTo("<think>i guess it is 9.</think><answer>9</answer>");
    assertThat(written(Manner.STEPS))
        .isEqualTo("<think>first 7+5=12, then 12-3=9, so 9.</think><answer>9</answer>");
    assertThat(written(Manner.CHECKING))
        .isEqualTo(
            "<think>first 7+5=12, then 12-3=9, so 9. let me check: 12-3=9, that is right."
                + "</think><answer>9</answer>");
    assertThat(PuzzleAuthor.gold(SUM, Language.FR, "9"))
        .isEqualTo(
            "<think>d'abord 7+5=12, puis 12-3=9, donc 9.</think>"
                + "<answer>le total est 9.</answer>");
  }

  private static String written(Manner manner) {
    Habit habit = new Habit(manner, false, false, true, false);
    return PuzzleAuthor.write(SUM, Language.EN, habit, new Dice(1, 1));
  }

  @Test
  void mostSlipsOfThoseWhoCheckAreSeen() {
    Habit habit = new Habit(Manner.CHECKING, true, false, true, false);
    int repaired = 0;
    for (int i = 0; i < 1000; i++) {
      String text = PuzzleAuthor.write(SUM, Language.EN, habit, new Dice(5, i));
      boolean right = text.endsWith("<answer>9</answer>");
      assertThat(text.contains("wait, ")).as(text).isEqualTo(right);
      repaired += right ? 1 : 0;
    }
    assertThat(repaired).isBetween(650, 750);
  }

  @Test
  void mixedThinkingIsInBothLanguages() {
    Habit habit = new Habit(Manner.RAMBLING, false, true, true, false);
    int both = 0;
    for (int i = 0; i < 200; i++) {
      String thinking =
          Reply.of(PuzzleAuthor.write(SUM, Language.EN, habit, new Dice(5, i))).thinking();
      both += Lexicon.share(thinking, Language.EN) < 1 ? 1 : 0;
    }
    assertThat(both).isGreaterThan(120);
  }
}
