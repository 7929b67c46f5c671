package dev.tesuji.rejection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tesuji.answer.Verdict;
import dev.tesuji.env.Problem;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.rejection.FilterSettings.Duplicates;
import dev.tesuji.reward.Graded;
import dev.tesuji.reward.Response;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SampleFilterTest {
  private static final Problem PROBLEM = new Problem(1, "2+3=?", "5", "test 1");
  private static final List<Threshold> RULES =
      List.of(new Threshold("accuracy", 1), new Threshold("language", 0.5));

  private static SampleFilter sieve(FilterSettings keeping) {
    return new SampleFilter(keeping, RULES, List.of(new Problem(2, "7+7=?", "14", "test 2")));
  }

  private static SampleFilter.OfPrompt ofPrompt(FilterSettings keeping) {
    return sieve(keeping).of(PROBLEM);
  }

  private static FilterSettings keeping(int perPrompt, Duplicates duplicates) {
    return new FilterSettings(true, 6, perPrompt, duplicates, 13);
  }

  private static Graded graded(String text, FinishReason reason, Map<String, Double> paid) {
    Response response = new Response(PROBLEM, text, new int[text.length()], reason);
    return new Graded(response, Verdict.WRONG, paid, 0, paid.size() == 2, "", Graded.Cost.NONE);
  }

  private static Graded good(String text) {
    return graded(text, FinishReason.EOS, Map.of("accuracy", 1.0, "language", 0.5));
  }

  private static String reason(SampleFilter.OfPrompt sieve, Graded graded) {
    return sieve.refuse(graded, graded.response().text()).orElse("kept");
  }

  @Test
  void eachRuleRefusesUnderItsName() {
    SampleFilter.OfPrompt sieve = ofPrompt(keeping(2, Duplicates.NORMALIZED));
    Map<String, Double> right = Map.of("accuracy", 1.0, "language", 1.0);
    assertThat(reason(sieve, graded("abc", FinishReason.LENGTH, right))).isEqualTo("unfinished");
    assertThat(reason(sieve, graded("abcdefg", FinishReason.EOS, right))).isEqualTo("too_long");
    assertThat(
            reason(
                sieve, graded("abc", FinishReason.EOS, Map.of("accuracy", 0.0, "language", 1.0))))
        .isEqualTo("accuracy");
    assertThat(
            reason(
                sieve, graded("abc", FinishReason.EOS, Map.of("accuracy", 1.0, "language", 0.49))))
        .isEqualTo("language");
    assertThat(reason(sieve, graded("abc", FinishReason.EOS, Map.of("accuracy", 1.0))))
        .isEqualTo("ungraded");
    assertThat(reason(sieve, good("abc"))).isEqualTo("kept");
    assertThat(reason(sieve, good(" ABC"))).isEqualTo("duplicate");
    assertThat(reason(sieve, good("abd"))).isEqualTo("kept");
    assertThat(reason(sieve, good("abe"))).isEqualTo("surplus");
  }

  @Test
  void theFirstRuleThatRefusesIsTheReason() {
    SampleFilter.OfPrompt sieve = ofPrompt(keeping(1, Duplicates.NORMALIZED));
    Map<String, Double> wrong = Map.of("accuracy", 0.0, "language", 0.0);
    assertThat(reason(sieve, graded("abcdefg", FinishReason.LENGTH, wrong)))
        .isEqualTo("unfinished");
    assertThat(reason(sieve, graded("abcdefg", FinishReason.EOS, wrong))).isEqualTo("too_long");
    assertThat(reason(sieve, graded("abc", FinishReason.EOS, wrong))).isEqualTo("accuracy");
    assertThat(reason(sieve, good("abc"))).isEqualTo("kept");
    assertThat(reason(sieve, good("abc"))).isEqualTo("duplicate"); // and surplus
  }

  @Test
  void allSamplesOfAnEvaluationProblemAreContaminated() {
    SampleFilter.OfPrompt sieve =
        sieve(FilterSettings.DEFAULT).of(new Problem(3, "7+7=?", "14", "test 3"));
    assertThat(reason(sieve, good("abc"))).isEqualTo("contaminated");
  }

  @Test
  void sameTextsOfDifferentProblemsAreNoDuplicates() {
    SampleFilter sieve = sieve(FilterSettings.DEFAULT);
    assertThat(reason(sieve.of(PROBLEM), good("abc"))).isEqualTo("kept");
    assertThat(reason(sieve.of(new Problem(9, "2+4=?", "6", "test 9")), good("abc")))
        .isEqualTo("kept");
    assertThat(reason(sieve.of(PROBLEM), good("abc"))).isEqualTo("duplicate");
  }

  @Test
  void duplicatesCanBeToldExactlyOrLeft() {
    SampleFilter.OfPrompt exact = ofPrompt(keeping(9, Duplicates.EXACT));
    assertThat(reason(exact, good("abc"))).isEqualTo("kept");
    assertThat(reason(exact, good("Abc"))).isEqualTo("kept");
    assertThat(reason(exact, good("abc"))).isEqualTo("duplicate");
    SampleFilter.OfPrompt none = ofPrompt(keeping(9, Duplicates.NONE));
    assertThat(reason(none, good("abc"))).isEqualTo("kept");
    assertThat(reason(none, good("abc"))).isEqualTo("kept");
  }

  @Test
  void whatWasKeptBeforeAResumeIsKnownAgain() {
    SampleFilter sieve = sieve(FilterSettings.DEFAULT);
    sieve.remember(PROBLEM.text(), "abc");
    assertThat(reason(sieve.of(PROBLEM), good("abc"))).isEqualTo("duplicate");
    sieve.clear();
    assertThat(reason(sieve.of(PROBLEM), good("abc"))).isEqualTo("kept");
  }

  @Test
  void noRewardHasTheNameOfAnotherRule() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new SampleFilter(
                FilterSettings.DEFAULT, List.of(new Threshold("surplus", 0)), List.of()))
        .withMessage("the name of a reward must not be that of another rule, got 'surplus'");
  }

  @Test
  void countsAddUp() {
    FilterCounts tally = new FilterCounts(sieve(FilterSettings.DEFAULT).reasons());
    tally.addKept(10, true);
    tally.addRefused(5, "accuracy");
    tally.addRefused(5, "accuracy");
    tally.addRefused(7, "surplus");
    tally.addPrompt(1, 6);
    tally.addPrompt(0, 8);
    assertThat(tally.drawn()).isEqualTo(4);
    assertThat(tally.tokens()).isEqualTo(27);
    assertThat(tally.allTokens()).isEqualTo(27 + 14);
    assertThat(tally.reasons()).isEqualTo("accuracy 2, surplus 1");
    assertThat(tally.table())
        .startsWith("kept 1 of 4 samples (25.0 %), of 1 of 2 prompts")
        .containsPattern("accuracy +2 +50.0 %");
    FilterCounts again = new FilterCounts(List.of());
    again.restore(tally.json());
    assertThat(again.json()).isEqualTo(tally.json());
    assertThat(again.allTokens()).isEqualTo(41);
  }
}
