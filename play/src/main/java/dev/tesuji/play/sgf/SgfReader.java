package dev.tesuji.play.sgf;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.InputFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the first game tree of a file in FF[4], or in the older formats that differ little.
///
/// Trees nest as deep as they like: nothing here recurses.
public final class SgfReader {
  private static final long MOST_BYTES = 32L << 20;
  private static final Pattern CHARSET = Pattern.compile("CA\\s*\\[\\s*([^\\]\\s]+)\\s*\\]");
  private static final Pattern START = Pattern.compile("\\(\\s*;");
  private static final int HEAD = 4096;

  private final String name;
  private final String text;
  private int at;
  private int line = 1;

  private SgfReader(String name, String text) {
    this.name = name;
    this.text = text.replace("\r\n", "\n").replace('\r', '\n');
  }

  /// Reads a file.
  ///
  /// @throws BadInput when there is no such file, or it is broken: with file and line
  public static SgfNode read(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw BadInput.in(file, "must be a file, got a directory");
      }
      if (Files.size(file) > MOST_BYTES) {
        throw BadInput.in(
            file, "must have at most " + MOST_BYTES + " bytes, got " + Files.size(file));
      }
      return read(file.toString(), Files.readAllBytes(file));
    } catch (IOException e) {
      throw InputFiles.failed(file, e);
    }
  }

  /// Reads bytes, in the charset that they name in `CA`; where they name none, in UTF-8 if that is
  /// what they are, else in Latin-1, which is the format's own.
  ///
  /// @param name of what was read, for messages
  /// @throws BadInput when it is broken
  public static SgfNode read(String name, byte[] bytes) {
    return parse(name, decode(name, bytes));
  }

  /// Reads text.
  ///
  /// @param name of what was read, for messages
  /// @throws BadInput when it is broken
  public static SgfNode parse(String name, String text) {
    return new SgfReader(name, text).tree();
  }

  private static String decode(String name, byte[] bytes) {
    if (bytes.length > 2 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB) {
      return new String(bytes, 3, bytes.length - 3, StandardCharsets.UTF_8);
    }
    String head = new String(bytes, 0, Math.min(bytes.length, HEAD), StandardCharsets.ISO_8859_1);
    Matcher named = CHARSET.matcher(head);
    if (named.find()) {
      return new String(bytes, charset(name, named.group(1)));
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }

  private static Charset charset(String name, String charset) {
    try {
      return Charset.forName(charset);
    } catch (IllegalArgumentException e) {
      throw new BadInput(
          name
              + ": property CA must name a charset, got '"
              + BadInput.brief(charset)
              + "'; save the file in UTF-8",
          e);
    }
  }

  private SgfNode tree() {
    Matcher start = START.matcher(text);
    if (!start.find()) {
      throw new BadInput(name + ": has no game: '(;' is missing");
    }
    while (at < start.start()) {
      next();
    }
    Deque<SgfNode> open = new ArrayDeque<>(); // where each open parenthesis goes on from
    SgfNode root = null;
    SgfNode last = null;
    do {
      switch (skipSpace()) {
        case '(' -> {
          next();
          open.push(last == null ? new SgfNode() : last);
        }
        case ')' -> {
          next();
          last = open.pop();
        }
        case ';' -> {
          SgfNode node = node();
          root = root == null ? node : root;
          if (last != null) {
            last.add(node);
          }
          last = node;
        }
        default -> throw broken("expected ';', '(' or ')', got " + shown());
      }
    } while (!open.isEmpty());
    return java.util.Objects.requireNonNull(root);
  }

  private SgfNode node() {
    SgfNode node = new SgfNode(line);
    next();
    while (Character.isLetter(skipSpace())) {
      int from = at;
      while (at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
        next();
      }
      // Older files write names in full, their capitals are the name: AddBlack is AB.
      String property = text.substring(from, at).replaceAll("[^A-Z0-9]", "");
      if (skipSpace() != '[') {
        throw broken("property " + BadInput.brief(property) + " must have a value in brackets");
      }
      while (skipSpace() == '[') {
        node.add(property, value(property));
      }
    }
    return node;
  }

  /// Reads a value and takes its escapes away: `\` before a line's end joins the lines, before
  /// anything else it stands for nothing but that.
  private String value(String property) {
    int began = line;
    next();
    StringBuilder value = new StringBuilder();
    while (at < text.length()) {
      char c = next();
      if (c == ']') {
        return value.toString();
      }
      if (c != '\\') {
        value.append(c);
      } else if (at < text.length()) {
        char escaped = next();
        value.append(escaped == '\n' ? "" : String.valueOf(escaped));
      }
    }
    throw new BadInput(
        name + ":" + began + ": the value of " + property + " has no end: ']' is missing");
  }

  /// Moves to what is no space and returns it, or 0 at the end.
  private char skipSpace() {
    while (at < text.length()
        && (Character.isWhitespace(text.charAt(at)) || text.charAt(at) == 0)) {
      next();
    }
    return at < text.length() ? text.charAt(at) : 0;
  }

  private char next() {
    char c = text.charAt(at++);
    if (c == '\n') {
      line++;
    }
    return c;
  }

  private BadInput broken(String problem) {
    return new BadInput(name + ":" + line + ": " + problem);
  }

  private @Nullable String shown() {
    return at < text.length() ? "'" + BadInput.brief(text.charAt(at)) + "'" : "the file's end";
  }
}
