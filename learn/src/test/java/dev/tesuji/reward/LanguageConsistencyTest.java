package dev.tesuji.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.env.Problem;
import dev.tesuji.generate.FinishReason;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageConsistencyTest {
  private static double share(String language, String text) {
    return new LanguageConsistency(language, List.of()).share(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "en | we add the numbers | 1",
        "zh | 我们先加 | 1",
        "en | 我们先加 the numbers | 0.333333333", // four ideographs, two words
        "zh | 我们先加 the numbers | 0.666666667",
        "ru | сложим числа and stop | 0.5",
        "ja | これは計算です | 1",
        "zh | これは計算です | 0.285714286", // two of seven letters are ideographs
        "ko | 먼저 더합니다 then | 0.666666667",
        "hi | हम संख्याएँ जोड़ते हैं | 1", // marks are part of their letters
        "en | let x be $sehr lang$ and \\frac{y}{z} | 1", // formulas and variables are no words
        "en | 9+8=17 | 0",
        "en | '' | 0"
      })
  void aWordIsToldByItsScript(String language, String text, double share) {
    assertThat(share(language, text)).isCloseTo(share, within(1e-8));
  }

  @Test
  void onlyTheThinkingCounts() {
    Response response =
        new Response(
            new Problem(0, "?", "3", "test"),
            "<think>we add</think>答案是三",
            new int[0],
            FinishReason.EOS);
    assertThat(new LanguageConsistency("en", List.of()).judge(response))
        .isEqualTo(new Judgement.Points(1));
    assertThat(new LanguageConsistency("zh", List.of()).judge(response))
        .isEqualTo(new Judgement.Points(0));
  }

  @Test
  void languagesOfOneScriptAreToldApartWhenAsked() {
    String english = "First we have to add all of the numbers together";
    String german = "Danach ziehen wir noch die letzten beiden Zahlen davon ab";
    LanguageConsistency reward = new LanguageConsistency("en", List.of("de", "fr"));
    assertThat(reward.share(english)).isEqualTo(1);
    assertThat(reward.share(german)).isZero();
    assertThat(reward.share(english + ". " + german + "。 然后")) // 10 of 10 + 10 + 2 words
        .isCloseTo(10.0 / 22, within(1e-12));
    assertThat(share("en", german)).isEqualTo(1); // by script alone they are the same
  }

  @Test
  void unknownLanguagesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LanguageConsistency("english", List.of()))
        .withMessageStartingWith(
            "language must be a code of ISO 639-1 that Tesuji knows the script of, got 'english'"
                + " (known: af, am,");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LanguageConsistency("en", List.of("en")))
        .withMessage("among must name another language than the target, got [en]");
  }
}
