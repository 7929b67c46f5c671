package dev.tesuji.overlap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HeldOutTextsTest {
  private static final String LONG =
      "Ann has three red apples and four green pears, and she eats one of them every single day.";

  private static HeldOutTexts of(String... texts) {
    HeldOutTexts held = new HeldOutTexts();
    for (int i = 0; i < texts.length; i++) {
      held.add(PromptKey.of(texts[i]), texts[i], "test:" + (i + 1));
    }
    return held;
  }

  private static Optional<HeldOutTexts.Match> same(int number) {
    return Optional.of(new HeldOutTexts.Match(true, "test:" + number));
  }

  private static Optional<HeldOutTexts.Match> words(int number) {
    return Optional.of(new HeldOutTexts.Match(false, "test:" + number));
  }

  @Test
  void aTextIsFoundInWhateverDress() {
    HeldOutTexts held = of("What is 2 + 3?", LONG);
    assertThat(held.find("what  is\u00a02 + 3?\n")).isEqualTo(same(1));
    assertThat(held.find("What is 2 - 3?")).isEmpty();
    assertThat(held.find("Question:\nWhat is 2 + 3?\nAnswer: 5")).as("a line").isEqualTo(same(1));
    assertThat(held.find(LONG.toUpperCase(Locale.ROOT))).isEqualTo(same(2));
  }

  @Test
  void thirteenWordsInARowAreFoundAndTwelveAreNot() {
    HeldOutTexts held = of(LONG);
    // Words 2 to 14 of the text, and 2 to 13.
    String thirteen = "has three red apples; and four green pears, and she eats one of";
    assertThat(held.find("Bob " + thirteen + " those")).isEqualTo(words(1));
    assertThat(held.find("Bob has three red apples; and four green pears, and she eats one"))
        .isEmpty();
    assertThat(held.find("Bob has three BLUE apples and four green pears, and she eats one of"))
        .isEmpty();
  }

  @Test
  void ofAShortTextTheWholeIsFoundAsASentence() {
    HeldOutTexts held = of("How many legs have three cats?", "Name two birds.");
    assertThat(held.find("User: how many legs have three cats? Assistant:")).isEqualTo(words(1));
    assertThat(held.find("how many legs have three cats and a dog?")).isEmpty();
    assertThat(held.find("please name two birds. now")).as("fewer than five words").isEmpty();
  }

  @Test
  void numbersInARowAreChanceAndSignsTellSumsApart() {
    HeldOutTexts held =
        of("1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 and so on", "find x if x+5-2=12.");
    assertThat(held.find("count: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15!")).isEmpty();
    assertThat(held.find("find x if x-5+2=12.")).isEmpty();
    assertThat(held.find("please find x if x + 5 - 2 = 12.")).isEqualTo(words(2));
  }

  @Test
  void whatManyHeldOutTextsHaveIsTheirDress() {
    String dress =
        "Solve the following problem step by step and put the final answer inside of a box: ";
    String[] texts = new String[HeldOutTexts.COMMON + 1];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = dress + "question number " + i;
    }
    assertThat(of(texts).find(dress + "another one")).isEmpty();
    assertThat(of(texts[0], texts[1]).find(dress + "another one")).isEqualTo(words(1));
  }
}
