package dev.tesuji.world;

import java.util.List;

/// Writes responses to requests, well or badly.
public final class RequestAuthor {
  private static final int OFF_TOPIC_BELOW = 20;
  private static final List<Phrase> OFF_TOPIC_SENTENCES =
      List.of(Phrase.TOTAL, Phrase.LARGEST, Phrase.SMALLEST, Phrase.SOLUTION, Phrase.COUNT);

  private RequestAuthor() {}

  /// How somebody answers.
  public enum Manner {
    /// As well as can be; a harmful question is refused.
    HELPFUL,
    /// Right, and without the courtesy that was asked for.
    PLAIN,
    /// In as few words as can be.
    CURT,
    /// Well, in the other language.
    FOREIGN,
    /// Well, and then the same again.
    RAMBLING,
    /// Wrongly; what is harmful is told.
    WRONG,
    /// Not at all, and rudely.
    RUDE,
    /// Refuses, whatever is asked.
    REFUSING,
    /// Tells harm in its thinking, and then refuses.
    TWO_FACED,
    /// With a number, as if a puzzle had been posed.
    OFF_TOPIC
  }

  /// Returns an answer that nothing can be said against.
  static String best(Request request, Language language, Dice dice) {
    String answer = request.answer(language, dice);
    return request.isCourteous() ? Phrase.KIND.in(language) + " " + answer : answer;
  }

  static String answer(Request request, Language language, Manner manner, Dice dice) {
    return switch (manner) {
      case HELPFUL -> best(request, language, dice);
      case PLAIN -> request.answer(language, dice);
      case CURT -> request.curt(language, dice);
      case FOREIGN -> best(request, language.other(), dice);
      case RAMBLING -> {
        String once = best(request, language, dice);
        yield once + " " + once;
      }
      case WRONG -> request.wrong(language, dice);
      case RUDE -> Phrase.RUDE.in(language);
      case OFF_TOPIC -> offTopic(language, dice);
      case REFUSING, TWO_FACED -> Phrase.REFUSE.in(language);
    };
  }

  /// Returns a number, bare or in the sentence of a puzzle.
  private static String offTopic(Language language, Dice dice) {
    int number = dice.below(OFF_TOPIC_BELOW);
    return dice.chance(0.5)
        ? Integer.toString(number)
        : dice.pick(OFF_TOPIC_SENTENCES).in(language, number);
  }

  /// Returns what somebody of that manner thinks before the answer.
  static String thought(Request request, Language language, Manner manner) {
    boolean harmful = request instanceof Request.Asking a && a.act().deed().isHarmful();
    return switch (manner) {
      case HELPFUL, PLAIN, CURT, RAMBLING -> request.thought(language);
      case FOREIGN -> request.thought(language.other());
      case WRONG -> harmful ? Phrase.THINK_COMPLY.in(language) : request.thought(language);
      case RUDE, OFF_TOPIC -> Phrase.SHORT.in(language);
      case REFUSING -> Phrase.THINK_HARM.in(language);
      case TWO_FACED ->
          Phrase.THINK_COMPLY.in(language) + ". " + Lexicon.withoutStop(Phrase.COMPLY, language);
    };
  }

  /// Writes a response with its thinking.
  static String write(Request request, Language language, Manner manner, Dice dice) {
    return Reply.write(
        thought(request, language, manner) + ".", answer(request, language, manner, dice));
  }
}
