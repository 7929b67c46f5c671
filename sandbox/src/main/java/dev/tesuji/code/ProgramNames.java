package dev.tesuji.code;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds the names that a program declares, by their looks: a compiler has the last word.
final class ProgramNames {
  private static final Pattern JAVA_TYPE =
      Pattern.compile("\\b(?:class|record|enum|interface)\\s+(\\w+)");
  private static final Pattern JAVA_STATIC =
      Pattern.compile("\\bstatic\\b[^;{}()=]*?\\b(\\w+)\\s*\\(");
  private static final Pattern CPP_TYPE = Pattern.compile("\\b(?:class|struct)\\s+(\\w+)");
  private static final Pattern CPP_FUNCTION =
      Pattern.compile(
          "[\\w>&*\\]]\\s*[\\s&*]\\s*(\\w+)\\s*\\([^;{}]*\\)\\s*(?:const|noexcept|->[^;{}]*)?\\s*\\{"
              + "|\\bauto\\s+(\\w+)\\s*=\\s*\\[");

  /// Words of C++ and names of its library, which statements use on what a program returned: a
  /// program that declares one of them must not get to work it out.
  private static final Set<String> NOT_OURS =
      Set.of(
          "if",
          "for",
          "while",
          "switch",
          "return",
          "else",
          "catch",
          "sizeof",
          "main",
          "assert",
          "abs",
          "fabs",
          "max",
          "min",
          "pow",
          "sqrt",
          "round",
          "floor",
          "ceil",
          "equal",
          "sort",
          "count",
          "find",
          "all_of",
          "any_of",
          "none_of",
          "is_sorted",
          "accumulate",
          "size",
          "begin",
          "end",
          "string",
          "vector",
          "map",
          "set",
          "pair",
          "tuple",
          "make_pair",
          "make_tuple",
          "get",
          "to_string",
          "stoi",
          "isnan",
          "fmod",
          "log",
          "exp");

  private ProgramNames() {}

  static Calls.Names of(Language language, String program, @Nullable String entryPoint) {
    if (language == Language.JAVA) {
      String holder = JavaSource.of(program).mainClass() + ".";
      Set<String> functions = all(JAVA_STATIC, program);
      if (entryPoint != null && !entryPoint.contains(".")) {
        functions.add(entryPoint);
      }
      return new Calls.Names(all(JAVA_TYPE, program), functions, holder);
    }
    Set<String> functions = all(CPP_FUNCTION, program);
    functions.removeAll(NOT_OURS);
    if (entryPoint != null) {
      functions.add(entryPoint);
    }
    return new Calls.Names(all(CPP_TYPE, program), functions, "");
  }

  private static Set<String> all(Pattern pattern, String program) {
    Set<String> names = new HashSet<>();
    Matcher found = pattern.matcher(program);
    while (found.find()) {
      for (int g = 1; g <= found.groupCount(); g++) {
        String name = found.group(g);
        if (name != null) {
          names.add(name);
        }
      }
    }
    return names;
  }
}
