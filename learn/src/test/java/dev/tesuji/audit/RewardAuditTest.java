package dev.tesuji.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.answer.Verdict;
import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.reward.Format;
import dev.tesuji.reward.Judgement;
import dev.tesuji.reward.Lengths;
import dev.tesuji.reward.Reward;
import dev.tesuji.reward.RewardFailure;
import dev.tesuji.reward.RewardMix;
import java.util.List;
import org.junit.jupiter.api.Test;

class RewardAuditTest {
  private static final Task SUMS = ChainSums.DEFAULT;

  private static RewardAudit audit(Reward... rewards) {
    List<RewardMix.Part> parts =
        java.util.stream.IntStream.range(0, rewards.length)
            .mapToObj(i -> new RewardMix.Part("part" + i, i == 0 ? 1 : 0.5, rewards[i]))
            .toList();
    return RewardAudit.of(SUMS, new RewardMix(SUMS, parts), s -> s.chars().toArray());
  }

  private static Judgement points(boolean paid) {
    return new Judgement.Points(paid ? 1 : 0);
  }

  private static RewardAudit.Row row(RewardAudit audit, String name) {
    return audit.rows().stream().filter(r -> r.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void accuracyPaysForRightAnswersAndForNothingElse() {
    RewardAudit audit = audit(Reward.accuracy(SUMS), Reward.format());
    assertThat(audit.complaints()).isEmpty();
    assertThat(audit.problems()).isEqualTo(16);
    assertThat(audit.rows()).hasSize(10);
    assertThat(row(audit, "right").reward()).isEqualTo(1.5);
    assertThat(row(audit, "right").correct()).isEqualTo(1);
    assertThat(row(audit, "wrong").reward()).isEqualTo(0.5);
    assertThat(row(audit, "wrong").parts()).containsEntry("part0", 0.0).containsEntry("part1", 1.0);
    assertThat(row(audit, "empty").reward()).isZero();
    assertThat(row(audit, "every answer at once").reward()).isEqualTo(0.5);
    assertThat(row(audit, "cut off").reward()).isZero();
    assertThat(audit.lines()).hasSize(11);
    assertThat(audit.lines().get(1))
        .isEqualTo("right                        1.500     100%         1.000         1.000");
  }

  @Test
  void aGraderThatLooksForTheAnswerAnywhereIsFoundOut() {
    assertThat(audit(r -> points(r.text().contains(r.problem().answer()))).complaints())
        .anySatisfy(c ->
            assertThat(c)
                .startsWith(
                    "the reward pays for nothing good: 'every answer at once' gets 1.000, a right"
                        + " answer 1.000, a wrong one 0."));
  }

  @Test
  void aGraderThatFindsNothingInEverythingIsFoundOut() {
    Reward backwards =
        r -> {
          String answer = SUMS.extract(r.text());
          return points(r.problem().answer().contains(answer));
        };
    assertThat(audit(backwards).complaints())
        .anySatisfy(c -> assertThat(c).contains("'empty' gets 1.000"))
        .anySatisfy(c -> assertThat(c).contains("'repeated text' gets 1.000"));
  }

  @Test
  void whatDoesNotPayForRightAnswersIsFoundOut() {
    assertThat(audit(r -> points(Format.holds(r.text()))).complaints())
        .containsExactly(
            "the reward does not pay for right answers: a right one gets 1.000, a wrong one 1.000");
    Reward inverted = r -> points(!SUMS.grade(r.problem(), r.text()).isCorrect());
    assertThat(audit(inverted).complaints())
        .containsExactly(
            "the reward does not pay for right answers: a right one gets 0.000, a wrong one 1.000");
  }

  @Test
  void aBonusForSilenceThatOutweighsTheAnswerIsFoundOut() {
    Reward brief = r -> new Judgement.Points(r.tokens() < 10 ? 2 : 0);
    assertThat(audit(Reward.accuracy(SUMS), brief).complaints())
        .anySatisfy(c -> assertThat(c).contains("'empty' gets 1.000, a right answer 1.000"));
  }

  @Test
  void rewardsForLengthBesideAccuracyPass() {
    Lengths.Cosine cosine = new Lengths.Cosine(1, 0.5, -1, -0.5, -1);
    assertThat(audit(Reward.cosine(SUMS, cosine, 96), Reward.overlong(96, 20)).complaints())
        .isEmpty();
  }

  @Test
  void aRewardThatCannotJudgeTheRightAnswerIsNamed() {
    Reward broken =
        _ -> {
          throw new IllegalStateException("no key");
        };
    assertThat(audit(broken).complaints())
        .containsExactly(
            "the reward cannot judge a right answer (reward 'part0' threw"
                + " java.lang.IllegalStateException: no key)");
    assertThat(audit(_ -> new Judgement.Withheld(Verdict.TIME_OUT)).complaints())
        .containsExactly("the reward cannot judge a right answer");
  }

  @Test
  void aRewardThatCannotJudgeAWrongAnswerIsNamed() {
    Reward shy =
        r ->
            SUMS.grade(r.problem(), r.text()).isCorrect()
                ? new Judgement.Points(1)
                : new Judgement.Withheld(Verdict.TIME_OUT);
    assertThat(audit(shy).complaints()).containsExactly("the reward cannot judge a wrong answer");
  }

  @Test
  void whatCouldNotBeJudgedIsInNoMean() {
    Reward odd =
        r ->
            r.problem().id() == SUMS.problem(0).id()
                ? new Judgement.Withheld(Verdict.TIME_OUT)
                : Judgement.of(SUMS.grade(r.problem(), r.text()));
    RewardAudit.Row right = audit(odd).rows().getFirst();
    assertThat(right.reward()).isEqualTo(1);
    assertThat(right.parts().get("part0")).isCloseTo(1, within(1e-12));
  }

  @Test
  void aRewardThatIsNoNumberFailsTheAudit() {
    assertThatExceptionOfType(RewardFailure.class)
        .isThrownBy(() -> audit(r -> new Judgement.Points(1.0 / r.tokens())))
        .withMessage(
            "reward 'part0' must pay a finite number, got Infinity for the completion '' of the"
                + " problem "
                + SUMS.problem(0).source());
  }

  @Test
  void goldAnswersOfTheBuiltInTaskGradeAsCorrect() {
    DataAudit audit = DataAudit.of(SUMS);
    assertThat(audit.problems()).isEqualTo(2000);
    assertThat(audit.failures()).isEmpty();
  }

  @Test
  void goldAnswersThatDoNotGradeAsCorrectAreListed() {
    List<Problem> problems =
        List.of(
            new Problem(0, "1+1=?", "2", "a:1"),
            new Problem(1, "1+2=?", "three", "a:2"),
            new Problem(2, "2+2=?", "4", "a:3"));
    DataAudit audit = DataAudit.of(new Listed(problems));
    assertThat(audit.problems()).isEqualTo(3);
    assertThat(audit.failures())
        .containsExactly(new DataAudit.Failure("a:2", "three", "unparseable"));
  }

  /// Chain sums with problems of our own, the last one held out.
  private record Listed(List<Problem> problems) implements Task {
    @Override
    public String name() {
      return "listed";
    }

    @Override
    public long size() {
      return problems.size() - 1L;
    }

    @Override
    public Problem problem(long index) {
      return problems.get((int) index);
    }

    @Override
    public List<Problem> heldOut(int count) {
      return List.of(problems.getLast());
    }

    @Override
    public String prompt(Problem problem) {
      return problem.text();
    }

    @Override
    public String extract(String response) {
      return SUMS.extract(response);
    }

    @Override
    public Verdict grade(Problem problem, String response) {
      return SUMS.grade(problem, response);
    }
  }
}
