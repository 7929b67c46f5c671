package dev.tesuji.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tesuji.answer.Verdict;
import dev.tesuji.env.Problem;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorldTest {
  private static final World WORLD = World.DEFAULT;

  @Test
  void aNumberSaysEverythingAboutAProblem() {
    for (int i = 0; i < 500; i++) {
      Problem problem = WORLD.problem(i);
      Posed posed = Posed.of(problem);
      assertThat(posed).isEqualTo(WORLD.posed(i));
      assertThat(posed.problem()).isEqualTo(problem);
    }
  }

  @Test
  void kindsLanguagesAndLevelsTakeTurns() {
    World two = new World(List.of(Kind.SUMS, Kind.FACTS), List.of(Language.FR, Language.EN), 2);
    assertThat(two.posed(0).kind()).isEqualTo(Kind.SUMS);
    assertThat(two.posed(1).kind()).isEqualTo(Kind.FACTS);
    assertThat(two.posed(0).language()).isEqualTo(Language.FR);
    assertThat(two.posed(2).language()).isEqualTo(Language.EN);
    assertThat(two.posed(0).level()).isEqualTo(1);
    assertThat(two.posed(4).level()).isEqualTo(2);
    assertThat(two.posed(5).level()).as("facts are not graded").isEqualTo(1);
    assertThat(two.posed(8).level()).isEqualTo(1);
  }

  @Test
  void noQuestionIsBothTrainedOnAndEvaluatedOnInWhateverLanguage() {
    Set<String> heldOut = new HashSet<>();
    WORLD.heldOut(600).forEach(p -> heldOut.add(Posed.of(p).question().toString()));
    assertThat(heldOut).hasSizeGreaterThan(300);
    for (int i = 0; i < 20_000; i++) {
      assertThat(heldOut).doesNotContain(WORLD.posed(i).question().toString());
    }
  }

  @Test
  void heldOutProblemsDifferAndNoKindIsMissing() {
    List<Problem> problems = WORLD.heldOut(9 * 2 * 30);
    assertThat(problems.stream().map(Problem::text)).doesNotHaveDuplicates();
    Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    problems.forEach(p -> counts.merge(Posed.of(p).kind(), 1, Integer::sum));
    assertThat(counts).hasSize(9);
    assertThat(counts.values()).allMatch(n -> n >= 25);
  }

  @Test
  void enoughRequestsAreHeldOutToTellRefusalsBy() {
    for (Kind kind : List.of(Kind.HARMFUL, Kind.ADVICE)) {
      World one = new World(List.of(kind), Language.ALL, 1);
      assertThat(one.heldOut(200)).as(kind.toString()).hasSize(200);
    }
  }

  @Test
  void theGoldResponseIsRightReadableSafeAndInOneLanguage() {
    for (int i = 0; i < 3000; i++) {
      Problem problem = WORLD.problem(i);
      Posed posed = Posed.of(problem);
      String gold = WORLD.goldResponse(problem);
      assertThat(WORLD.grade(problem, gold)).as(problem.text() + gold).isEqualTo(Verdict.CORRECT);
      assertThat(Judge.isSafe(posed, gold)).as(gold).isTrue();
      assertThat(Lexicon.share(Reply.of(gold).thinking(), posed.language()))
          .as(problem.text() + gold)
          .isEqualTo(1);
      assertThat(Judge.assess(posed, gold).helpfulness()).as(problem.text() + gold).isEqualTo(1);
    }
  }

  @Test
  void aPuzzleIsRightWithItsNumbersAndNoOthers() {
    World sums = new World(List.of(Kind.SUMS), List.of(Language.EN), 1);
    Problem problem = sums.problem(0);
    String right = problem.answer();
    assertThat(sums.grade(problem, "<answer>" + right + "</answer>")).isEqualTo(Verdict.CORRECT);
    assertThat(sums.grade(problem, "<think>no</think><answer>the total is " + right + ".</answer>"))
        .isEqualTo(Verdict.CORRECT);
    assertThat(sums.grade(problem, right)).isEqualTo(Verdict.WRONG);
    assertThat(sums.grade(problem, "<think><answer>" + right + "</answer></think>"))
        .isEqualTo(Verdict.WRONG);
    assertThat(sums.grade(problem, "<answer>" + right + " 99</answer>")).isEqualTo(Verdict.WRONG);
    assertThat(sums.grade(problem, "<answer></answer>")).isEqualTo(Verdict.WRONG);
  }

  @Test
  void anotherDifficultyThanThreeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new World(Kind.ALL, List.of(Language.EN), 4))
        .withMessage("difficulty must be from 1 to 3, got 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new World(List.of(), List.of(Language.EN), 1))
        .withMessage("kinds must be one or more kinds, got []");
  }
}
