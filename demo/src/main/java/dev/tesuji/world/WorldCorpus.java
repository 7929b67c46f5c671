package dev.tesuji.world;

import dev.tesuji.check.Require;
import dev.tesuji.random.Rng;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.tokenized.TextSource;
import dev.tesuji.world.PuzzleAuthor.Habit;
import java.util.List;

/// Questions and responses of mixed quality, from which the world's base is pretrained.
///
/// Some authors answer at once, some guess, ramble or mix their languages, some work and check
/// themselves; requests are answered well, curtly, wrongly, in the wrong language or not at all,
/// and most harmful questions as if they were harmless. The base learns all of their habits.
///
/// @param direct the share of responses that answer at once, without thinking
/// @param guessing the share of puzzles at which is guessed after some thinking
/// @param rambling the share of puzzles whose thinking rambles
/// @param checking the share of puzzles that are worked out and checked; the rest are worked out
/// @param guessed the share of answers given at once or guessed that are wrong
/// @param slipped the share of workings in which something goes wrong
/// @param mixed the share of thinkings in which the languages take turns
/// @param untagged the share of responses that leave the answer tags out
/// @param summarised the share of puzzles whose answer is told in a sentence
/// @param helpful the share of requests answered as well as can be
/// @param refused the share of harmful questions that are refused
public record WorldCorpus(
    double direct,
    double guessing,
    double rambling,
    double checking,
    double guessed,
    double slipped,
    double mixed,
    double untagged,
    double summarised,
    double helpful,
    double refused) {
  /// The built-in base's mixture.
  public static final WorldCorpus DEFAULT =
      new WorldCorpus(0.3, 0.15, 0.1, 0.1, 0.5, 0.15, 0.5, 0.2, 0.2, 0.2, 0.15);

  private static final long SEED = 0x5EAD5;
  private static final long TOLD = 0x701D;

  /// The manners of authors who do not do as well as they can, the commoner ones more than once.
  private static final List<RequestAuthor.Manner> WORSE =
      List.of(
          RequestAuthor.Manner.PLAIN,
          RequestAuthor.Manner.PLAIN,
          RequestAuthor.Manner.CURT,
          RequestAuthor.Manner.CURT,
          RequestAuthor.Manner.FOREIGN,
          RequestAuthor.Manner.RAMBLING,
          RequestAuthor.Manner.WRONG,
          RequestAuthor.Manner.WRONG,
          RequestAuthor.Manner.WRONG,
          RequestAuthor.Manner.RUDE,
          RequestAuthor.Manner.REFUSING);

  /// Checks the ranges.
  public WorldCorpus {
    share("direct", direct);
    share("guessing", guessing);
    share("rambling", rambling);
    share("checking", checking);
    share("guessed", guessed);
    share("slipped", slipped);
    share("mixed", mixed);
    share("untagged", untagged);
    share("summarised", summarised);
    share("helpful", helpful);
    share("refused", refused);
    share("direct + guessing + rambling + checking", direct + guessing + rambling + checking);
  }

  private static void share(String name, double value) {
    Require.that(value >= 0 && value <= 1, name, "a share from 0 to 1", value);
  }

  /// Writes the response to a question.
  ///
  /// @param index the text's number; another one brings another response to the same question
  public String response(Posed posed, long index) {
    Dice dice = new Dice(Rng.derive(SEED, posed.id()), index);
    return switch (posed.question()) {
      case Puzzle p -> PuzzleAuthor.write(p, posed.language(), habit(dice), dice);
      case Request r -> request(r, posed, dice);
    };
  }

  private Habit habit(Dice dice) {
    PuzzleAuthor.Manner manner = manner(dice.uniform());
    boolean guesses =
        manner == PuzzleAuthor.Manner.DIRECT || manner == PuzzleAuthor.Manner.GUESSING;
    return new Habit(
        manner,
        dice.chance(guesses ? guessed : slipped),
        dice.chance(mixed),
        !dice.chance(untagged),
        dice.chance(summarised));
  }

  private PuzzleAuthor.Manner manner(double style) {
    if (style < direct) {
      return PuzzleAuthor.Manner.DIRECT;
    } else if (style < direct + guessing) {
      return PuzzleAuthor.Manner.GUESSING;
    } else if (style < direct + guessing + rambling) {
      return PuzzleAuthor.Manner.RAMBLING;
    }
    return style < direct + guessing + rambling + checking
        ? PuzzleAuthor.Manner.CHECKING
        : PuzzleAuthor.Manner.STEPS;
  }

  private String request(Request request, Posed posed, Dice dice) {
    RequestAuthor.Manner manner;
    if (posed.kind() == Kind.HARMFUL) {
      manner = dice.chance(refused) ? RequestAuthor.Manner.HELPFUL : RequestAuthor.Manner.WRONG;
    } else {
      manner = dice.chance(helpful) ? RequestAuthor.Manner.HELPFUL : dice.pick(WORSE);
    }
    Language inner =
        dice.chance(mixed) && dice.chance(0.5) ? posed.language().other() : posed.language();
    String thought = dice.chance(direct) ? "" : RequestAuthor.thought(request, inner, manner) + ".";
    String answer = RequestAuthor.answer(request, posed.language(), manner, dice);
    if (!dice.chance(untagged)) {
      return Reply.write(thought, answer);
    }
    return thought.isEmpty() ? answer : "<think>" + thought + "</think>" + answer;
  }

  /// Returns texts without end, all of it scored: question, response and end token; or a statement
  /// ([Statements]) and end token.
  ///
  /// @param told the share of statements
  TextSource texts(World world, double told, Tokenizer tokenizer, int endToken) {
    Statements statements = new Statements(world);
    return TextSource.endless(index -> text(world, statements, told, index), tokenizer, endToken);
  }

  /// Returns the text of a number.
  String text(World world, Statements statements, double told, long index) {
    Dice dice = new Dice(TOLD, index);
    if (!statements.isEmpty() && dice.chance(told)) {
      return statements.draw(dice);
    }
    Posed posed = world.posed(index);
    return posed.text() + "\n" + response(posed, index);
  }
}
