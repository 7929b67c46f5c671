package dev.tesuji.pebble;

/// An operation on a number that an exercise asks for, with a constant of its own.
///
/// @param kind the operation without its constant
/// @param constant means nothing to kinds that have none
record Operation(Kind kind, int constant) {
  /// The operations, in words and in lines of Pebble: `#` stands for the constant.
  enum Kind {
    ADD(1, "add #", "x=x+#\n"),
    TAKE(2, "take #", "x=x-#\n"),
    TIMES(3, "times #", "x=x*#\n"),
    REST(4, "rest by #", "x=x%#\n"),
    ADD_B(5, "add b", "x=x+b\n"),
    ITSELF(6, "times itself", "x=x*x\n"),
    AT_MOST(7, "at most #", "if x>#{x=#}\n"),
    AT_LEAST(8, "at least #", "if x<#{x=#}\n"),
    IF_ODD(9, "if odd add #", "if x%2=1{x=x+#}\n"),
    B_TIMES(10, "b times add #", "n=b\nwhile n>0{x=x+#;n=n-1}\n"),
    SUM_UP(11, "sum up", "n=x\nx=0\nwhile n>0{x=x+n;n=n-1}\n");

    /// The largest number of a kind.
    static final int MOST = values().length;

    private final int number;
    private final String words;
    private final String lines;

    Kind(int number, String words, String lines) {
      this.number = number;
      this.words = words;
      this.lines = lines;
    }

    /// Returns its number, from 1.
    int number() {
      return number;
    }

    /// Returns whether the constant is one that numbers are held to.
    boolean isBound() {
      return this == AT_MOST || this == AT_LEAST;
    }
  }

  /// Returns it as an exercise has it.
  String words() {
    return kind.words.replace("#", Integer.toString(constant));
  }

  /// Returns it as lines of a program whose number is in x.
  String lines() {
    return kind.lines.replace("#", Integer.toString(constant));
  }

  /// Returns what it makes of a number: the meaning that programs are held to.
  long apply(long x, long b) {
    return switch (kind) {
      case ADD -> x + constant;
      case TAKE -> x - constant;
      case TIMES -> x * constant;
      case REST -> Math.floorMod(x, (long) constant);
      case ADD_B -> x + b;
      case ITSELF -> x * x;
      case AT_MOST -> Math.min(x, constant);
      case AT_LEAST -> Math.max(x, constant);
      case IF_ODD -> Math.floorMod(x, 2L) == 1 ? x + constant : x;
      case B_TIMES -> x + b * constant;
      case SUM_UP -> x <= 0 ? 0 : x * (x + 1) / 2;
    };
  }
}
