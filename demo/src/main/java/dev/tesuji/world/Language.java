package dev.tesuji.world;

import java.util.List;
import java.util.Locale;

/// The natural languages of the world.
public enum Language {
  /// English.
  EN,
  /// French.
  FR;

  /// Both.
  public static final List<Language> ALL = List.of(values());

  /// Returns the code of ISO 639-1.
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Returns the other language.
  public Language other() {
    return this == EN ? FR : EN;
  }
}
