package dev.tesuji.constrain;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A place in a text: all states in which the automata may stand after the same bytes.
///
/// Positions are interned by [Positions] and remember where bytes lead, so that together they are a
/// deterministic automaton that grows where texts go.
final class Position {
  /// Where callers go on once a rule has ended; several share a frame when they called at the same
  /// place, so that ambiguity does not multiply.
  static final class Frame {
    /// The frame of the first rule, which nobody has called.
    static final Frame BOTTOM = new Frame(0, new int[0], new Frame[0]);

    private final int id;
    private final int[] returns;
    private final Frame[] below;

    Frame(int id, int[] returns, Frame[] below) {
      this.id = id;
      this.returns = returns;
      this.below = below;
    }

    int id() {
      return id;
    }

    int callers() {
      return returns.length;
    }

    int returns(int caller) {
      return returns[caller];
    }

    Frame below(int caller) {
      return below[caller];
    }
  }

  /// A state of an automaton with what comes after it.
  ///
  /// @param state the state
  /// @param detail inside a text of JSON: its character's state and how many characters have begun
  /// @param frame where its callers go on
  record Configuration(int state, int detail, Frame frame) {}

  /// Tokens that leave a text of JSON, and how many characters each begins before.
  record Leaving(int[] tokens, short[] begun) {}

  private final Configuration[] configurations;
  private final boolean accepted;
  private final Map<Integer, Leaving> leaving = new ConcurrentHashMap<>(2);
  private Position @Nullable [] next; // races only do the same work twice
  private @Nullable Mask mask;

  Position(Configuration[] configurations, boolean accepted) {
    this.configurations = configurations;
    this.accepted = accepted;
  }

  /// Returns the states that read bytes; in some order that equal positions share.
  Configuration[] configurations() {
    return configurations;
  }

  /// Returns whether the text may end here.
  boolean accepted() {
    return accepted;
  }

  /// Returns whether nothing can come, not even the end.
  boolean isDead() {
    return configurations.length == 0 && !accepted;
  }

  /// Returns where a byte leads, or null where nobody has asked yet.
  @Nullable Position next(int symbol) {
    Position[] known = next;
    return known == null ? null : known[symbol];
  }

  /// Remembers where a byte leads.
  void next(int symbol, Position to) {
    Position[] known = next;
    if (known == null) {
      known = new Position[256];
      next = known;
    }
    known[symbol] = to;
  }

  /// Returns the tokens that can come, where they are known.
  @Nullable Mask mask() {
    return mask;
  }

  /// Remembers the tokens that can come.
  void mask(Mask found) {
    mask = found;
  }

  /// Returns what has been found out about tokens that leave a text in front of this position, by
  /// the state of its character.
  Map<Integer, Leaving> leaving() {
    return leaving;
  }

  /// A set of tokens, as a list where they are few.
  ///
  /// @param few the tokens, or null
  /// @param bits the tokens as bits, or null
  record Mask(int @Nullable [] few, long @Nullable [] bits) {
    /// Adds the tokens to others.
    void addTo(long[] words) {
      if (bits != null) {
        for (int i = 0; i < words.length; i++) {
          words[i] |= bits[i];
        }
      }
      if (few != null) {
        for (int t : few) {
          words[t >> 6] |= 1L << t;
        }
      }
    }
  }
}
