package dev.tesuji.instruction;

import java.util.function.Predicate;

/// The kinds of instructions by their names.
final class Instructions {
  private Instructions() {}

  /// Returns what a kind of instruction checks.
  ///
  /// @param prompt the prompt that it belongs to
  /// @throws IllegalArgumentException when the kind is not known, or a setting is missing or wrong
  static Predicate<String> check(String id, Settings s, String prompt) {
    int colon = id.indexOf(':');
    String kind = id.substring(colon + 1);
    return switch (id.substring(0, Math.max(0, colon))) {
      case "keywords" -> keywords(kind, s);
      case "length_constraints" -> lengths(kind, s);
      case "detectable_content", "detectable_format" -> formats(kind, s);
      case "change_case", "language", "punctuation" -> letters(kind, s);
      case "startend", "combination" -> shapes(kind, s, prompt);
      default -> throw unknown(id);
    };
  }

  private static Predicate<String> keywords(String kind, Settings s) {
    return switch (kind) {
      case "existence" -> Words.all(s.texts("keywords"));
      case "frequency" -> {
        var count = Words.occurrences(s.text("keyword"));
        yield counted(count::applyAsInt, s, "relation", "frequency");
      }
      case "forbidden_words" -> Words.none(s.texts("forbidden_words"));
      case "letter_frequency" -> {
        var count = Words.letters(s.text("letter"));
        yield counted(count::applyAsInt, s, "let_relation", "let_frequency");
      }
      default -> throw unknown(s.id());
    };
  }

  private static Predicate<String> lengths(String kind, Settings s) {
    return switch (kind) {
      case "number_sentences" -> counted(Lengths::sentences, s, "relation", "num_sentences");
      case "number_paragraphs" -> {
        int wanted = s.number("num_paragraphs");
        yield text -> Lengths.paragraphs(text) == wanted;
      }
      case "number_words" -> counted(Lengths::words, s, "relation", "num_words");
      case "nth_paragraph_first_word" ->
          Lengths.firstWord(
              s.number("num_paragraphs"), s.number("nth_paragraph"), s.text("first_word"));
      default -> throw unknown(s.id());
    };
  }

  private static Predicate<String> formats(String kind, Settings s) {
    return switch (kind) {
      case "number_placeholders" -> {
        int least = s.number("num_placeholders");
        yield text -> Formats.placeholders(text) >= least;
      }
      case "postscript" -> Formats.postscript(s.text("postscript_marker"));
      case "number_bullet_lists" -> {
        int wanted = s.number("num_bullets");
        yield text -> Formats.bullets(text) == wanted;
      }
      case "constrained_response" -> Formats::isConstrained;
      case "number_highlighted_sections" -> {
        int least = s.number("num_highlights");
        yield text -> Formats.highlights(text) >= least;
      }
      case "multiple_sections" ->
          Formats.sections(s.text("section_spliter"), s.number("num_sections"));
      case "json_format" -> Formats::isJson;
      case "title" -> Formats::hasTitle;
      default -> throw unknown(s.id());
    };
  }

  private static Predicate<String> letters(String kind, Settings s) {
    return switch (kind) {
      case "capital_word_frequency" ->
          counted(Words::capitals, s, "capital_relation", "capital_frequency");
      case "english_capital" -> {
        Predicate<String> english = Words.inLanguage("en");
        yield text -> Words.isUpper(text) && english.test(text);
      }
      case "english_lowercase" -> {
        Predicate<String> english = Words.inLanguage("en");
        yield text -> Words.isLower(text) && english.test(text);
      }
      case "response_language" -> Words.inLanguage(s.text("language"));
      case "no_comma" -> text -> !text.contains(",");
      default -> throw unknown(s.id());
    };
  }

  private static Predicate<String> shapes(String kind, Settings s, String prompt) {
    return switch (kind) {
      case "two_responses" -> Shapes::isTwoResponses;
      case "repeat_prompt" -> {
        String asked =
            s.given().path("prompt_to_repeat").isString() ? s.text("prompt_to_repeat") : prompt;
        yield Shapes.beginsWith(asked);
      }
      case "end_checker" -> Shapes.endsWith(s.text("end_phrase"));
      case "quotation" -> Shapes::isQuoted;
      default -> throw unknown(s.id());
    };
  }

  /// A count in a text.
  private interface Count {
    long of(String text);
  }

  private static Predicate<String> counted(
      Count count, Settings s, String relation, String number) {
    s.holds(0, relation, number); // says so when a setting is missing
    return text -> s.holds(count.of(text), relation, number);
  }

  private static IllegalArgumentException unknown(String id) {
    return new IllegalArgumentException(
        "an instruction must be one of IFEval's 25 kinds, such as length_constraints:number_words,"
            + " got '"
            + id
            + "'");
  }
}
