package dev.tesuji.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tesuji.generate.FinishReason;
import dev.tesuji.policy.LossFixture;
import dev.tesuji.task.ChainSums;
import dev.tesuji.task.Problem;
import dev.tesuji.task.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

class RewardTest {
  private static final Problem PROBLEM = new Problem(0, "1+2=?", "3", "test");

  private static Response response(String text) {
    return new Response(PROBLEM, text, text.length(), FinishReason.EOS);
  }

  @TestFactory
  Stream<DynamicTest> theOverlongPenaltyEqualsTrls() {
    return LossFixture.tests(
        "shaped_rewards",
        c -> c.param("kind").stringValue().equals("soft_overlong_punishment"),
        c -> {
          JsonNode lengths = c.param("lengths");
          double[] got = new double[lengths.size()];
          for (int i = 0; i < got.length; i++) {
            got[i] =
                Reward.overlongPenalty(
                    lengths.get(i).intValue(),
                    c.param("max_completion_len").intValue(),
                    c.param("soft_punish_cache").intValue());
          }
          c.check("rewards", got);
        });
  }

  @Test
  void theFormatAsksForThinkingAndAnAnswerOnce() {
    assertThat(Format.holds("<think>x</think><answer>3</answer>")).isTrue();
    assertThat(Format.holds(" <think>\nx\n</think>\n<answer>\n3\n</answer>\n")).isTrue();
    assertThat(Format.holds("<think></think><answer>3</answer>")).isFalse();
    assertThat(Format.holds("<think>x</think><answer> </answer>")).isFalse();
    assertThat(Format.holds("<answer>3</answer>")).isFalse();
    assertThat(Format.holds("so <think>x</think><answer>3</answer>")).isFalse();
    assertThat(Format.holds("<think>x</think><answer>3</answer> done")).isFalse();
    assertThat(Format.holds("<think><think>x</think><answer>3</answer>")).isFalse();
    assertThat(Format.holds("")).isFalse();
  }

  @Test
  void partsAddUpByTheirWeights() {
    RewardMix mix =
        new RewardMix(
            ChainSums.DEFAULT,
            List.of(
                new RewardMix.Part("accuracy", 1, Reward.accuracy(ChainSums.DEFAULT)),
                new RewardMix.Part("format", 0.5, Reward.format())));
    Graded right = mix.grade(response("<think>x</think><answer>3</answer>"));
    assertThat(right.total()).isEqualTo(1.5);
    assertThat(right.verdict()).isEqualTo(Verdict.CORRECT);
    Graded wrong = mix.grade(response("<think>x</think><answer>4</answer>"));
    assertThat(wrong.total()).isEqualTo(0.5);
    assertThat(wrong.parts()).containsEntry("accuracy", 0.0).containsEntry("format", 1.0);
    assertThat(wrong.trainable()).isTrue();
  }

  @Test
  void anUnreadableGoldAnswerIsNotTrainedOn() {
    RewardMix mix =
        new RewardMix(
            ChainSums.DEFAULT,
            List.of(new RewardMix.Part("accuracy", 1, Reward.accuracy(ChainSums.DEFAULT))));
    Problem broken = new Problem(0, "?", "unknown", "test");
    Graded g = mix.grade(new Response(broken, "<answer>3</answer>", 3, FinishReason.EOS));
    assertThat(g.verdict()).isEqualTo(Verdict.UNPARSEABLE);
    assertThat(g.trainable()).isFalse();
  }

  @Test
  void aRuleThatThrowsCostsOneVerdict() {
    try (Grader grader = grader(r -> failing(r.text()))) {
      Grader.Pending bad = grader.submit(response("bad"));
      Grader.Pending good = grader.submit(response("good"));
      assertThat(bad.await().verdict()).isEqualTo(Verdict.VERIFIER_ERROR);
      assertThat(bad.await().trainable()).isFalse();
      assertThat(good.await().total()).isEqualTo(1);
    }
  }

  private static Judgement failing(String text) {
    if (text.equals("bad")) {
      throw new IllegalStateException("a bug in the rule");
    }
    return new Judgement.Points(1);
  }

  @Test
  void aRuleThatHangsCostsOneVerdict() {
    CountDownLatch never = new CountDownLatch(1);
    try (Grader grader =
        grader(r -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return new Judgement.Points(1);
        })) {
      assertThat(grader.submit(response("x")).await().verdict()).isEqualTo(Verdict.TIME_OUT);
    }
  }

  private static Grader grader(Reward rule) {
    return new Grader(
        new RewardMix(ChainSums.DEFAULT, List.of(new RewardMix.Part("rule", 1, rule))),
        Duration.ofMillis(300));
  }

  @Test
  void rewardsAreFinite() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Judgement.Points(Double.NaN))
        .withMessage("a reward must be finite, got NaN");
  }
}
