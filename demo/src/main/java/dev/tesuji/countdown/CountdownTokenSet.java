package dev.tesuji.countdown;

import dev.tesuji.weights.TokenSet;
import dev.tesuji.yaml.Named;
import tools.jackson.databind.node.ObjectNode;

/// The numbers, signs and words of the built-in countdown, as the tokens of a new model.
@Named("countdown")
public record CountdownTokenSet() implements TokenSet {
  @Override
  public int size() {
    return CountdownTokens.SIZE;
  }

  @Override
  public ObjectNode tokenizer() {
    return CountdownTokens.tokenizer();
  }
}
