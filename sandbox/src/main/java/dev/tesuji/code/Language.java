package dev.tesuji.code;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The languages of programs that can be graded.
public enum Language {
  /// CPython 3.
  PYTHON("print(1)", "python3"),
  /// Node.
  JAVASCRIPT("console.log(1)", "nodejs"),
  /// The JDK that Tesuji runs on.
  JAVA("class Main { public static void main(String[] a) { System.out.println(1); } }", "a JDK"),
  /// C++20, by g++.
  CPP("#include <cstdio>\nint main() { std::puts(\"1\"); }", "g++");

  private final String trial;
  private final String remedy;

  Language(String trial, String remedy) {
    this.trial = trial;
    this.remedy = remedy;
  }

  /// Returns a program that prints 1.
  public String trial() {
    return trial;
  }

  /// Returns what to install for it.
  public String remedy() {
    return remedy;
  }

  /// Returns the language of a name, such as `python`; null for another.
  public static @Nullable Language named(String name) {
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
