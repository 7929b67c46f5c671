package dev.tesuji.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.answer.Verdict;
import dev.tesuji.check.BadInput;
import dev.tesuji.env.Problem;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.weights.NewModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A judge of this process.
@ExtendWith(LeakCheck.class)
class LocalJudgeTest {
  private static final String TEMPLATE =
      "{% for m in messages %}{{ m['role'] + ':' + m['content'] }}{% endfor %}";

  @TempDir private Path folder = Path.of("");

  private Path model(int positions) throws IOException {
    Path model = folder.resolve("judge" + positions);
    new NewModel(1, 16, 24, 2, 1, positions).create(model, 5);
    Files.writeString(model.resolve("chat_template.jinja"), TEMPLATE);
    return model;
  }

  private static JudgeModel.Question question(int number, double temperature) {
    return new JudgeModel.Question(
        number, "be kind", "a or b " + number, temperature, 8, 3, "here");
  }

  @Test
  void answersFollowFromTheQuestionAndItsSeedWhoeverElseAsks() throws IOException {
    try (LocalJudge judge = new LocalJudge(model(256), Device.CPU, 16)) {
      List<String> alone =
          IntStream.range(0, 8).mapToObj(i -> judge.answer(question(i, 1))).toList();
      List<String> together =
          IntStream.range(0, 8).parallel().mapToObj(i -> judge.answer(question(i, 1))).toList();
      assertThat(together).isEqualTo(alone);
      assertThat(alone.stream().distinct().count()).isGreaterThan(4); // samples
      assertThat(judge.answer(question(1, 0))).isEqualTo(judge.answer(question(1, 0)));
    }
  }

  /// The weights of this judge are by chance, so that it gives no verdict: judgement is withheld.
  @Test
  void aJudgeWithoutAVerdictWithholdsJudgement() throws IOException {
    JudgeReward.Settings settings =
        new JudgeReward.Settings("the kinder one", 2, 1, JudgeReward.Thinking.HIDDEN, 8, 7);
    try (JudgeReward reward =
        new JudgeReward("taste", new LocalJudge(model(2048), Device.CPU, 8), settings)) {
      assertThat(reward.judge(response("Hi!")))
          .isEqualTo(
              new Judgement.Withheld(
                  Verdict.VERIFIER_ERROR,
                  "reward 'taste': the judge gave no verdict [[A]], [[B]] or [[tie]] by most of its"
                      + " votes"));
    }
    try (JudgeReward reward =
        new JudgeReward("taste", new LocalJudge(model(256), Device.CPU, 8), settings)) {
      Judgement.Withheld withheld = (Judgement.Withheld) reward.judge(response("Hi!"));
      assertThat(withheld.reason())
          .startsWith("reward 'taste': a question to the judge must have at most 248 tokens, got ");
    }
  }

  /// Whoever votes second may still write a question in tokens when the first vote has failed.
  @Test
  void aJudgeIsFreedWhenNobodyAsksItAnyMore() throws Exception {
    for (int round = 0; round < 5; round++) {
      LocalJudge judge = new LocalJudge(model(256), Device.CPU, 8);
      JudgeModel.Question longOne =
          new JudgeModel.Question(1, "be kind", "a or b ".repeat(100_000), 1, 8, 3, "here");
      List<CompletableFuture<String>> asked =
          IntStream.range(0, 4)
              .mapToObj(_ -> CompletableFuture.supplyAsync(() -> judge.answer(longOne)))
              .toList();
      Thread.sleep(20); // some of them are at it
      judge.close();
      for (CompletableFuture<String> one : asked) {
        assertThatExceptionOfType(ExecutionException.class)
            .isThrownBy(one::get)
            .withCauseInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  private static Response response(String text) {
    Problem problem = new Problem(3, "Say hello.", "Hello.", "here:1");
    return new Response(problem, text, new int[] {1}, FinishReason.EOS);
  }

  @Test
  void aJudgeNeedsAChatTemplate() throws IOException {
    Path model = model(64);
    Files.delete(model.resolve("chat_template.jinja"));
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> new LocalJudge(model, Device.CPU, 8))
        .withMessageContaining("chat template");
  }
}
