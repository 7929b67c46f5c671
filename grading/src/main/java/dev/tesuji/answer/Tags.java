package dev.tesuji.answer;

/// The tags of thinking and answering in a response.
///
/// Thinking that was begun and not ended reaches to the end of the response: nothing in it is an
/// answer, tagged or not.
public final class Tags {
  private static final String THINK = "<think>";
  private static final String THOUGHT = "</think>";
  private static final String ANSWER = "<answer>";
  private static final String ANSWERED = "</answer>";

  private Tags() {}

  /// Returns what follows the thinking, up to where the response begins to think again.
  public static String afterThinking(String response) {
    int end = response.lastIndexOf(THOUGHT);
    String rest = end < 0 ? response : response.substring(end + THOUGHT.length());
    int again = rest.indexOf(THINK);
    return again < 0 ? rest : rest.substring(0, again);
  }

  /// Returns whether a text has begun to answer in tags.
  ///
  /// @param said what follows the thinking
  public static boolean answers(String said) {
    return said.contains(ANSWER);
  }

  /// Returns what stands in the last answer tags; empty text where there are none, or they are not
  /// closed.
  ///
  /// @param said what follows the thinking
  public static String answer(String said) {
    int open = said.lastIndexOf(ANSWER);
    int close = open < 0 ? -1 : said.indexOf(ANSWERED, open);
    return close < 0 ? "" : said.substring(open + ANSWER.length(), close).strip();
  }
}
