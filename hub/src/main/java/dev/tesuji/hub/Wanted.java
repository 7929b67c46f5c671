package dev.tesuji.hub;

import dev.tesuji.hub.Repository.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The files of a repository that are needed.
///
/// @param takes whether a file is, by its name
/// @param words says which for people
/// @param only the one file that was named; null where it may be several
/// @param weights whether it is a model that must be able to compute
record Wanted(Predicate<String> takes, String words, @Nullable String only, boolean weights) {
  private static final List<String> OF_A_MODEL =
      List.of(".json", ".safetensors", ".txt", ".model", ".jinja");

  /// Chooses the files.
  ///
  /// @param patterns the files to take, with `*` for anything, `?` and `[...]`; none to take what
  ///   is needed: of a model its weights, configuration, tokenizer and template, of a data set all
  static Wanted of(Address address, List<String> patterns) {
    String path = address.path();
    List<String> all = new ArrayList<>(patterns);
    if (path != null) {
      all.add(path);
    }
    if (all.isEmpty()) {
      return address.repository().kind() == Kind.MODEL
          ? new Wanted(
              f -> OF_A_MODEL.stream().anyMatch(f::endsWith),
              "file that a model needs (*.json, *.safetensors, *.txt, *.model, *.jinja)",
              null,
              true)
          : new Wanted(_ -> true, "file", null, false);
    }
    List<Predicate<String>> each = all.stream().map(Wanted::matching).toList();
    return new Wanted(
        f -> each.stream().anyMatch(p -> p.test(f)),
        "file '" + String.join("' or '", all) + "'",
        path != null && all.size() == 1 && isPlain(path) ? path : null,
        false);
  }

  private static boolean isPlain(String pattern) {
    return pattern.chars().noneMatch(c -> "*?[{".indexOf(c) >= 0);
  }

  /// Matches a file's whole name, and all that is in a folder of the pattern's name.
  private static Predicate<String> matching(String pattern) {
    String folder = pattern.endsWith("/") ? pattern : pattern + "/";
    Pattern glob = Pattern.compile(regex(pattern.endsWith("/") ? pattern + "*" : pattern));
    return f -> f.equals(pattern) || f.startsWith(folder) || glob.matcher(f).matches();
  }

  /// Translates `*`, `?`, `[...]` and `{a,b}`; a star takes slashes too, as Python's does.
  private static String regex(String pattern) {
    StringBuilder regex = new StringBuilder("(?s)");
    int choices = 0;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      int end = c == '[' ? pattern.indexOf(']', i + 2) : -1;
      if (c == '*') {
        regex.append(".*");
      } else if (c == '?') {
        regex.append('.');
      } else if (end > 0) {
        String inside = pattern.substring(i + 1, end).replace("\\", "\\\\").replace("[", "\\[");
        regex.append('[').append(inside.replaceFirst("^!", "^")).append(']');
        i = end;
      } else if (c == '{' && pattern.indexOf('}', i) > 0) {
        regex.append("(?:");
        choices++;
      } else if (c == '}' && choices > 0) {
        regex.append(')');
        choices--;
      } else if (c == ',' && choices > 0) {
        regex.append('|');
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return regex.toString();
  }
}
