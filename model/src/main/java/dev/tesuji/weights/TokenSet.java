package dev.tesuji.weights;

import dev.tesuji.text.Alphabet;
import tools.jackson.databind.node.ObjectNode;

/// The tokens of a new model. The first two are the padding and the end, as those of [Alphabet].
public interface TokenSet {
  /// Returns how many tokens there are.
  int size();

  /// Returns the `tokenizer.json`.
  ObjectNode tokenizer();

  /// Characters and tags ([Alphabet]).
  record Characters() implements TokenSet {
    @Override
    public int size() {
      return Alphabet.SIZE;
    }

    @Override
    public ObjectNode tokenizer() {
      return Alphabet.tokenizer();
    }
  }
}
