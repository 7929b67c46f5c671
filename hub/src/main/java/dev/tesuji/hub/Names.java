package dev.tesuji.hub;

import dev.tesuji.check.BadInput;
import java.util.regex.Pattern;

/// Checks of the names that users, and the hub, hand in: each of them becomes a part of a path in
/// the cache, so that nothing that could lead out of it is let in.
final class Names {
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9_](?:[\\w.-]{0,94}[\\w-])?");
  private static final Pattern REVISION =
      Pattern.compile("[A-Za-z0-9_][\\w.+#-]*(?:/[A-Za-z0-9_][\\w.+#-]*)*");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final Pattern ETAG = Pattern.compile("[A-Za-z0-9_][\\w.=+-]{0,127}");
  private static final int LONGEST = 255; // what file systems allow

  private Names() {}

  /// Returns whether a text can be the name of an owner or of a repository.
  static boolean isPart(String text) {
    return PART.matcher(text).matches()
        && !text.contains("..")
        && !text.contains("--")
        && !text.endsWith(".git");
  }

  static boolean isRevision(String text) {
    return text.length() <= LONGEST
        && REVISION.matcher(text).matches()
        && !text.contains("..")
        && !text.endsWith(".lock");
  }

  static boolean isCommit(String text) {
    return COMMIT.matcher(text).matches();
  }

  /// Returns whether a file's name in a repository is one that can be stored: a relative path
  /// without `.` and `..`.
  static boolean isFile(String text) {
    if (text.isEmpty() || text.endsWith("/")) {
      return false;
    }
    for (String part : text.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..") || part.length() > LONGEST) {
        return false;
      }
    }
    return text.chars().noneMatch(c -> c == '\\' || c < ' ' || c == 0x7f)
        && !text.matches("[A-Za-z]:.*");
  }

  /// Returns the etag that a header holds, without quotes and mark of weakness.
  ///
  /// @throws HubFailure when it cannot be a file's name
  static String etag(String header, Address about) {
    String etag = header.replaceFirst("^W/", "").replaceAll("^\"|\"$", "");
    if (!ETAG.matcher(etag).matches() || etag.contains("..")) {
      throw unusable(about, "the hub's etag must be a hash, got", header);
    }
    return etag;
  }

  /// Returns a commit that the hub named.
  ///
  /// @throws HubFailure when it is none
  static String commit(String text, Address about) {
    if (!isCommit(text)) {
      throw unusable(about, "the hub's commit must be 40 hexadecimal digits, got", text);
    }
    return text;
  }

  /// Returns a file's name that the hub listed.
  ///
  /// @throws HubFailure when it could lead out of the cache
  static String file(String text, Address about) {
    if (!isFile(text)) {
      throw unusable(about, "the repository has a file whose name cannot be stored:", text);
    }
    return text;
  }

  private static HubFailure unusable(Address about, String words, String given) {
    return new HubFailure(
        HubFailure.Kind.UNUSABLE, about + ": " + words + " '" + BadInput.brief(given) + "'");
  }
}
