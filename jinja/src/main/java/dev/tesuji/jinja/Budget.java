package dev.tesuji.jinja;

/// A limit on the work of one rendering, so that no template runs, grows or nests without end.
///
/// A step is an evaluated node, an element of a list that is walked or made, or
/// [#CHARACTERS_PER_STEP] characters that are read or made.
final class Budget {
  /// The most steps of a rendering: about a second's work.
  static final long STEPS = 10_000_000;

  /// The most characters of any text, the rendered one included.
  static final int CHARACTERS = 1 << 26;

  /// The most bits of an integer; Python refuses to print numbers of more than about 14,000.
  static final int BITS = 8192;

  /// The deepest nesting of evaluations, macro calls included. Each takes a few Java frames.
  private static final int DEPTH = 600;

  /// The deepest nesting of lists and dicts.
  private static final int NESTING = 200;

  private static final int CHARACTERS_PER_STEP = 16;

  private long left = STEPS;
  private int depth;

  /// Takes steps.
  void steps(long n) {
    left -= n;
    if (left < 0) {
      throw new Trouble(
          "takes more than "
              + STEPS
              + " steps; the template loops without end, or over far too much");
    }
  }

  /// Takes the steps of reading or making a text.
  void characters(long n) {
    fits(n);
    steps(n / CHARACTERS_PER_STEP);
  }

  /// Refuses texts that are too long.
  void fits(long characters) {
    if (characters > CHARACTERS) {
      throw new Trouble("makes a text of more than " + CHARACTERS + " characters");
    }
  }

  /// Goes one level down.
  void enter() {
    steps(1);
    depth++;
    if (depth > DEPTH) {
      throw new Trouble("nests more than " + DEPTH + " deep; a macro may be calling itself");
    }
  }

  /// Comes back up.
  void leave() {
    depth--;
  }

  /// Refuses values that are nested too deeply to be walked.
  static void checkNesting(int depth) {
    if (depth > NESTING) {
      throw new Trouble("lists and dicts may be nested " + NESTING + " deep, no deeper");
    }
  }
}
