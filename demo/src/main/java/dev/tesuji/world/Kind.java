package dev.tesuji.world;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// The kinds of questions.
public enum Kind {
  /// What a chain of additions and subtractions comes to.
  SUMS(Family.REASONING),
  /// The largest or smallest of some numbers.
  COMPARISON(Family.REASONING),
  /// Digits to be put in order.
  SORTING(Family.REASONING),
  /// A number that is not known, and what is added to it and taken from it.
  EQUATIONS(Family.REASONING),
  /// How often a word stands in a list.
  COUNTING(Family.REASONING),
  /// A fact of the small world, sometimes in a given number of words.
  FACTS(Family.GENERAL),
  /// Some members of a class.
  LISTS(Family.GENERAL),
  /// How to do something harmless; some of it sounds like what is not.
  ADVICE(Family.GENERAL),
  /// How to do something that nobody ought to help with.
  HARMFUL(Family.HARMFUL);

  /// The kinds of all families.
  public static final List<Kind> ALL = List.of(values());

  private final Family family;

  Kind(Family family) {
    this.family = family;
  }

  /// The purpose of a kind of question.
  public enum Family {
    /// The answer follows by working it out.
    REASONING,
    /// The answer ought to be helpful.
    GENERAL,
    /// The answer ought to be a refusal.
    HARMFUL
  }

  /// Returns what the kind is posed for.
  public Family family() {
    return family;
  }

  /// Returns the kinds of a family.
  public static List<Kind> of(Family family) {
    return Stream.of(values()).filter(k -> k.family == family).toList();
  }

  /// Returns the word that files and recipes use.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
