package dev.tesuji.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.answer.Verdict;
import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.env.Problem;
import dev.tesuji.generate.FinishReason;
import java.util.List;
import org.junit.jupiter.api.Test;

class RewardTest {
  private static final Problem PROBLEM = new Problem(0, "1+2=?", "3", "test");

  private static Response response(String text) {
    return new Response(PROBLEM, text, text.chars().toArray(), FinishReason.EOS);
  }

  @Test
  void repeatedTokensCostTheirShareOfNGrams() {
    // 1 2 1 2 1 has the bigrams 12 21 12 21: two of four are new.
    assertThat(Repetition.penalty(new int[] {1, 2, 1, 2, 1}, 2, -1)).isEqualTo(-0.5);
    assertThat(Repetition.penalty(new int[] {1, 2, 3}, 2, -1)).isZero();
    assertThat(Repetition.penalty(new int[] {1}, 2, -1)).isZero();
  }

  @Test
  void theCosineRunsFromShortToLong() {
    Lengths.Cosine cosine = new Lengths.Cosine(1, 0.5, -1, -0.5, -2);
    assertThat(cosine.of(true, 0, 100)).isEqualTo(1);
    assertThat(cosine.of(true, 50, 100)).isCloseTo(0.75, within(1e-12));
    assertThat(cosine.of(false, 0, 100)).isEqualTo(-1);
    assertThat(cosine.of(false, 50, 100)).isCloseTo(-0.75, within(1e-12));
    // cos(π/3) = 1/2: three quarters of the way from 0.5 to 1
    assertThat(cosine.of(true, 100, 300)).isCloseTo(0.875, within(1e-12));
    assertThat(cosine.of(true, 100, 100)).isEqualTo(-2);
    assertThat(cosine.of(false, 101, 100)).isEqualTo(-2);
  }

  @Test
  void tagsCountOnceEach() {
    assertThat(Format.tags("<think>a</think><answer>b</answer>")).isEqualTo(4);
    assertThat(Format.tags("<think>a<think></think>b")).isEqualTo(1);
    assertThat(Format.tags("")).isZero();
  }

  @Test
  void thinkingIsWhatStandsInItsTags() {
    assertThat(Format.thinking("<think>a</think>b")).isEqualTo("a");
    assertThat(Format.thinking("a</think>b")).isEqualTo("a");
    assertThat(Format.thinking("<think>cut of")).isEqualTo("cut of");
    assertThat(Format.thinking("no tags")).isEqualTo("no tags");
    assertThat(Format.thinking("so <answer>5</answer>")).isEqualTo("so ");
    assertThat(Format.thinking("<think>so <answer>5</answer>")).isEqualTo("so ");
    assertThat(Format.thinking("<think>an <answer>?</think>5")).isEqualTo("an <answer>?");
  }

  @Test
  void partsOfTheSameNameAreRefused() {
    RewardMix.Part part = new RewardMix.Part("format", 1, Reward.format());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RewardMix(ChainSums.DEFAULT, List.of(part, part)))
        .withMessage(
            "the parts of a reward must have different names, got 'format' twice (give one a"
                + " 'name')");
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
    Graded g = mix.grade(new Response(broken, "<answer>3</answer>", new int[3], FinishReason.EOS));
    assertThat(g.verdict()).isEqualTo(Verdict.UNPARSEABLE);
    assertThat(g.trainable()).isFalse();
  }
}
