package dev.tesuji.world;

/// A question, apart from the language in which it is asked.
///
/// Its text as a record, which is the same for every language, decides whether it is held out.
public sealed interface Question permits Puzzle, Request {
  /// Asks in a language.
  String text(Language language);
}
