package dev.tesuji.pebble;

import java.util.List;
import java.util.Map;

/// A program of the language Pebble.
///
/// ```
/// program   = { statement }, apart by line ends or ";"
/// statement = letter "=" sum | "give" sum
///           | ("if" | "while") sum ("<" | ">" | "=") sum "{" program "}"
/// sum       = product { ("+" | "-") product }
/// product   = value { ("*" | "/" | "%") value }
/// value     = number | letter | "(" sum ")"
/// ```
///
/// Variables are the letters from a to z. Numbers are whole and of 64 bits; `/` rounds down, and
/// what is left over by `%` has the sign of the divisor. What it takes is bounded: a run ends after
/// a number of steps, a program has 26 variables and at most [#LONGEST] characters, and brackets go
/// 50 deep.
public final class Program {
  /// How many characters a program may have.
  public static final int LONGEST = 4000;

  private final List<Statement> statements;

  private Program(List<Statement> statements) {
    this.statements = statements;
  }

  /// Reads a program.
  ///
  /// @throws SyntaxFault when the text is none
  public static Program parse(String text) throws SyntaxFault {
    if (text.length() > LONGEST) {
      throw new SyntaxFault(LONGEST, "the end of a program", "more");
    }
    return new Program(new Parser(text).program());
  }

  /// Runs it.
  ///
  /// @param inputs the values that variables have at the beginning, by letter
  /// @param steps the most statements and conditions
  /// @return what it gives
  /// @throws RunFault when it comes to no value
  public long run(Map<Character, Long> inputs, int steps) throws RunFault {
    return new Machine(inputs, steps).run(statements);
  }
}
