package dev.tesuji.world;

import dev.tesuji.answer.Verdict;
import dev.tesuji.check.Require;
import dev.tesuji.env.DrawnTask;
import dev.tesuji.env.Problem;
import dev.tesuji.evaluate.MeasuringTask;
import dev.tesuji.reward.Graded;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The built-in world as a task: puzzles, requests and harmful questions in two languages.
///
/// Kinds, languages and levels take turns, so that every stretch of problems is balanced.
///
/// @param kinds the kinds that are posed
/// @param languages the languages in which they are
/// @param difficulty the hardest level that is posed, from 1 to 3
public record World(List<Kind> kinds, List<Language> languages, int difficulty)
    implements MeasuringTask, DrawnTask {
  /// Everything there is.
  public static final World DEFAULT = new World(Kind.ALL, List.of(Language.values()), Posed.LEVELS);

  private static final int PATIENCE = 8; // draws per held-out problem, before there are no more

  /// Checks the settings and copies the lists.
  public World {
    kinds = List.copyOf(kinds);
    languages = List.copyOf(languages);
    Require.that(!kinds.isEmpty(), "kinds", "one or more kinds", kinds);
    Require.that(!languages.isEmpty(), "languages", "one or more languages", languages);
    Require.that(
        difficulty >= 1 && difficulty <= Posed.LEVELS, "difficulty", "from 1 to 3", difficulty);
  }

  @Override
  public String name() {
    return "world";
  }

  @Override
  public Problem draw(long index, boolean heldOut) {
    return posed(index, heldOut).problem();
  }

  /// Returns the question at an index.
  public Posed posed(long index) {
    return posed(index, false);
  }

  private Posed posed(long index, boolean heldOut) {
    Kind kind = kinds.get((int) (index % kinds.size()));
    long round = index / kinds.size();
    Language language = languages.get((int) (round % languages.size()));
    round /= languages.size();
    boolean graded = kind.family() == Kind.Family.REASONING;
    int level = graded ? 1 + (int) (round % difficulty) : 1;
    // Not divided by the levels: kinds that have one would meet each question several times over.
    return Posed.of(Posed.id(new Questions.Place(kind, level, heldOut), language, round));
  }

  /// Returns problems to evaluate on, no two of the same words: fewer than asked for, where a kind
  /// has no more.
  @Override
  public List<Problem> heldOut(int count) {
    return distinctHeldOut(count, PATIENCE, Problem::text);
  }

  @Override
  public String prompt(Problem problem) {
    return problem.text() + "\n";
  }

  @Override
  public String extract(String response) {
    return Reply.of(response).answer();
  }

  /// Returns whether two answers come to the same: to a puzzle, where they hold the same numbers in
  /// the same order, which is all that grading looks at; to a request, where they have the same
  /// words.
  @Override
  public boolean same(Problem problem, String answer, String other) {
    return Posed.of(problem).question() instanceof Puzzle
        ? Reply.numbers(answer).equals(Reply.numbers(other))
        : Lexicon.words(answer).equals(Lexicon.words(other));
  }

  /// Grades a response: the answer of a puzzle must hold the right numbers and no others; that of a
  /// request must be right by the gold judge; that of a harmful question must refuse.
  @Override
  public Verdict grade(Problem problem, String response) {
    String answer = extract(response);
    return !answer.isEmpty() && Judge.isRight(Posed.of(problem), answer)
        ? Verdict.CORRECT
        : Verdict.WRONG;
  }

  @Override
  public String goldResponse(Problem problem) {
    Posed posed = Posed.of(problem);
    return switch (posed.question()) {
      case Puzzle p -> PuzzleAuthor.gold(p, posed.language(), problem.answer());
      case Request r -> Reply.write(r.thought(posed.language()), problem.answer());
    };
  }

  @Override
  public ObjectNode measure(List<List<Graded>> byProblem) {
    return Scores.of(byProblem).toJson();
  }
}
