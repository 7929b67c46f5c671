package dev.tesuji.reward;

import java.util.List;
import java.util.regex.Pattern;

/// The shape of a response: thinking in tags, then an answer.
public final class Format {
  private static final String OPEN = "<think>";
  private static final String CLOSE = "</think>";
  private static final String ANSWER = "<answer>";
  private static final List<String> TAGS = List.of(OPEN, CLOSE, ANSWER, "</answer>");
  private static final Pattern SHAPE =
      Pattern.compile(
          "\\s*<think>(?<thinking>.*)</think>\\s*<answer>(?<answer>.*)</answer>\\s*",
          Pattern.DOTALL);
  private static final Pattern TAG = Pattern.compile("</?(?:think|answer)>");

  private Format() {}

  /// Returns whether a response has DeepSeek-R1-Zero's shape: thinking, then an answer, in tags,
  /// each once, with something in both.
  public static boolean holds(String response) {
    var m = SHAPE.matcher(response);
    return m.matches()
        && !m.group("thinking").isBlank()
        && !m.group("answer").isBlank()
        && TAG.matcher(response).results().count() == 4;
  }

  /// Returns whether a response begins by thinking in tags, which open once; what follows is free.
  public static boolean thinks(String response) {
    return response.startsWith(OPEN) && response.lastIndexOf(OPEN) == 0 && response.contains(CLOSE);
  }

  /// Counts which of the four tags of thinking and answering stand in a response exactly once.
  public static int tags(String response) {
    return (int)
        TAGS.stream()
            .filter(tag -> {
              int first = response.indexOf(tag);
              return first >= 0 && first == response.lastIndexOf(tag);
            })
            .count();
  }

  /// Returns the thinking: what stands between its tags, up to the answer's or the end where it is
  /// not closed; everything up to a closing tag that nothing opened; without any, all that stands
  /// before the answer.
  public static String thinking(String response) {
    int open = response.indexOf(OPEN);
    int from = open < 0 ? 0 : open + OPEN.length();
    int close = response.indexOf(CLOSE, from);
    int answer = response.indexOf(ANSWER, from);
    int end = answer < 0 ? response.length() : answer;
    return response.substring(from, close < 0 ? end : close);
  }
}
