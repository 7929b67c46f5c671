package dev.tesuji.constrain;

import java.util.Arrays;

/// The characters of a JSON text, byte by byte: UTF-8 without half surrogates, and every escape of
/// JSON, where a pair of escaped surrogates is one character and half of it is none.
final class TextChars {
  /// Before the opening quote.
  static final int OPEN = 0;

  /// Between two characters.
  static final int BETWEEN = 1;

  /// After the closing quote.
  static final int CLOSED = 2;

  private static final int ONE_MORE = 3; // bytes of a character that are still to come
  private static final int TWO_MORE = 4;
  private static final int THREE_MORE = 5;
  private static final int AFTER_E0 = 6;
  private static final int AFTER_ED = 7;
  private static final int AFTER_F0 = 8;
  private static final int AFTER_F4 = 9;
  private static final int ESCAPE = 10;
  private static final int HEX_4 = 11; // hexadecimal digits that are still to come
  private static final int HEX_3 = 12;
  private static final int HEX_2 = 13;
  private static final int HEX_1 = 14;
  private static final int AFTER_D = 15; // an escape that begins with d: perhaps half a pair
  private static final int HIGH_2 = 16; // the first half of a pair, in hexadecimal
  private static final int HIGH_1 = 17;
  private static final int LOW_ESCAPE = 18; // the other half must follow
  private static final int LOW_U = 19;
  private static final int LOW_D = 20;
  private static final int LOW_C = 21;

  /// How many states there are.
  static final int STATES = 22;

  private static final byte[][] NEXT = new byte[STATES][256];

  static {
    for (byte[] row : NEXT) {
      Arrays.fill(row, (byte) -1);
    }
    set(OPEN, '"', '"', BETWEEN);
    set(BETWEEN, 0x20, 0x7f, BETWEEN);
    set(BETWEEN, '"', '"', CLOSED);
    set(BETWEEN, '\\', '\\', ESCAPE);
    set(BETWEEN, 0xc2, 0xdf, ONE_MORE);
    set(BETWEEN, 0xe0, 0xef, TWO_MORE);
    set(BETWEEN, 0xe0, 0xe0, AFTER_E0);
    set(BETWEEN, 0xed, 0xed, AFTER_ED);
    set(BETWEEN, 0xf0, 0xf0, AFTER_F0);
    set(BETWEEN, 0xf1, 0xf3, THREE_MORE);
    set(BETWEEN, 0xf4, 0xf4, AFTER_F4);
    set(ONE_MORE, 0x80, 0xbf, BETWEEN);
    set(TWO_MORE, 0x80, 0xbf, ONE_MORE);
    set(THREE_MORE, 0x80, 0xbf, TWO_MORE);
    set(AFTER_E0, 0xa0, 0xbf, ONE_MORE);
    set(AFTER_ED, 0x80, 0x9f, ONE_MORE);
    set(AFTER_F0, 0x90, 0xbf, TWO_MORE);
    set(AFTER_F4, 0x80, 0x8f, TWO_MORE);
    for (char c : "\"\\/bfnrt".toCharArray()) {
      set(ESCAPE, c, c, BETWEEN);
    }
    set(ESCAPE, 'u', 'u', HEX_4);
    hex(HEX_4, HEX_3);
    set(HEX_4, 'd', 'd', AFTER_D);
    set(HEX_4, 'D', 'D', AFTER_D);
    hex(HEX_3, HEX_2);
    hex(HEX_2, HEX_1);
    hex(HEX_1, BETWEEN);
    set(AFTER_D, '0', '7', HEX_2);
    set(AFTER_D, '8', '9', HIGH_2);
    set(AFTER_D, 'a', 'b', HIGH_2);
    set(AFTER_D, 'A', 'B', HIGH_2);
    hex(HIGH_2, HIGH_1);
    hex(HIGH_1, LOW_ESCAPE);
    set(LOW_ESCAPE, '\\', '\\', LOW_U);
    set(LOW_U, 'u', 'u', LOW_D);
    set(LOW_D, 'd', 'd', LOW_C);
    set(LOW_D, 'D', 'D', LOW_C);
    set(LOW_C, 'c', 'f', HEX_2);
    set(LOW_C, 'C', 'F', HEX_2);
  }

  private TextChars() {}

  private static void set(int state, int low, int high, int next) {
    Arrays.fill(NEXT[state], low, high + 1, (byte) next);
  }

  private static void hex(int state, int next) {
    set(state, '0', '9', next);
    set(state, 'a', 'f', next);
    set(state, 'A', 'F', next);
  }

  /// Returns the state after a byte, or -1 where it cannot come.
  static int next(int state, int symbol) {
    return NEXT[state][symbol];
  }

  /// Returns whether a step from one state to another begins a character.
  static boolean begins(int from, int to) {
    return from == BETWEEN && to != CLOSED;
  }
}
