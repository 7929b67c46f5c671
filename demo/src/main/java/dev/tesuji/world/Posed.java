package dev.tesuji.world;

import dev.tesuji.env.Problem;

/// A question as it is posed: in a language, under a number that says everything about it.
///
/// @param id the number, of which question, language and split are functions
/// @param kind the kind
/// @param language the language in which it is asked, and ought to be answered
/// @param level how hard it is, from 1 to [#LEVELS]; 1 for what is not graded
public record Posed(long id, Kind kind, Language language, int level, Question question) {
  /// How many levels there are.
  public static final int LEVELS = 3;

  /// Finds the question of a problem.
  public static Posed of(Problem problem) {
    return of(problem.id());
  }

  /// Finds the question of a number.
  public static Posed of(long id) {
    boolean heldOut = (id & 1) != 0;
    long rest = id >> 1;
    int level = 1 + (int) (rest % LEVELS);
    rest /= LEVELS;
    Language language = Language.ALL.get((int) (rest % Language.ALL.size()));
    rest /= Language.ALL.size();
    Kind kind = Kind.ALL.get((int) (rest % Kind.ALL.size()));
    long serial = rest / Kind.ALL.size();
    return new Posed(
        id,
        kind,
        language,
        level,
        Questions.find(new Questions.Place(kind, level, heldOut), serial));
  }

  /// Returns the number of a question.
  ///
  /// @param serial tells it from others of its place
  static long id(Questions.Place place, Language language, long serial) {
    long id = serial * Kind.ALL.size() + Kind.ALL.indexOf(place.kind());
    id = id * Language.ALL.size() + Language.ALL.indexOf(language);
    id = id * LEVELS + place.level() - 1;
    return 2 * id + (place.heldOut() ? 1 : 0);
  }

  /// Returns the words in which it is asked.
  public String text() {
    return question.text(language);
  }

  /// Returns the answer as a good author would write it: numbers for puzzles, words for requests.
  public String answer() {
    return switch (question) {
      case Puzzle p -> p.right(language).answer();
      case Request r -> RequestAuthor.best(r, language, new Dice(0, id));
    };
  }

  /// Returns it as a problem of a task.
  public Problem problem() {
    String source = "world " + kind + " " + language.code() + " " + level + " " + id;
    return new Problem(id, text(), answer(), source);
  }
}
