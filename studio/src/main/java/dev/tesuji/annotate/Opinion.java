package dev.tesuji.annotate;

import tools.jackson.databind.JsonNode;

/// A judge of answers that makes no errors.
@FunctionalInterface
public interface Opinion {
  /// Scores an answer; more is better. For what is safe or is not, above a half is safe.
  ///
  /// @param prompt a text, or a list of messages
  /// @throws dev.tesuji.check.BadInput when it knows nothing about the prompt
  double score(JsonNode prompt, String answer);
}
