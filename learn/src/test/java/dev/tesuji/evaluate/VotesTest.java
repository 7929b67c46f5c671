package dev.tesuji.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.policy.LossFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

public class VotesTest {
  @TestFactory
  public Stream<DynamicTest> passAtKEqualsExactArithmetic() {
    return LossFixture.tests(
        "pass_at_k",
        c ->
            c.check(
                "value",
                Votes.passAtK(
                    c.param("n").intValue(), c.param("c").intValue(), c.param("k").intValue())));
  }

  @TestFactory
  public Stream<DynamicTest> majAtKEqualsTheSumOverAllSubsets() {
    return LossFixture.tests(
        "maj_at_k",
        c -> {
          List<@Nullable String> answers = new ArrayList<>();
          for (JsonNode a : c.param("answers")) {
            answers.add(a.isNull() ? null : a.stringValue());
          }
          String gold = c.param("gold").stringValue();
          int k = c.param("k").intValue();
          c.check("maj_at_k", Votes.majAtK(answers, gold, k));
          c.check("vote_accuracy_ties_split", Votes.majAtK(answers, gold, answers.size()));
          JsonNode first = c.expected("vote_first_seen");
          assertThat(Votes.majority(answers))
              .isEqualTo(first.isNull() ? null : first.stringValue());
        });
  }

  @Test
  void manySamplesDoNotOverflow() {
    List<String> answers = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      answers.add(i % 3 == 0 ? "right" : "wrong" + i % 7);
    }
    assertThat(Votes.majAtK(answers, "right", 64)).isBetween(0.9, 1.0);
    assertThat(Votes.majAtK(answers, "right", 1)).isCloseTo(86 / 256.0, within(1e-12));
  }

  @Test
  void theBestOfKIsThatOfEverySubset() {
    // By score: right, wrong, right, wrong. Of the 6 pairs, only {1, 3} and {2, 3} end in a right
    // one; of the 4 triples, {1, 2, 3}; the best of all is wrong.
    double[] scores = {2.5, -1, 0, 7};
    boolean[] right = {true, true, false, false};
    assertThat(Votes.bestOfK(scores, right, 1)).isCloseTo(2 / 4.0, within(1e-12));
    assertThat(Votes.bestOfK(scores, right, 2)).isCloseTo(2 / 6.0, within(1e-12));
    assertThat(Votes.bestOfK(scores, right, 3)).isCloseTo(1 / 4.0, within(1e-12));
    assertThat(Votes.bestOfK(scores, right, 4)).isZero();
  }

  @Test
  void samplesThatTieForTheBestAreAsLikelyToBeTaken() {
    // Pairs: {a, b} ends in a or b, half right; {a, c} and {b, c} end in c, which is wrong: 0.5 /
    // 3.
    double[] scores = {1, 1, 2};
    boolean[] right = {true, false, false};
    assertThat(Votes.bestOfK(scores, right, 2)).isCloseTo(0.5 / 3, within(1e-12));
    // Scores that say nothing choose at random, however many there are.
    boolean[] some = {true, false, true, false, false};
    for (int k = 1; k <= 5; k++) {
      assertThat(Votes.bestOfK(new double[5], some, k)).isCloseTo(0.4, within(1e-12));
    }
  }

  @Test
  void aJudgeWhoKnowsReachesPassAtK() {
    double[] scores = {0, 1, 0, 1, 0, 0, 0};
    boolean[] right = {false, true, false, true, false, false, false};
    for (int k = 1; k <= 7; k++) {
      assertThat(Votes.bestOfK(scores, right, k)).isCloseTo(Votes.passAtK(7, 2, k), within(1e-12));
    }
  }

  @Test
  void moreSamplesThanThereAreCannotBeEstimated() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Votes.passAtK(4, 1, 8))
        .withMessage("k must be from 1 to the number of samples (4), got 8");
  }
}
