package dev.tesuji.reward;

import java.util.regex.Pattern;

/// The shape that DeepSeek-R1-Zero rewards: thinking in tags, then an answer in tags, each once.
public final class Format {
  private static final Pattern SHAPE =
      Pattern.compile(
          "\\s*<think>(?<thinking>.*)</think>\\s*<answer>(?<answer>.*)</answer>\\s*",
          Pattern.DOTALL);
  private static final Pattern TAG = Pattern.compile("</?(?:think|answer)>");

  private Format() {}

  /// Says whether a response has the shape, with something in both tags.
  public static boolean holds(String response) {
    var m = SHAPE.matcher(response);
    return m.matches()
        && !m.group("thinking").isBlank()
        && !m.group("answer").isBlank()
        && TAG.matcher(response).results().count() == 4;
  }
}
