package dev.tesuji.constrain.automaton;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// The named sets of ECMA 262's regular expressions.
final class CharacterClasses {
  /// What `.` does not match.
  static final CodePoints LINE_ENDS = CodePoints.of("\n\r\u2028\u2029");

  private static final CodePoints DIGITS = CodePoints.of('0', '9');

  private static final CodePoints WORD =
      DIGITS.or(CodePoints.of('a', 'z')).or(CodePoints.of('A', 'Z')).or(CodePoints.of('_', '_'));

  private static final CodePoints SPACE =
      CodePoints.of("\t\u000b\f \u00a0\ufeff\u1680\u202f\u205f\u3000")
          .or(CodePoints.of(0x2000, 0x200a))
          .or(LINE_ENDS);

  /// Sets by property; there are few, and each takes a walk over all of Unicode.
  private static final Map<String, CodePoints> PROPERTIES = new ConcurrentHashMap<>();

  private CharacterClasses() {}

  /// Returns what a letter after a backslash stands for, or null where it is another escape.
  static @Nullable CodePoints of(int letter) {
    return switch (letter) {
      case 'd' -> DIGITS;
      case 'D' -> DIGITS.not();
      case 'w' -> WORD;
      case 'W' -> WORD.not();
      case 's' -> SPACE;
      case 'S' -> SPACE.not();
      case 'n' -> CodePoints.of('\n', '\n');
      case 'r' -> CodePoints.of('\r', '\r');
      case 't' -> CodePoints.of('\t', '\t');
      case 'f' -> CodePoints.of('\f', '\f');
      case 'v' -> CodePoints.of(0x0b, 0x0b);
      case '0' -> CodePoints.of(0, 0);
      default -> null;
    };
  }

  /// Returns the characters of a Unicode property (`L`, `Lu`, `Script=Greek`, `Alphabetic`), or
  /// null where there is none of that name.
  static @Nullable CodePoints property(String name) {
    if (!name.matches("[A-Za-z_]{1,40}(=[A-Za-z_]{1,40})?")) {
      return null;
    }
    CodePoints known = PROPERTIES.get(name);
    if (known != null) {
      return known;
    }
    String java = name.replaceFirst("^(Script|sc)=", "Is").replaceFirst("^General_Category=", "");
    for (String form : new String[] {java, "Is" + java}) {
      try {
        Pattern one = Pattern.compile("\\p{" + form + "}");
        CodePoints set = CodePoints.where(c -> one.matcher(Character.toString(c)).matches());
        PROPERTIES.put(name, set);
        return set;
      } catch (PatternSyntaxException e) {
        // The other form may be known.
      }
    }
    return null;
  }
}
