package dev.tesuji.constrain.automaton;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// How characters become bytes.
public enum Encoding {
  /// UTF-8.
  PLAIN,

  /// UTF-8 inside a JSON text, written as most writers do: escaped where JSON asks for it (`\"`,
  /// `\\`, control characters), and nowhere else.
  JSON;

  private static final CodePoints ESCAPED =
      CodePoints.of(0, 0x1f).or(CodePoints.of('"', '"')).or(CodePoints.of('\\', '\\'));

  /// Adds edges that read one character of a set.
  public void add(Nfa nfa, int from, CodePoints set, int to) {
    CodePoints plain = set;
    if (this == JSON) {
      plain = set.and(ESCAPED.not());
      for (CodePoints.Range r : set.and(ESCAPED).ranges()) {
        for (int c = r.low(); c <= r.high(); c++) {
          nfa.jump(nfa.bytes(from, escape(c).getBytes(StandardCharsets.US_ASCII)), to);
        }
      }
    }
    for (CodePoints.Range r : plain.ranges()) {
      addRange(nfa, from, r.low(), r.high(), to);
    }
  }

  private static String escape(int c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\b' -> "\\b";
      case '\f' -> "\\f";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> String.format(Locale.ROOT, "\\u%04x", c);
    };
  }

  /// Splits a range where the number of bytes changes.
  private static void addRange(Nfa nfa, int from, int low, int high, int to) {
    int[] last = {0x7f, 0x7ff, 0xffff, Character.MAX_CODE_POINT};
    int start = low;
    for (int end : last) {
      if (start <= Math.min(end, high) && start <= end) {
        int stop = Math.min(end, high);
        addBytes(nfa, new int[] {from, to}, utf8(start), utf8(stop), 0);
        start = stop + 1;
      }
      if (start > high) {
        return;
      }
    }
  }

  private static byte[] utf8(int c) {
    return new String(Character.toChars(c)).getBytes(StandardCharsets.UTF_8);
  }

  /// Adds the byte sequences between two of the same length that share their first `at` bytes.
  private static void addBytes(Nfa nfa, int[] ends, byte[] low, byte[] high, int at) {
    int from = ends[0];
    int a = low[at] & 0xff;
    int b = high[at] & 0xff;
    if (at == low.length - 1) {
      nfa.edge(from, a, b, ends[1]);
      return;
    }
    if (a == b) {
      int next = nfa.state();
      nfa.edge(from, a, a, next);
      addBytes(nfa, new int[] {next, ends[1]}, low, high, at + 1);
      return;
    }
    boolean lowIsFirst = rest(low, at, 0x80);
    boolean highIsLast = rest(high, at, 0xbf);
    if (!lowIsFirst) {
      int next = nfa.state();
      nfa.edge(from, a, a, next);
      addBytes(nfa, new int[] {next, ends[1]}, low, filled(low, at, 0xbf), at + 1);
      a++;
    }
    if (!highIsLast) {
      int next = nfa.state();
      nfa.edge(from, b, b, next);
      addBytes(nfa, new int[] {next, ends[1]}, filled(high, at, 0x80), high, at + 1);
      b--;
    }
    if (a <= b) {
      int next = nfa.state();
      nfa.edge(from, a, b, next);
      for (int i = at + 1; i < low.length; i++) {
        int following = i == low.length - 1 ? ends[1] : nfa.state();
        nfa.edge(next, 0x80, 0xbf, following);
        next = following;
      }
    }
  }

  private static boolean rest(byte[] text, int after, int value) {
    for (int i = after + 1; i < text.length; i++) {
      if ((text[i] & 0xff) != value) {
        return false;
      }
    }
    return true;
  }

  private static byte[] filled(byte[] text, int after, int value) {
    byte[] copy = text.clone();
    for (int i = after + 1; i < copy.length; i++) {
      copy[i] = (byte) value;
    }
    return copy;
  }
}
