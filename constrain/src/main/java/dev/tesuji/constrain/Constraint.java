package dev.tesuji.constrain;

import dev.tesuji.check.BadInput;
import java.nio.charset.StandardCharsets;

/// A place in a text that a grammar constrains: which tokens can come next.
///
/// One thread at a time uses it; the grammar and the trie behind it are shared. Every token that is
/// allowed leads to a place from where the text can be brought to an end.
public final class Constraint {
  private final Masks masks;
  private final long[] words;
  private Position position;
  private boolean current;

  Constraint(Masks masks) {
    this.masks = masks;
    this.words = new long[masks.trie().words()];
    this.position = masks.positions().start();
  }

  /// Returns the tokens that can come next: token `t` is bit `t & 63` of word `t >> 6`. The array
  /// is this object's own and changes with [#accept]; it must not be written to. Tokens that end a
  /// text are not in it: see [#canEnd].
  public long[] allowed() {
    if (!current) {
      masks.fill(position, words);
      current = true;
    }
    return words;
  }

  /// Returns whether a token can come next, without computing all that can.
  public boolean allows(int token) {
    if (current) {
      return (words[token >> 6] >> token & 1) != 0;
    }
    byte[] text = masks.trie().bytes(token);
    return text.length > 0 && !after(text).isDead();
  }

  /// Goes on by a token.
  ///
  /// @throws IllegalArgumentException when it cannot come; the place stays as it was
  public void accept(int token) {
    byte[] text = masks.trie().bytes(token);
    Position next = after(text);
    if (text.length == 0 || next.isDead()) {
      throw new IllegalArgumentException(
          "token must be one that is allowed, got "
              + token
              + " ("
              + BadInput.brief(new String(text, StandardCharsets.UTF_8))
              + ")");
    }
    position = next;
    current = false;
    masks.positions().forgetWhenFull();
  }

  private Position after(byte[] text) {
    Position at = position;
    for (byte b : text) {
      at = masks.positions().step(at, b & 0xff);
    }
    return at;
  }

  /// Returns whether the text may end here.
  public boolean canEnd() {
    return position.accepted();
  }

  /// Returns whether the text can only end here: no token could come.
  public boolean mustEnd() {
    return position.accepted() && position.configurations().length == 0;
  }
}
