package dev.tesuji.reward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.env.Problem;
import dev.tesuji.generate.FinishReason;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AmongTest {
  private static final Problem SUM = new Problem(1, "1+1", "2", "train.jsonl:1");

  private static double paid(String sources, Problem problem) {
    Among among = new Among(Pattern.compile(sources), _ -> new Judgement.Points(3));
    Response response = new Response(problem, "2", new int[] {1}, FinishReason.EOS);
    return ((Judgement.Points) among.judge(response)).value();
  }

  @Test
  void aRewardMayBeForTheProblemsOfAFile() {
    assertThat(paid("train.*", SUM)).isEqualTo(3);
    assertThat(paid("train", SUM)).isZero(); // the whole source must match
  }

  @Test
  void aRewardMayBeForATaskOfAMixture() {
    assertThat(paid("sums", SUM.ofTask("sums"))).isEqualTo(3);
    assertThat(paid("sums", SUM.ofTask("words"))).isZero();
    assertThat(paid("sums", SUM)).isZero();
  }
}
