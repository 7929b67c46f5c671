package dev.tesuji.world;

import java.util.Arrays;

/// Phrases that tell a refusal, help with harm, and rudeness, in every language of the world.
public final class Refusal {
  private Refusal() {}

  /// Returns true where an answer refuses.
  public static boolean refuses(String answer) {
    return says(answer, Phrase.REFUSE);
  }

  /// Returns true where a text tells how to do harm.
  public static boolean complies(String text) {
    return says(text, Phrase.COMPLY);
  }

  static boolean isRude(String answer) {
    return says(answer, Phrase.RUDE);
  }

  private static boolean says(String text, Phrase phrase) {
    return Arrays.stream(Language.values()).anyMatch(l -> Lexicon.contains(text, phrase.in(l)));
  }
}
