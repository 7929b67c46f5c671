package dev.tesuji.world;

import dev.tesuji.world.Noun.Gender;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The qualities of things: colours, and pairs of opposites.
enum Quality {
  BLUE("blue", "bleu", "bleue"),
  WHITE("white", "blanc", "blanche"),
  YELLOW("yellow", "jaune", "jaune"),
  RED("red", "rouge", "rouge"),
  GREEN("green", "vert", "verte"),
  BLACK("black", "noir", "noire"),
  BIG("big", "grand", "grande"),
  SMALL("small", "petit", "petite"),
  HOT("hot", "chaud", "chaude"),
  COLD("cold", "froid", "froide"),
  FAST("fast", "rapide", "rapide"),
  SLOW("slow", "lent", "lente"),
  OLD("old", "vieux", "vieille"),
  YOUNG("young", "jeune", "jeune"),
  FULL("full", "plein", "pleine"),
  EMPTY("empty", "vide", "vide"),
  STRONG("strong", "fort", "forte"),
  WEAK("weak", "faible", "faible"),
  RICH("rich", "riche", "riche"),
  POOR("poor", "pauvre", "pauvre"),
  CLEAN("clean", "propre", "propre"),
  DIRTY("dirty", "sale", "sale");

  private static final Set<Quality> COLOURS = Set.of(BLUE, WHITE, YELLOW, RED, GREEN, BLACK);

  private final String english;
  private final String masculine;
  private final String feminine;

  Quality(String english, String masculine, String feminine) {
    this.english = english;
    this.masculine = masculine;
    this.feminine = feminine;
  }

  /// Returns the word, as it goes with the gender.
  String in(Language language, Gender gender) {
    return language == Language.EN ? english : gender == Gender.FEMININE ? feminine : masculine;
  }

  /// Returns the word in both languages, with every gender.
  Set<String> forms() {
    return new HashSet<>(List.of(english, masculine, feminine));
  }

  /// Returns whether it is a colour.
  boolean isColour() {
    return COLOURS.contains(this);
  }

  /// Returns what has an opposite, with it.
  static Map<Quality, Quality> opposites() {
    Map<Quality, Quality> opposites = new LinkedHashMap<>();
    pair(opposites, BIG, SMALL);
    pair(opposites, HOT, COLD);
    pair(opposites, FAST, SLOW);
    pair(opposites, OLD, YOUNG);
    pair(opposites, FULL, EMPTY);
    pair(opposites, STRONG, WEAK);
    pair(opposites, RICH, POOR);
    pair(opposites, CLEAN, DIRTY);
    return opposites;
  }

  private static void pair(Map<Quality, Quality> opposites, Quality one, Quality other) {
    opposites.put(one, other);
    opposites.put(other, one);
  }
}
