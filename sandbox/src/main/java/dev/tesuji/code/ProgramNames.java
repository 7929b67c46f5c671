package dev.tesuji.code;

import java.util.HashSet;
import java.util.List;
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

  private static final Pattern WORD = Pattern.compile("\\b([A-Za-z_]\\w*)");
  private static final Pattern CALLED = Pattern.compile("(?<![.\\w])([A-Za-z_]\\w*)\\s*\\(");

  /// Words of C++ that look like functions.
  private static final Set<String> NO_NAMES =
      Set.of("if", "for", "while", "switch", "return", "else", "catch", "sizeof", "main", "assert");

  /// Names of C++'s library that statements use on what a program returned.
  private static final Set<String> LIBRARY =
      Set.of(
          ("abs labs llabs fabs max min minmax clamp pow sqrt cbrt round lround llround floor ceil"
                  + " trunc fmod remainder hypot log log2 log10 exp isnan isinf isfinite signbit"
                  + " gcd lcm midpoint equal sort stable_sort is_sorted count count_if find find_if"
                  + " search mismatch all_of any_of none_of accumulate reduce inner_product"
                  + " is_permutation lexicographical_compare includes binary_search lower_bound"
                  + " upper_bound max_element min_element minmax_element reverse unique distance next"
                  + " prev size ssize empty data begin end cbegin cend rbegin rend get tie"
                  + " make_pair make_tuple make_optional make_unique make_shared to_string stoi stol"
                  + " stoll stod strlen strcmp strncmp memcmp tolower toupper isdigit isalpha isalnum"
                  + " isspace isupper islower string wstring string_view vector array deque list map"
                  + " multimap set multiset unordered_map unordered_set pair tuple optional variant"
                  + " bitset complex stack queue priority_queue span valarray less greater equal_to"
                  + " plus minus numeric_limits forward move swap exchange")
              .split(" ", -1));

  private static final List<String> JAVA_PACKAGES =
      List.of("java.lang.", "java.util.", "java.util.function.", "java.util.stream.");

  private ProgramNames() {}

  /// Finds the names that statements may mean.
  ///
  /// A name of the language's own library that a program declares is the program's only where the
  /// statements use no other name of the program's: it must not get to work out what they say.
  static Calls.Names of(
      Language language, String program, List<String> statements, @Nullable String entryPoint) {
    Set<String> words = all(WORD, String.join("\n", statements));
    Set<String> called = all(CALLED, String.join("\n", statements));
    if (language == Language.JAVA) {
      String holder = JavaSource.of(program).mainClass() + ".";
      Set<String> functions = all(JAVA_STATIC, program);
      if (entryPoint != null && !entryPoint.contains(".")) {
        functions.add(entryPoint);
      }
      Set<String> types = all(JAVA_TYPE, program);
      Set<String> own = new HashSet<>(types);
      own.removeIf(ProgramNames::isOfJava);
      if (entryPoint != null || uses(words, own) || uses(called, functions)) {
        types = own;
      }
      return new Calls.Names(types, functions, holder);
    }
    Set<String> functions = all(CPP_FUNCTION, program);
    functions.removeAll(NO_NAMES);
    Set<String> types = all(CPP_TYPE, program);
    boolean others =
        entryPoint != null || uses(words, without(functions)) || uses(words, without(types));
    functions = others ? without(functions) : functions;
    types = others ? without(types) : types;
    if (entryPoint != null) {
      functions.add(entryPoint);
    }
    return new Calls.Names(types, functions, "");
  }

  private static boolean uses(Set<String> words, Set<String> names) {
    return names.stream().anyMatch(words::contains);
  }

  private static Set<String> without(Set<String> names) {
    Set<String> left = new HashSet<>(names);
    left.removeAll(LIBRARY);
    return left;
  }

  private static boolean isOfJava(String type) {
    for (String where : JAVA_PACKAGES) {
      try {
        Class.forName(where + type, false, null);
        return true;
      } catch (ClassNotFoundException _) {
        // not there
      }
    }
    return false;
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
