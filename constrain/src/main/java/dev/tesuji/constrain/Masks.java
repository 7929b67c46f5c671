package dev.tesuji.constrain;

import dev.tesuji.constrain.Position.Configuration;
import dev.tesuji.constrain.Position.Leaving;
import dev.tesuji.constrain.Position.Mask;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Finds the tokens that can come at a position.
///
/// A text is split into what is the same for every schema and what depends on it. Inside texts of
/// JSON, tokens that stay inside come from the vocabulary's [TextTable]; those that leave are
/// walked from where they leave, once for each position behind the text. All else is walked byte by
/// byte from the root of the trie, once for each position.
final class Masks {
  private final Positions positions;
  private final TokenTrie trie;

  Masks(Positions positions, TokenTrie trie) {
    this.positions = positions;
    this.trie = trie;
  }

  Positions positions() {
    return positions;
  }

  TokenTrie trie() {
    return trie;
  }

  /// Sets the bits of the tokens that can come, and clears all others.
  void fill(Position position, long[] words) {
    Arrays.fill(words, 0);
    Program program = positions.program();
    List<Configuration> others = new ArrayList<>();
    Configuration[] all = position.configurations();
    for (Configuration c : all) {
      if (program.isText(c.state())) {
        addText(c, words);
      } else {
        others.add(c);
      }
    }
    if (others.size() == all.length) {
      walked(position).addTo(words);
    } else if (!others.isEmpty()) {
      walked(positions.of(others)).addTo(words);
    }
  }

  private void addText(Configuration c, long[] words) {
    int state = Positions.character(c.detail());
    int begun = Positions.begun(c.detail());
    Program.Text text = positions.program().text(c.state());
    int left = text.max() == Integer.MAX_VALUE ? Integer.MAX_VALUE : text.max() - begun;
    TextTable table = trie.text(state);
    long[] staying = table.staying(left);
    for (int i = 0; i < words.length; i++) {
      words[i] |= staying[i];
    }
    Position after = positions.after(c.frame());
    Leaving leaving = after.leaving().get(state);
    if (leaving == null) {
      leaving = leaving(table, after);
      after.leaving().put(state, leaving);
      positions.took(100 + 6L * leaving.tokens().length);
    }
    int[] tokens = leaving.tokens();
    for (int i = 0; i < tokens.length; i++) {
      int characters = leaving.begun()[i];
      if (characters <= left && characters + begun >= text.min()) {
        words[tokens[i] >> 6] |= 1L << tokens[i];
      }
    }
  }

  private Leaving leaving(TextTable table, Position after) {
    Found found = new Found();
    List<Short> begun = new ArrayList<>();
    for (int i = 0; i < table.exits(); i++) {
      int node = table.exit(i);
      int before = found.count;
      found.addAt(node);
      walk(node, after, found);
      for (int k = before; k < found.count; k++) {
        begun.add((short) table.begunAtExit(i));
      }
    }
    short[] characters = new short[begun.size()];
    for (int i = 0; i < characters.length; i++) {
      characters[i] = begun.get(i);
    }
    return new Leaving(Arrays.copyOf(found.tokens, found.count), characters);
  }

  /// Returns the tokens that can come, from memory or by a walk over the whole trie.
  private Mask walked(Position position) {
    Mask known = position.mask();
    if (known != null) {
      return known;
    }
    Found found = new Found();
    walk(0, position, found);
    Mask mask = found.mask();
    position.mask(mask);
    positions.took(mask.bits() == null ? 4L * found.count : 8L * trie.words());
    return mask;
  }

  /// Walks over the descendants of a node, at which the text is at a position.
  private void walk(int root, Position at, Found found) {
    int top = trie.depth(root);
    Position[] path = new Position[16];
    path[0] = at;
    int node = root + 1;
    int end = trie.end(root);
    while (node < end) {
      int depth = trie.depth(node) - top;
      Position to = positions.step(path[depth - 1], trie.label(node));
      if (to.isDead()) {
        node = trie.end(node);
        continue;
      }
      if (depth == path.length) {
        path = Arrays.copyOf(path, depth * 2);
      }
      path[depth] = to;
      found.addAt(node);
      node++;
    }
  }

  /// Tokens as they are found.
  private final class Found {
    private int[] tokens = new int[64];
    private int count;

    void addAt(int node) {
      for (int t = trie.firstToken(node); t < trie.firstToken(node + 1); t++) {
        if (count == tokens.length) {
          tokens = Arrays.copyOf(tokens, count * 2);
        }
        tokens[count++] = trie.token(t);
      }
    }

    Mask mask() {
      if (count < trie.words()) {
        return new Mask(Arrays.copyOf(tokens, count), null);
      }
      long[] bits = new long[trie.words()];
      for (int i = 0; i < count; i++) {
        bits[tokens[i] >> 6] |= 1L << tokens[i];
      }
      return new Mask(null, bits);
    }
  }
}
