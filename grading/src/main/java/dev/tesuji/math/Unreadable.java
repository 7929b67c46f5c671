package dev.tesuji.math;

/// A text that cannot be read as an answer, with the reason in words.
final class Unreadable extends Exception {
  private static final long serialVersionUID = 1;

  Unreadable(String why) {
    super(why, null, false, false); // thrown for every malformed answer: no stack trace
  }
}
