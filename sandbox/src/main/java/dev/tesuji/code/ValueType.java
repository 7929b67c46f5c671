package dev.tesuji.code;

import java.util.regex.Pattern;

/// The names of types that a program's values may have: those of the language itself and of its
/// library. A program says them, so that nothing else may come near a compiler.
final class ValueType {
  private static final Pattern JAVA =
      Pattern.compile(
          "(?:int|long|short|byte|char|boolean|float|double|Object|Integer|Long|Short|Byte|Character"
              + "|Boolean|Float|Double|String|java\\.math\\.Big(?:Integer|Decimal)"
              + "|java\\.util\\.(?:List|Set|Map|Optional)|[<>,]|\\[\\])+");
  private static final Pattern CPP =
      Pattern.compile(
          "(?:bool|(?:signed |unsigned )?char|(?:unsigned )?(?:short|int|long long|long)|unsigned"
              + "|float|(?:long )?double|std::(?:string|vector|deque|list|set|multiset"
              + "|unordered_set|array|tuple|pair|map|multimap|unordered_map|optional)"
              + "|(?<=,)\\d{1,9}(?=>)|[<>,])+");
  private static final int LONGEST = 500;

  private ValueType() {}

  /// Returns whether a text is made of names of types, brackets and commas, and nothing else; where
  /// they make no type, a compiler refuses them.
  static boolean isOne(Language language, String text) {
    return !text.isEmpty()
        && text.length() <= LONGEST
        && (language == Language.JAVA ? JAVA : CPP).matcher(text).matches();
  }
}
