package dev.tesuji.reward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.answer.Verdict;
import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.endpoint.Attempts;
import dev.tesuji.endpoint.ChatClient;
import dev.tesuji.endpoint.Endpoint;
import dev.tesuji.endpoint.StubServer;
import dev.tesuji.env.Problem;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.json.Json;
import dev.tesuji.reward.JudgeReward.Thinking;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// A judge that is asked which of two answers is better.
class JudgeRewardTest {
  private final StubServer server = new StubServer();

  @AfterEach
  void close() {
    server.close();
  }

  private JudgeReward judge(int comparisons, int votes, Thinking thinking, Duration timeout) {
    Endpoint endpoint =
        new Endpoint(
            Endpoint.address(server.url()),
            "teacher",
            Endpoint.Api.CHAT,
            null,
            4,
            timeout,
            new Attempts(2, Duration.ofMillis(1)),
            null,
            Json.MAPPER.createObjectNode());
    return new JudgeReward(
        "taste",
        new JudgeModel.Remote(new ChatClient(endpoint, null)),
        new JudgeReward.Settings("the kinder one", comparisons, votes, thinking, 64, 7));
  }

  private JudgeReward judge(int comparisons, int votes) {
    return judge(comparisons, votes, Thinking.HIDDEN, Duration.ofSeconds(30));
  }

  private static Response response(String text) {
    Problem problem = new Problem(3, "Say hello.", "Hello.", "here:1");
    return new Response(problem, text, new int[] {1}, FinishReason.EOS);
  }

  private static String shown(JsonNode question) {
    return question.path("messages").path(1).path("content").asString("");
  }

  private static boolean responseFirst(JsonNode question, String response) {
    return shown(question).contains("<answer_A>\n" + response + "\n</answer_A>");
  }

  @Test
  void theBetterAnswerIsPaidWhateverTheOrder() {
    server.answers(q -> StubServer.Answer.of(responseFirst(q, "Hi!") ? "so\n[[A]]" : "[[B]]"));
    try (JudgeReward judge = judge(2, 1)) {
      assertThat(judge.judge(response("Hi!"))).isEqualTo(new Judgement.Points(1));
    }
    assertThat(server.asked()).hasSize(2);
    assertThat(server.asked()).filteredOn(q -> responseFirst(q, "Hi!")).hasSize(1);
  }

  @Test
  void aJudgeThatAlwaysTakesTheFirstOnePaysAHalf() {
    server.answers(_ -> StubServer.Answer.of("[[A]]"));
    try (JudgeReward judge = judge(4, 1)) {
      assertThat(judge.judge(response("Hi!"))).isEqualTo(new Judgement.Points(0.5));
    }
  }

  @Test
  void tiesAreHalves() {
    server.answers(q -> StubServer.Answer.of(responseFirst(q, "Hi!") ? "[[tie]]" : "[[B]]"));
    try (JudgeReward judge = judge(2, 1)) {
      assertThat(judge.judge(response("Hi!"))).isEqualTo(new Judgement.Points(0.75));
    }
  }

  @Test
  void theMajorityOfTheVotesCounts() {
    AtomicInteger number = new AtomicInteger();
    server.answers(q -> {
      boolean against = number.incrementAndGet() % 3 == 0;
      return StubServer.Answer.of(responseFirst(q, "Hi!") != against ? "[[A]]" : "[[B]]");
    });
    try (JudgeReward judge = judge(1, 3)) {
      assertThat(judge.judge(response("Hi!"))).isEqualTo(new Judgement.Points(1));
    }
    assertThat(server.asked()).hasSize(3);
  }

  @Test
  void equalQuestionsAreAskedOnce() {
    server.answers(_ -> StubServer.Answer.of("[[tie]]"));
    try (JudgeReward judge = judge(2, 1)) {
      judge.judge(response("Hi!"));
      judge.judge(response("<think>hm</think>Hi!"));
    }
    assertThat(server.asked()).hasSize(2);
  }

  @Test
  void aThoughtThatBeginsAgainIsHiddenToo() {
    server.answers(_ -> StubServer.Answer.of("[[tie]]"));
    try (JudgeReward hidden = judge(1, 1)) {
      hidden.judge(response("<think>secret</think>Hey!<think>more secret"));
    }
    assertThat(shown(server.asked().getFirst())).contains("Hey!").doesNotContain("secret");
  }

  @Test
  void thinkingIsHiddenOrShown() {
    server.answers(_ -> StubServer.Answer.of("[[tie]]"));
    try (JudgeReward hidden = judge(1, 1);
        JudgeReward shown = judge(1, 1, Thinking.SHOWN, Duration.ofSeconds(30))) {
      hidden.judge(response("<think>secret</think>Hi!"));
      assertThat(shown(server.asked().getFirst())).contains("Hi!").doesNotContain("secret");
      shown.judge(response("<think>secret</think>Hi!"));
      assertThat(shown(server.asked().getLast())).contains("<think>secret</think>Hi!");
      assertThat(hidden.judge(response("<think>never done"))).isEqualTo(new Judgement.Points(0));
    }
    assertThat(server.asked()).hasSize(2);
  }

  @Test
  void rubbishWithholdsWithAReason() {
    server.answers(_ -> StubServer.Answer.of("Answer A, I think."));
    try (JudgeReward judge = judge(2, 1)) {
      assertThat(judge.judge(response("Hi!")))
          .isEqualTo(
              new Judgement.Withheld(
                  Verdict.VERIFIER_ERROR,
                  "reward 'taste': the judge gave no verdict [[A]], [[B]] or [[tie]] by most of its"
                      + " votes"));
    }
  }

  @Test
  void aJudgeThatIsDownWithholdsWithAReason() {
    server.answers(_ -> new StubServer.Answer(503, "busy"));
    try (JudgeReward judge = judge(1, 1)) {
      Judgement judgement = judge.judge(response("Hi!"));
      assertThat(judgement).isInstanceOf(Judgement.Withheld.class);
      assertThat(((Judgement.Withheld) judgement).reason())
          .startsWith("reward 'taste': ")
          .contains("gave no answer in 2 attempts");
      server.answers(q -> StubServer.Answer.of(responseFirst(q, "Hi!") ? "[[A]]" : "[[B]]"));
      assertThat(judge.judge(response("Hi!"))).isEqualTo(new Judgement.Points(1)); // asked anew
    }
  }

  @Test
  void aSlowJudgeWithholdsAsATimeOut() {
    CountDownLatch over = new CountDownLatch(1);
    server.answers(_ -> {
      try {
        over.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return StubServer.Answer.of("[[A]]");
    });
    try (JudgeReward judge = judge(1, 1, Thinking.HIDDEN, Duration.ofMillis(200))) {
      Judgement judgement = judge.judge(response("Hi!"));
      over.countDown();
      assertThat(((Judgement.Withheld) judgement).verdict()).isEqualTo(Verdict.TIME_OUT);
    }
  }

  @Test
  void theReasonReachesTheRolloutLog() {
    RewardMix mix =
        new RewardMix(
            ChainSums.DEFAULT,
            List.of(
                new RewardMix.Part(
                    "taste",
                    1,
                    _ -> new Judgement.Withheld(Verdict.VERIFIER_ERROR, "the judge is down"))));
    Graded graded = mix.grade(response("Hi!"));
    assertThat(graded.trainable()).isFalse();
    assertThat(graded.trouble()).isEqualTo("the judge is down");
  }
}
