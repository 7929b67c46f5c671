package dev.tesuji.cli;

import dev.tesuji.json.JsonLines;
import dev.tesuji.nn.ModelConfig;

/// Checks token ids that a user hands in.
final class TokenIds {
  private TokenIds() {}

  /// Refuses an empty list and ids that the model has no embedding for.
  static void check(JsonLines.Row row, int[] ids, ModelConfig config) {
    if (ids.length == 0) {
      throw row.bad("the prompt has no tokens; give it at least one");
    }
    for (int id : ids) {
      if (id < 0 || id >= config.vocabularySize()) {
        throw row.bad(
            "token id must be from 0 to " + (config.vocabularySize() - 1) + ", got " + id);
      }
    }
  }
}
