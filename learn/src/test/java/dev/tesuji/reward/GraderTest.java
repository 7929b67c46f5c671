package dev.tesuji.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.answer.Verdict;
import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.env.Problem;
import dev.tesuji.generate.FinishReason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GraderTest {
  private static final Judgement ONE = new Judgement.Points(1);

  private static Response response(String text) {
    return new Response(
        new Problem(0, "1+2=?", "3", "here:1"), text, text.chars().toArray(), FinishReason.EOS);
  }

  private static Grader grader(Reward rule, Duration limit) {
    return new Grader(
        new RewardMix(ChainSums.DEFAULT, List.of(new RewardMix.Part("rule", 1, rule))), limit);
  }

  @Test
  void aRuleThatThrowsCostsOneVerdictAndIsNamed() {
    Reward rule =
        r -> {
          if (r.text().equals("bad")) {
            throw new IllegalStateException("a bug");
          }
          return r.text().equals("deep") ? deep(r) : ONE;
        };
    try (Grader grader = grader(rule, Duration.ofSeconds(5))) {
      Grader.Job bad = grader.submit(response("bad"));
      Grader.Job deep = grader.submit(response("deep"));
      Grader.Job good = grader.submit(response("good"));
      assertThat(bad.await().verdict()).isEqualTo(Verdict.VERIFIER_ERROR);
      assertThat(bad.await().trainable()).isFalse();
      assertThat(bad.await().trouble())
          .isEqualTo("reward 'rule' threw java.lang.IllegalStateException: a bug");
      assertThat(deep.await().trouble())
          .isEqualTo("reward 'rule' threw java.lang.StackOverflowError");
      assertThat(good.await().total()).isEqualTo(1);
      assertThat(good.await().trouble()).isEmpty();
    }
  }

  @Test
  @SuppressWarnings("NullAway") // what a user's class may do all the same
  void aRuleThatReturnsNothingOrDiesCostsOneVerdict() {
    Reward rule =
        r ->
            switch (r.text()) {
              case "nothing" -> null;
              case "dies" -> throw new OutOfMemoryError("made up");
              default -> ONE;
            };
    try (Grader grader = grader(rule, Duration.ofSeconds(5))) {
      Graded nothing = grader.submit(response("nothing")).await();
      assertThat(nothing.verdict()).isEqualTo(Verdict.VERIFIER_ERROR);
      assertThat(nothing.trouble()).isEqualTo("reward 'rule' must return a judgement, got null");
      assertThat(grader.submit(response("dies")).await().trouble())
          .isEqualTo("judging threw java.lang.OutOfMemoryError: made up");
      assertThat(grader.submit(response("good")).await().total()).isEqualTo(1);
    }
  }

  @SuppressWarnings("InfiniteRecursion")
  private static Judgement deep(Response r) {
    return deep(new Response(r.problem(), r.text(), r.ids(), r.reason()));
  }

  @Test
  void rulesThatSpinForeverCostTheirVerdictsAndHoldNothingUp() {
    AtomicInteger sink = new AtomicInteger();
    CountDownLatch over = new CountDownLatch(1);
    Reward rule =
        r -> {
          while (r.text().equals("spin") && over.getCount() > 0) {
            sink.incrementAndGet(); // deaf to interrupts
          }
          return ONE;
        };
    int spinners = 2 * Runtime.getRuntime().availableProcessors();
    try (Grader grader = grader(rule, Duration.ofMillis(100))) {
      List<Grader.Job> stuck =
          IntStream.range(0, spinners).mapToObj(_ -> grader.submit(response("spin"))).toList();
      Grader.Job good = grader.submit(response("good"));
      assertThat(stuck)
          .allSatisfy(p -> {
            assertThat(p.await().verdict()).isEqualTo(Verdict.TIME_OUT);
            assertThat(p.await().cost().cpu())
                .isPositive(); // on a busy machine less than the limit
            assertThat(p.await().trouble()).isEqualTo("its rules took more than 0.1 s");
          });
      assertThat(good.await().total()).isEqualTo(1);
    } finally {
      over.countDown();
    }
  }

  @Test
  void aRuleThatSleepsForeverCostsOneVerdict() {
    CountDownLatch never = new CountDownLatch(1);
    Reward rule =
        _ -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return ONE;
        };
    try (Grader grader = grader(rule, Duration.ofMillis(50))) {
      Graded graded = grader.submit(response("x")).await();
      assertThat(graded.verdict()).isEqualTo(Verdict.TIME_OUT);
      assertThat(graded.cost().cpu()).isLessThan(0.05);
    }
  }

  @Test
  void queueingIsNotHeldAgainstARule() {
    // Each takes a third of its CPU limit; the last wait several limits for their turn.
    Reward rule =
        _ -> {
          long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(40);
          while (System.nanoTime() < end) {
            Thread.onSpinWait();
          }
          return ONE;
        };
    int count = 12 * Runtime.getRuntime().availableProcessors();
    try (Grader grader = grader(rule, Duration.ofMillis(120))) {
      List<Grader.Job> pending =
          IntStream.range(0, count).mapToObj(_ -> grader.submit(response("x"))).toList();
      List<Graded> graded = pending.stream().map(Grader.Job::await).toList();
      assertThat(graded).allSatisfy(g -> assertThat(g.total()).isEqualTo(1));
      assertThat(graded.stream().mapToDouble(g -> g.cost().queued()).max().orElseThrow())
          .isGreaterThan(0.3);
      assertThat(graded).allSatisfy(g -> assertThat(g.cost().cpu()).isLessThan(0.12));
    }
  }

  @Test
  void rewardsThatWaitAllWaitAtOnce() {
    int count = 50;
    CountDownLatch all = new CountDownLatch(count);
    Reward elsewhere =
        new Reward() {
          @Override
          public Judgement judge(Response response) {
            all.countDown();
            try {
              assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return ONE;
          }

          @Override
          public Duration patience() {
            return Duration.ofSeconds(20);
          }
        };
    try (Grader grader = grader(elsewhere, Duration.ofMillis(100))) {
      List<Grader.Job> pending =
          IntStream.range(0, count).mapToObj(_ -> grader.submit(response("x"))).toList();
      assertThat(pending).allSatisfy(p -> assertThat(p.await().total()).isEqualTo(1));
    }
  }

  @Test
  void aRewardThatIsNoNumberIsNamedWithItsCompletion() {
    try (Grader grader = grader(_ -> new Judgement.Points(Double.NaN), Duration.ofSeconds(5))) {
      Grader.Job pending = grader.submit(response("so it is\n3"));
      assertThatExceptionOfType(RewardFailure.class)
          .isThrownBy(pending::await)
          .withMessage(
              "reward 'rule' must pay a finite number, got NaN for the completion 'so it is?3' of"
                  + " the problem here:1");
    }
  }
}
