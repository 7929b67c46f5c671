package dev.tesuji.instruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tesuji.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstructionTest {
  private static Instruction of(String id, String settings) {
    return Instruction.of(id, Json.MAPPER.readTree(settings.replace('~', '"')), "Repeat me. Now.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "keywords:existence | {~keywords~: [~cat~, ~DOG~]} | A dog and cats | A dog",
        "keywords:frequency | {~keyword~: ~cat~, ~relation~: ~at least~, ~frequency~: 2} | Cat, cats | cat",
        "keywords:forbidden_words | {~forbidden_words~: [~cat~]} | cats | a Cat!",
        "keywords:letter_frequency | {~letter~: ~E~, ~let_relation~: ~less than~, ~let_frequency~: 2} | Eat | eaten",
        "language:response_language | {~language~: ~de~} | Das ist ein schöner Tag und ich gehe nach Hause. | This is a fine day and I am going home.",
        "language:response_language | {~language~: ~ru~} | Сегодня хорошая погода | Good weather today",
        "length_constraints:number_sentences | {~relation~: ~at least~, ~num_sentences~: 2} | Dr. Who came. He left! | Dr. Who came",
        "length_constraints:number_words | {~relation~: ~less than~, ~num_words~: 4} | it's so | it's so nice",
        "detectable_content:number_placeholders | {~num_placeholders~: 2} | [a] and [b] | [a]",
        "detectable_content:postscript | {~postscript_marker~: ~P.S.~} | Bye. p. s. one more | Bye. PS one more",
        "detectable_format:constrained_response | {} | Well: My answer is yes. | yes",
        "detectable_format:number_highlighted_sections | {~num_highlights~: 2} | *a* and *b c* | *a* and * *",
        "detectable_format:multiple_sections | {~section_spliter~: ~SECTION~, ~num_sections~: 2} | SECTION 1 a SECTION 2 b | SECTION 1 a",
        "detectable_format:json_format | {} | ```json {~a~: 1} ``` | {a: 1",
        "detectable_format:title | {} | <<Title>> text | << >> text",
        "combination:two_responses | {} | one ****** two | one ****** one",
        "combination:repeat_prompt | {~prompt_to_repeat~: ~Say it~} | say it. Done | Done. Say it",
        "startend:end_checker | {~end_phrase~: ~Any questions?~} | So. any QUESTIONS?' | Any questions? No",
        "startend:quotation | {} | ~quoted~ | ~quoted",
        "change_case:capital_word_frequency | {~capital_relation~: ~at least~, ~capital_frequency~: 3} | I DON'T | I DO",
        "change_case:english_capital | {} | THIS IS A FINE DAY | THIS IS A FINE day",
        "change_case:english_lowercase | {} | this is a fine day | This is a fine day",
        "punctuation:no_comma | {} | none; here | one, here"
      })
  void aResponseFollowsOrNot(String id, String settings, String follows, String doesNot) {
    Instruction instruction = of(id, settings);
    String good = follows.replace('~', '"').replace("QUESTIONS?'", "QUESTIONS?\"");
    assertThat(instruction.holds(good)).as(good).isTrue();
    assertThat(instruction.holds(doesNot.replace('~', '"'))).as(doesNot).isFalse();
  }

  @Test
  void paragraphsStandBetweenThreeStars() {
    Instruction two = of("length_constraints:number_paragraphs", "{~num_paragraphs~: 2}");
    assertThat(two.holds("a\n***\nb\n***\n")).isTrue();
    assertThat(two.holds("a\n\nb")).isFalse();
    assertThat(two.holds("a\n***\n\n***\nb")).as("an empty one between").isFalse();
  }

  @Test
  void aParagraphBeginsWithAWord() {
    Instruction second =
        of(
            "length_constraints:nth_paragraph_first_word",
            "{~num_paragraphs~: 2, ~nth_paragraph~: 2, ~first_word~: ~Then~}");
    assertThat(second.holds("First.\n\n\"then, it rained.")).isTrue();
    assertThat(second.holds("First.\n\nIt rained.")).isFalse();
    assertThat(second.holds("First.\n\nthen.\n\nThird.")).isFalse();
  }

  @Test
  void bulletsAreLinesWithAStarOrADash() {
    Instruction three = of("detectable_format:number_bullet_lists", "{~num_bullets~: 3}");
    assertThat(three.holds("* a\n - b\n\n* c")).isTrue();
    assertThat(three.holds("* a\n** b\n* c")).isFalse();
  }

  @Test
  void aLooseLookForgivesFirstAndLastLinesAndStars() {
    Instruction lower = of("change_case:english_lowercase", "{}");
    assertThat(lower.holds("Sure:\nthis is a fine day")).isFalse();
    assertThat(lower.holdsLoosely("Sure:\nthis is a fine day")).isTrue();
    assertThat(lower.holdsLoosely("Sure:\nthis is a fine day\nBye")).isTrue();
    assertThat(lower.holdsLoosely("Sure:\nThis is a fine day\nBye")).isFalse();
    Instruction quoted = of("startend:quotation", "{}");
    assertThat(quoted.holds("**\"so\"**")).isFalse();
    assertThat(quoted.holdsLoosely("**\"so\"**")).isTrue();
  }

  @Test
  void anEmptyResponseFollowsNothing() {
    assertThat(of("punctuation:no_comma", "{}").holds(" \n")).isFalse();
    assertThat(of("punctuation:no_comma", "{}").holdsLoosely(" \n")).isFalse();
  }

  @Test
  void kindsAndSettingsThatAreNoneAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("keywords:rhyme", "{}"))
        .withMessage(
            "an instruction must be one of IFEval's 25 kinds, such as"
                + " length_constraints:number_words, got 'keywords:rhyme'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("length_constraints:number_words", "{~relation~: ~at least~}"))
        .withMessage(
            "'num_words' of instruction 'length_constraints:number_words' must be a whole number,"
                + " got nothing");
  }
}
