package dev.tesuji.chainsums;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.answer.Verdict;
import dev.tesuji.env.Problem;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChainSumsTest {
  private static final ChainSums TASK = ChainSums.DEFAULT;

  @Test
  void totalsAreRightAndStayInRange() {
    for (int i = 0; i < 2000; i++) {
      Problem p = TASK.problem(i);
      List<Integer> terms = ChainSums.terms(p);
      assertThat(terms).hasSizeBetween(4, 8);
      int total = 0;
      for (int t : terms) {
        total += t;
        assertThat(total).as(p.text()).isBetween(0, 99);
      }
      assertThat(p.answer()).isEqualTo(Integer.toString(total));
    }
  }

  @Test
  void noProblemIsBothTrainedOnAndEvaluatedOn() {
    Set<String> heldOut = new HashSet<>();
    TASK.heldOut(2000).forEach(p -> heldOut.add(p.text()));
    assertThat(heldOut).hasSizeGreaterThan(1500);
    for (int i = 0; i < 50_000; i++) {
      assertThat(heldOut).doesNotContain(TASK.problem(i).text());
    }
  }

  @Test
  void theSameNumberIsTheSameProblem() {
    assertThat(TASK.problem(7)).isEqualTo(TASK.problem(7));
    assertThat(TASK.problem(7)).isNotEqualTo(TASK.problem(8));
  }

  @Test
  void onlyATaggedAnswerCounts() {
    Problem p = new Problem(0, "1+2=?", "3", "test");
    assertThat(TASK.grade(p, "<think>1+2=3;</think><answer>3</answer>")).isEqualTo(Verdict.CORRECT);
    assertThat(TASK.grade(p, "<answer>3</answer>")).isEqualTo(Verdict.CORRECT);
    assertThat(TASK.grade(p, "3")).isEqualTo(Verdict.WRONG);
    assertThat(TASK.grade(p, "<think>3</think>")).isEqualTo(Verdict.WRONG);
    assertThat(TASK.grade(p, "<think><answer>3</answer></think>")).isEqualTo(Verdict.WRONG);
    assertThat(TASK.grade(p, "")).isEqualTo(Verdict.WRONG);
  }

  @Test
  void theCorpusHasItsShares() {
    ChainSumsCorpus corpus = ChainSumsCorpus.DEFAULT;
    int n = 5000;
    double thought = 0;
    double tagged = 0;
    double right = 0;
    for (int i = 0; i < n; i++) {
      Problem p = TASK.problem(i);
      String response = corpus.response(p);
      thought += response.contains("<think>") ? 1 : 0;
      tagged += response.contains("<answer>") ? 1 : 0;
      String answer = response.replaceAll("(?s).*?(\\d+)\\D*$", "$1");
      right += answer.equals(p.answer()) ? 1 : 0;
    }
    assertThat(thought / n).isCloseTo(0.4, within(0.02));
    assertThat(tagged / n).isCloseTo(0.8, within(0.02));
    assertThat(right / n).isCloseTo(0.6 * 0.5 + 0.4 * 0.85, within(0.02));
  }

  @Test
  void stepsAreWorkedOut() {
    ChainSumsCorpus steps = new ChainSumsCorpus(0, 0, 0, 0, 0);
    assertThat(steps.response(new Problem(2, "9+8-6=?", "11", "test")))
        .isEqualTo("<think>9+8=17;17-6=11;</think><answer>11</answer>");
    ChainSumsCorpus skipping = new ChainSumsCorpus(0, 1, 0, 0, 0);
    assertThat(skipping.response(new Problem(2, "9+8-6+1=?", "12", "test")))
        .isEqualTo("<think>9+8-6=11;11+1=12;</think><answer>12</answer>");
  }

  @Test
  void impossibleLengthsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ChainSums(5, 4))
        .withMessage(
            "minTerms and maxTerms must satisfy 2 <= minTerms <= maxTerms <= 11, got 5 and 4");
  }
}
