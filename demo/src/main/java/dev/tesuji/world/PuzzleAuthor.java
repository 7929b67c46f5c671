package dev.tesuji.world;

import dev.tesuji.world.Puzzle.Work;
import java.util.ArrayList;
import java.util.List;

/// Writes responses to puzzles, well or badly.
public final class PuzzleAuthor {
  private static final double REPAIRED = 0.7; // of the slips of authors who check themselves
  private static final double WORKED = 0.5; // of ramblers get to work in the end

  private PuzzleAuthor() {}

  /// How somebody gets at an answer.
  public enum Manner {
    /// Answers at once.
    DIRECT,
    /// Thinks, and guesses.
    GUESSING,
    /// Works step by step.
    STEPS,
    /// Works step by step, sees most slips and looks at the last step again.
    CHECKING,
    /// Says many words, and then guesses or works.
    RAMBLING
  }

  /// How somebody writes.
  ///
  /// @param manner how they get at the answer
  /// @param wrong whether something goes wrong on the way
  /// @param mixed whether every second turn of the thinking is in the other language
  /// @param tagged whether the answer stands in its tags
  /// @param summarised whether the answer is told in a sentence
  public record Habit(
      Manner manner, boolean wrong, boolean mixed, boolean tagged, boolean summarised) {}

  /// Writes a good response around an answer: steps in one language, a summary.
  static String gold(Puzzle puzzle, Language language, String answer) {
    Voice voice = new Voice(language, false, new Dice(0, 0));
    String thinking = voice.worked(puzzle.right(language).steps(), answer);
    return Reply.write(thinking, puzzle.summary().in(language, answer));
  }

  /// Returns the sentence that tells the answer of a puzzle: what a readable response ends with.
  ///
  /// @throws IllegalArgumentException when the question is no puzzle
  public static String summary(Posed posed, String answer) {
    if (posed.question() instanceof Puzzle puzzle) {
      return puzzle.summary().in(posed.language(), answer);
    }
    throw new IllegalArgumentException("posed must be a puzzle, got " + posed.kind());
  }

  /// Returns whether a thinking looks at its own steps again, in whatever language.
  static boolean reflects(String thinking) {
    return Language.ALL.stream()
        .anyMatch(l ->
            Lexicon.contains(thinking, Phrase.WAIT.opening(l))
                || Lexicon.contains(thinking, Phrase.CHECK.opening(l)));
  }

  static String write(Puzzle puzzle, Language language, Habit habit, Dice dice) {
    Work right = puzzle.right(language);
    int slip = habit.wrong() ? dice.below(right.steps().size()) : -1;
    Work done = puzzle.work(language, slip, dice);
    Voice voice = new Voice(language, habit.mixed(), dice);
    boolean repaired = habit.manner() == Manner.CHECKING && slip >= 0 && dice.chance(REPAIRED);
    String answer = repaired ? right.answer() : done.answer();
    String thinking =
        switch (habit.manner()) {
          case DIRECT -> "";
          case GUESSING -> voice.say(Phrase.GUESS, answer) + ".";
          case STEPS -> voice.worked(done.steps(), answer);
          case CHECKING -> {
            List<String> steps = new ArrayList<>(repaired ? right.steps() : done.steps());
            if (repaired) {
              String seen = voice.say(Phrase.WAIT, steps.get(slip));
              steps.set(slip, done.steps().get(slip) + ", " + seen);
            }
            String check =
                voice.say(
                    Phrase.CHECK, repaired ? right.steps().getLast() : done.steps().getLast());
            yield voice.worked(steps, answer) + " " + check + ".";
          }
          case RAMBLING ->
              voice.rambling()
                  + (dice.chance(WORKED)
                      ? voice.worked(done.steps(), answer)
                      : voice.say(Phrase.GUESS, answer) + ".");
        };
    String told = habit.summarised() ? puzzle.summary().in(voice.language(), answer) : answer;
    return habit.tagged()
        ? Reply.write(thinking, told)
        : thinking.isEmpty() ? told : "<think>" + thinking + "</think>" + told;
  }

  /// A voice that may change its language from turn to turn.
  ///
  /// @param own the language it ought to speak
  private record Voice(Language own, boolean mixed, Dice dice) {
    private static final List<Phrase> HUMS = List.of(Phrase.HUM, Phrase.LIKE, Phrase.AGAIN);

    /// Returns the language of the next turn.
    Language language() {
      return mixed && dice.chance(0.5) ? own.other() : own;
    }

    String say(Phrase phrase, Object... fillings) {
      return phrase.in(language(), fillings);
    }

    /// Returns `first 7+5=12, then 12-3=9, so 9.`
    String worked(List<String> steps, String answer) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < steps.size(); i++) {
        Phrase turn = i == 0 ? Phrase.FIRST : i % 2 == 1 ? Phrase.THEN : Phrase.NEXT;
        text.append(say(turn)).append(' ').append(steps.get(i)).append(", ");
      }
      return text.append(say(Phrase.SO)).append(' ').append(answer).append('.').toString();
    }

    String rambling() {
      StringBuilder text = new StringBuilder();
      int turns = dice.between(1, 4);
      for (int i = 0; i < turns; i++) {
        text.append(say(dice.pick(HUMS))).append(". ");
      }
      return text.toString();
    }
  }
}
