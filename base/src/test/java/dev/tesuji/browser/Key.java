package dev.tesuji.browser;

import java.util.Map;

/// A key as the debugging protocol names it.
///
/// @param name what a page sees as `key`
/// @param place where it lies, which a page sees as `code`; empty where no page asks
/// @param number the number that Windows gives it, by which Chromium knows what it does
/// @param text what it writes
/// @param held the sum of what is held: Alt 1, Ctrl 2, Shift 8
record Key(String name, String place, int number, String text, int held) {
  private static final int ALT = 1;
  private static final int CTRL = 2;
  private static final int SHIFT = 8;

  private static final Map<String, Integer> NUMBERS =
      Map.ofEntries(
          Map.entry("Tab", 9),
          Map.entry("Enter", 13),
          Map.entry("Escape", 27),
          Map.entry(" ", 32),
          Map.entry("End", 35),
          Map.entry("Home", 36),
          Map.entry("ArrowLeft", 37),
          Map.entry("ArrowUp", 38),
          Map.entry("ArrowRight", 39),
          Map.entry("ArrowDown", 40));

  /// Reads a key such as `a`, `Enter` or `Shift+Tab`.
  static Key of(String written) {
    int held = 0;
    String name = written;
    for (int plus = name.indexOf('+'); plus > 0; plus = name.indexOf('+')) {
      held +=
          switch (name.substring(0, plus)) {
            case "Alt" -> ALT;
            case "Ctrl" -> CTRL;
            case "Shift" -> SHIFT;
            default -> throw new IllegalArgumentException("no key can be held in " + written);
          };
      name = name.substring(plus + 1);
    }
    boolean isSign = name.codePointCount(0, name.length()) == 1;
    int sign = Character.toUpperCase(name.codePointAt(0));
    boolean isLetter = isSign && sign >= 'A' && sign <= 'Z';
    int number = NUMBERS.getOrDefault(name, isSign && Character.isLetterOrDigit(sign) ? sign : 0);
    String text =
        held == ALT || held == CTRL ? "" : isSign ? name : name.equals("Enter") ? "\r" : "";
    return new Key(name, isLetter ? "Key" + (char) sign : "", number, text, held);
  }
}
