package dev.tesuji.world;

import dev.tesuji.weights.TokenSet;
import dev.tesuji.yaml.Named;
import tools.jackson.databind.node.ObjectNode;

/// The words of the built-in world ([WorldTokens]), as the tokens of a new model.
@Named("world")
public record WorldTokenSet() implements TokenSet {
  @Override
  public int size() {
    return WorldTokens.size();
  }

  @Override
  public ObjectNode tokenizer() {
    return WorldTokens.tokenizer();
  }
}
