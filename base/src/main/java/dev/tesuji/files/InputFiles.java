package dev.tesuji.files;

import dev.tesuji.check.BadInput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Opens files that users hand in, and says what is wrong with those that cannot be read.
public final class InputFiles {
  private static final int BUFFER = 1 << 16;

  private InputFiles() {}

  /// Opens a file, unpacking it where its name ends in `.gz`.
  ///
  /// @throws IOException which [#failed] turns into a sentence
  public static InputStream open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    if (!isPacked(file)) {
      return in;
    }
    try {
      return new GZIPInputStream(in, BUFFER);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /// Says whether a file's name ends in `.gz`.
  public static boolean isPacked(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".gz");
  }

  /// Makes the error for a file that could not be read.
  public static BadInput failed(Path file, IOException e) {
    return new BadInput(
        file
            + ": "
            + switch (e) {
              case NoSuchFileException _ -> "no such file";
              case CharacterCodingException _ -> "must be UTF-8 text";
              case ZipException _, EOFException _ when isPacked(file) ->
                  "not a whole gzip file (" + e.getMessage() + "); copy it again";
              default -> "could not be read: " + e.getMessage();
            },
        e);
  }
}
