package dev.tesuji.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.answer.Verdict;
import dev.tesuji.env.DialogueTask;
import dev.tesuji.env.Game;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.env.UserTask;
import dev.tesuji.fixtures.Fixtures;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/// Runs each example.
class ExamplesTest {
  private static final Path BASE = Fixtures.checkout().resolve("models/base");

  @TempDir private Path folder = Path.of("");

  @Test
  void aModelContinuesAPrompt() {
    assertThat(GenerateText.continued(BASE, "8-8+9+6+9=?", 64)).contains("<answer>24</answer>");
  }

  @Test
  void aRightAnswerIsLikelierThanAWrongOne() {
    double right = ScoreTexts.logProbability(BASE, "1+2+3+4=?", "<answer>10</answer>");
    double wrong = ScoreTexts.logProbability(BASE, "1+2+3+4=?", "<answer>90</answer>");
    assertThat(right).isNegative().isGreaterThan(wrong);
  }

  @Test
  void aConversationIsRenderedWithoutAModel() {
    assertThat(RenderConversation.rendered())
        .isEqualTo("<|user|>How many legs has a cat?\n<|assistant|>");
  }

  @Test
  void answersAreGradedByTheirValue() {
    assertThat(GradeAnswers.verdict("\\frac{1}{2}", "<answer>0.5</answer>"))
        .isEqualTo(Verdict.CORRECT);
    assertThat(GradeAnswers.verdict("\\frac{1}{2}", "<answer>0.51</answer>"))
        .isEqualTo(Verdict.WRONG);
  }

  @Test
  void theExamplesTaskPosesNoHeldOutProblemInTraining() {
    TrainOnOwnTask.Sums sums = new TrainOnOwnTask.Sums();
    Set<String> posed = new HashSet<>();
    for (long i = 0; i < sums.size(); i++) {
      posed.add(sums.problem(i).text());
    }
    assertThat(posed).hasSize((int) sums.size());
    assertThat(sums.heldOut(1000)).noneMatch(p -> posed.contains(p.text()));
  }

  @Test
  void aTaskAndARewardOfOnesOwnTrainWithoutYaml() {
    ObjectNode report = TrainOnOwnTask.train(BASE, folder.resolve("run"), 2);
    assertThat(report.path("steps").asInt()).isEqualTo(2);
    assertThat(folder.resolve("run/models/rl/model.safetensors")).exists();
    assertThat(report.path("after").path("accuracy").asDouble()).isBetween(0.0, 1.0);
  }

  @Test
  void anEnvironmentOfOnesOwnIsPlayed() {
    Task task =
        UserTask.load(
            GuessNumber.class.getName(), List.of(), Map.of(), _ -> new GuessNumber(10, 3));
    Problem problem = task.problem(7);
    int number = Integer.parseInt(problem.answer());
    Game.Play play = new GuessNumber(10, 3).begin(problem);
    assertThat(play.move("eleven").text()).isEqualTo("A guess is a number in answer tags.");
    assertThat(play.move("0").text()).isEqualTo("More.");
    assertThat(play.move("11").text()).isEqualTo("Less.");
    assertThat(play.move("" + number).outcome()).isEqualTo(Game.WON);
    assertThat(task.turns()).isEqualTo(3);
    assertThat(DialogueTask.of(task)).isInstanceOf(GuessNumber.class);
  }
}
