package dev.tesuji.code;

import java.util.Locale;

/// The languages of programs that can be graded.
public enum Language {
  PYTHON,
  JAVASCRIPT,
  JAVA,
  CPP;

  /// Returns the language of a name, such as `python`; null for another.
  public static @org.jspecify.annotations.Nullable Language named(String name) {
    for (Language language : values()) {
      if (language.toString().equals(name)) {
        return language;
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
