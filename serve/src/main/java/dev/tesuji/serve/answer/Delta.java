package dev.tesuji.serve.answer;

import java.util.List;

/// The text that one more token made certain.
///
/// @param thinking more of the thinking
/// @param answer more of the answer
/// @param tokens those that wrote it
public record Delta(String thinking, String answer, List<TokenText> tokens) {
  /// Copies the list.
  public Delta {
    tokens = List.copyOf(tokens);
  }

  /// Returns whether it brings nothing.
  public boolean isEmpty() {
    return thinking.isEmpty() && answer.isEmpty() && tokens.isEmpty();
  }
}
