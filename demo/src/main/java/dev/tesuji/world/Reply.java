package dev.tesuji.world;

import dev.tesuji.answer.Tags;
import dev.tesuji.reward.Format;
import java.util.List;
import java.util.regex.Pattern;

/// The parts of a response.
///
/// @param thinking what stands between its tags; empty where it does not think
/// @param answer what stands in the last answer tags after the thinking; empty where there is none
public record Reply(String thinking, String answer) {
  private static final String OPEN = "<answer>";
  private static final String CLOSE = "</answer>";
  private static final String THOUGHT = "</think>";
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

  /// Takes a response apart.
  public static Reply of(String response) {
    String thinking = response.contains("<think>") ? Format.thinking(response) : "";
    return new Reply(thinking, Tags.answer(Tags.afterThinking(response)));
  }

  /// Writes a response.
  static String write(String thinking, String answer) {
    return (thinking.isEmpty() ? "" : "<think>" + thinking + THOUGHT) + OPEN + answer + CLOSE;
  }

  /// Returns the whole numbers in a text, in their order.
  static List<Integer> numbers(String text) {
    return NUMBER.matcher(text).results().map(m -> Integer.valueOf(m.group())).toList();
  }
}
