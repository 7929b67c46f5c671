package dev.tesuji.constrain;

import dev.tesuji.check.Require;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The tokens of a vocabulary as a tree of their bytes, shared by all constraints of a model.
///
/// Nodes stand in depth-first order: the first child of a node follows it, and [#end] is the node
/// after its last descendant, so that a walk is one loop that skips what has died.
public final class TokenTrie {
  private final byte[] @Nullable [] tokens;
  private final byte[] label;
  private final short[] depth;
  private final int[] end;
  private final int[] firstToken;
  private final int[] tokenIds;
  private final AtomicReferenceArray<TextTable> texts =
      new AtomicReferenceArray<>(TextChars.STATES);

  private TokenTrie(byte[] @Nullable [] tokens, Building built) {
    this.tokens = tokens;
    this.label = Arrays.copyOf(built.label, built.nodes);
    this.depth = Arrays.copyOf(built.depth, built.nodes);
    this.end = Arrays.copyOf(built.end, built.nodes);
    this.firstToken = Arrays.copyOf(built.firstToken, built.nodes + 1);
    this.tokenIds = built.sorted;
    this.firstToken[built.nodes] = tokenIds.length;
  }

  /// Builds the tree.
  ///
  /// @param tokens the bytes of each token by its id; null or none for what a constraint must never
  ///   choose, like special tokens
  /// @throws IllegalArgumentException when a token has more than 32,000 bytes
  public static TokenTrie of(List<byte @Nullable []> tokens) {
    byte[] @Nullable [] all = tokens.toArray(new byte[0][]);
    return new TokenTrie(all, new Building(all));
  }

  /// Returns how many tokens the vocabulary has, those without bytes too.
  public int vocabularySize() {
    return tokens.length;
  }

  /// Returns how many words of 64 bits a mask has.
  public int words() {
    return (tokens.length + 63) / 64;
  }

  /// Returns a token's bytes, empty where it has none.
  ///
  /// @throws IllegalArgumentException when there is no such token
  byte[] bytes(int token) {
    Require.that(
        token >= 0 && token < tokens.length, "token", "from 0 to " + (tokens.length - 1), token);
    byte[] text = tokens[token];
    return text == null ? new byte[0] : text;
  }

  /// Returns how many nodes there are; node 0 is the root.
  int nodes() {
    return label.length;
  }

  /// Returns the byte that leads to a node.
  int label(int node) {
    return label[node] & 0xff;
  }

  /// Returns how many bytes lead to a node.
  int depth(int node) {
    return depth[node];
  }

  /// Returns the node after the last descendant of a node.
  int end(int node) {
    return end[node];
  }

  /// Returns where the tokens of a node start, for [#token]; they end where the next node's start.
  int firstToken(int node) {
    return firstToken[node];
  }

  /// Returns the token at a place.
  int token(int place) {
    return tokenIds[place];
  }

  /// Returns what the tokens do to a text of JSON that stands in a state.
  TextTable text(int state) {
    TextTable table = texts.get(state);
    if (table == null) {
      table = new TextTable(this, state);
      if (!texts.compareAndSet(state, null, table)) {
        return texts.get(state);
      }
    }
    return table;
  }

  /// The arrays while they grow.
  private static final class Building {
    private byte[] label = new byte[1024];
    private short[] depth = new short[1024];
    private int[] end = new int[1024];
    private int[] firstToken = new int[1025];
    private int nodes = 1;
    private final int[] sorted;

    Building(byte[] @Nullable [] tokens) {
      Integer[] order = new Integer[tokens.length];
      int count = 0;
      for (int t = 0; t < tokens.length; t++) {
        byte[] text = tokens[t];
        if (text != null && text.length > 0) {
          Require.that(text.length <= 32_000, "a token", "at most 32000 bytes long", text.length);
          order[count++] = t;
        }
      }
      Arrays.sort(order, 0, count, (a, b) -> Arrays.compareUnsigned(tokens[a], tokens[b]));
      sorted = new int[count];
      int[] path = new int[16];
      byte[] before = new byte[0];
      for (int i = 0; i < count; i++) {
        sorted[i] = order[i];
        byte[] text = tokens[sorted[i]];
        if (text != null) {
          path = add(text, before, path, i);
          before = text;
        }
      }
      for (int d = 1; d <= before.length; d++) {
        end[path[d]] = nodes;
      }
      end[0] = nodes;
    }

    /// Adds a token after the one before it in order, and closes the nodes that it leaves.
    private int[] add(byte[] text, byte[] before, int[] nodesOnPath, int place) {
      int[] path = nodesOnPath;
      int shared = Arrays.mismatch(text, before);
      if (shared < 0) {
        return path; // the same bytes: one more token of that node
      }
      for (int d = shared + 1; d <= before.length; d++) {
        end[path[d]] = nodes;
      }
      for (int d = shared + 1; d <= text.length; d++) {
        grow();
        if (d >= path.length) {
          path = Arrays.copyOf(path, Math.max(d + 1, path.length * 2));
        }
        path[d] = nodes;
        label[nodes] = text[d - 1];
        depth[nodes] = (short) d;
        firstToken[nodes] = place;
        nodes++;
      }
      return path;
    }

    private void grow() {
      if (nodes == label.length) {
        label = Arrays.copyOf(label, nodes * 2);
        depth = Arrays.copyOf(depth, nodes * 2);
        end = Arrays.copyOf(end, nodes * 2);
        firstToken = Arrays.copyOf(firstToken, nodes * 2 + 1);
      }
    }
  }
}
