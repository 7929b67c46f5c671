package dev.tesuji.code;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The classes that a Java program names.
///
/// @param publicClass the class that the file must be named after; `Main` where none is public
/// @param mainClass the class that is run: the last one that is declared before `main` is
record JavaSource(String publicClass, String mainClass) {
  private static final Pattern CLASS =
      Pattern.compile("\\b(public\\s+(?:\\w+\\s+)*)?(?:class|record|enum|interface)\\s+(\\w+)");
  private static final Pattern MAIN = Pattern.compile("\\bvoid\\s+main\\s*\\(");
  private static final Pattern PACKAGE = Pattern.compile("(?m)^\\s*package\\s+([\\w.]+)\\s*;");

  static JavaSource of(String program) {
    String text = withoutComments(program);
    Matcher main = MAIN.matcher(text);
    int at = main.find() ? main.start() : text.length();
    String named = "Main";
    String first = "";
    String last = "";
    Matcher type = CLASS.matcher(text);
    while (type.find()) {
      String name = type.group(2);
      if (type.group(1) != null && isOutermost(text, type.start())) {
        named = name;
      }
      if (isOutermost(text, type.start())) {
        first = first.isEmpty() ? name : first;
        last = type.start() < at ? name : last;
      }
    }
    String run = last.isEmpty() ? first.isEmpty() ? named : first : last;
    Matcher inPackage = PACKAGE.matcher(text);
    return new JavaSource(named, inPackage.find() ? inPackage.group(1) + "." + run : run);
  }

  private static boolean isOutermost(String text, int end) {
    int depth = 0;
    for (int i = 0; i < end; i++) {
      depth += text.charAt(i) == '{' ? 1 : text.charAt(i) == '}' ? -1 : 0;
    }
    return depth == 0;
  }

  private static String withoutComments(String program) {
    return program
        .replaceAll("(?s)/\\*.*?\\*/", " ")
        .replaceAll("//[^\n]*", " ")
        .replaceAll("\"(?:[^\"\\\\\n]|\\\\.)*\"", "\"\"");
  }

  String fileName() {
    return publicClass + ".java";
  }
}
