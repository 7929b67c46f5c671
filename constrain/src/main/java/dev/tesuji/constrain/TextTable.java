package dev.tesuji.constrain;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// What each token of a vocabulary does to a JSON text that stands in one state: most of them stay
/// inside, whatever the schema, and need to be looked at only once.
final class TextTable {
  private final TokenTrie trie;
  private final short[]
      begun; // by token: characters that it begins; -1 where it does not stay inside
  private final int most;
  private final int[] exits;
  private final short[] exitsBegun;
  private final AtomicReferenceArray<long[]> rows;

  TextTable(TokenTrie trie, int state) {
    this.trie = trie;
    this.begun = new short[trie.vocabularySize()];
    Arrays.fill(begun, (short) -1);
    int[] leaving = new int[64];
    short[] leavingBegun = new short[64];
    int count = 0;
    int largest = 0;
    byte[] states = new byte[maxDepth(trie) + 1];
    short[] chars = new short[states.length];
    states[0] = (byte) state;
    int node = 1;
    while (node < trie.nodes()) {
      int depth = trie.depth(node);
      int before = states[depth - 1];
      int next = TextChars.next(before, trie.label(node));
      int characters = chars[depth - 1] + (TextChars.begins(before, next) ? 1 : 0);
      if (next < 0) {
        node = trie.end(node);
        continue;
      }
      if (next == TextChars.CLOSED) {
        if (count == leaving.length) {
          leaving = Arrays.copyOf(leaving, count * 2);
          leavingBegun = Arrays.copyOf(leavingBegun, count * 2);
        }
        leaving[count] = node;
        leavingBegun[count++] = (short) characters;
        node = trie.end(node);
        continue;
      }
      states[depth] = (byte) next;
      chars[depth] = (short) characters;
      for (int t = trie.firstToken(node); t < trie.firstToken(node + 1); t++) {
        begun[trie.token(t)] = (short) characters;
        largest = Math.max(largest, characters);
      }
      node++;
    }
    this.most = largest;
    this.exits = Arrays.copyOf(leaving, count);
    this.exitsBegun = Arrays.copyOf(leavingBegun, count);
    this.rows = new AtomicReferenceArray<>(largest + 1);
  }

  /// Returns the length of the longest token.
  static int maxDepth(TokenTrie trie) {
    int deepest = 0;
    for (int n = 0; n < trie.nodes(); n++) {
      deepest = Math.max(deepest, trie.depth(n));
    }
    return deepest;
  }

  /// Returns the tokens that stay inside the text and begin at most so many characters, as bits.
  long[] staying(int characters) {
    int row = Math.min(characters, most);
    long[] bits = rows.get(row);
    if (bits == null) {
      bits = new long[trie.words()];
      for (int t = 0; t < begun.length; t++) {
        if (begun[t] >= 0 && begun[t] <= row) {
          bits[t >> 6] |= 1L << t;
        }
      }
      rows.set(row, bits);
    }
    return bits;
  }

  /// Returns how many ways out there are: nodes at whose end the text has closed.
  int exits() {
    return exits.length;
  }

  /// Returns the node of a way out.
  int exit(int index) {
    return exits[index];
  }

  /// Returns how many characters begin on a way out.
  int begunAtExit(int index) {
    return exitsBegun[index];
  }
}
