package dev.tesuji.check;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Says in one sentence what is wrong with something that the user handed in, and what to do.
public final class BadInput extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int BRIEF = 120;

  /// Makes the error from its whole sentence.
  public BadInput(String sentence) {
    super(sentence);
  }

  /// Makes the error from its whole sentence and what caused it.
  public BadInput(String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
  }

  /// Makes an error about a file.
  public static BadInput in(Path file, String problem) {
    return new BadInput(file + ": " + problem);
  }

  /// Makes an error about a line of a file, counted from 1.
  public static BadInput at(Path file, long line, String problem) {
    return new BadInput(file + ":" + line + ": " + problem);
  }

  /// Returns the beginning of a value on one line, for use in a sentence: what is broken can be
  /// very long.
  public static String brief(@Nullable Object value) {
    String line = String.valueOf(value).replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
    return line.length() <= BRIEF ? line : line.substring(0, BRIEF - 3) + "...";
  }
}
