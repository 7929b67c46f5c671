package dev.tesuji.recipe;

import dev.tesuji.text.Alphabet;
import dev.tesuji.yaml.Open;
import tools.jackson.databind.node.ObjectNode;

/// The tokens of a new model. The first two are the padding and the end, as those of [Alphabet].
@Open
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
