package dev.tesuji.files;

import dev.tesuji.check.BadInput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// Opens files that users hand in, and says what is wrong with those that cannot be read.
public final class InputFiles {
  private static final int BUFFER = 1 << 16;
  private static final int MARK = 4; // bytes that tell the encoding

  private InputFiles() {}

  /// Opens a text file, unpacking it where its name ends in `.gz`. A byte-order mark of UTF-8 is
  /// skipped.
  ///
  /// @throws BadInput when it is text in UTF-16 or UTF-32
  /// @throws IOException which [#failed] turns into a sentence
  public static InputStream open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    try {
      return withoutMark(file, isPacked(file) ? new GZIPInputStream(in, BUFFER) : in);
    } catch (IOException | BadInput e) {
      in.close();
      throw e;
    }
  }

  private static InputStream withoutMark(Path file, InputStream in) throws IOException {
    PushbackInputStream text = new PushbackInputStream(in, MARK);
    byte[] start = text.readNBytes(MARK);
    String other = encoding(start);
    if (other != null) {
      throw BadInput.in(
          file,
          "must be UTF-8 text, got " + other + "; convert it (iconv -f " + other + " -t UTF-8)");
    }
    int skipped = startsWith(start, 0xEF, 0xBB, 0xBF) ? 3 : 0;
    text.unread(start, skipped, start.length - skipped);
    return text;
  }

  /// Returns the name of the wider encoding that a file's first bytes are of, by its byte-order
  /// mark or by the zeros of its first character, which begins ASCII text in each of them; else
  /// null.
  private static @Nullable String encoding(byte[] start) {
    if (startsWith(start, 0xFF, 0xFE, 0, 0) || startsWith(start, 0, 0, 0xFE, 0xFF)) {
      return "UTF-32";
    }
    if (startsWith(start, 0xFF, 0xFE) || startsWith(start, 0xFE, 0xFF)) {
      return "UTF-16";
    }
    if (start.length < MARK || (start[0] == 0) == (start[1] == 0)) {
      return null;
    }
    boolean little = start[1] == 0;
    return little == (start[3] == 0) ? little ? "UTF-16LE" : "UTF-16BE" : null;
  }

  private static boolean startsWith(byte[] bytes, int... wanted) {
    boolean same = bytes.length >= wanted.length;
    for (int i = 0; same && i < wanted.length; i++) {
      same = (bytes[i] & 0xFF) == wanted[i];
    }
    return same;
  }

  /// Reads a whole text file as [#open] opens it.
  ///
  /// @throws IOException which [#failed] turns into a sentence
  public static String readText(Path file) throws IOException {
    try (InputStream in = open(file)) {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(in.readAllBytes()))
          .toString();
    }
  }

  /// Returns whether a file's name ends in `.gz`.
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
