package dev.tesuji.environments;

import dev.tesuji.env.Game;
import dev.tesuji.env.Problem;
import dev.tesuji.random.Rng;
import java.util.List;
import java.util.Locale;

/// Wordle: a word of five letters is found in six guesses.
///
/// Each guess is answered letter by letter: `g` is right where it stands, `y` stands elsewhere in
/// the word, `-` does not, as often as it was guessed. A guess that is no word of five letters
/// costs a turn.
///
/// @param guesses the most guesses
public record Wordle(int guesses) implements Game {
  private static final long SEED = 0x3011D;
  private static final int LETTERS = 5;
  private static final int HELD_OUT = 8; // every eighth word is only asked in evaluation
  private static final List<String> WORDS =
      List.of(
              ("apple baker beach bread brick bring brush cabin cable candy chair chalk charm chess"
                      + " child clean clear climb clock cloud coast coral count cover crane cream crown"
                      + " dance delta diary dough draft dream dress drift eagle early earth elbow empty"
                      + " entry equal fable faint feast fence fever field final flame flint floor flour"
                      + " flute forge frame fresh front frost fruit ghost giant glass globe grain grape"
                      + " grass green guard guest guide habit happy heart heavy honey horse hotel house"
                      + " human ideal image index inner ivory jewel joint judge juice knife known label"
                      + " large laugh layer lemon level light lilac linen local lucky lunar magic maple"
                      + " march medal metal minor model month moral mount mouse music night noble north"
                      + " novel ocean offer olive onion orbit order other ounce outer owner paint panel"
                      + " paper party patch peace pearl piano pilot pitch place plain plant plate point"
                      + " porch pound press price pride prize proof queen quick quiet quilt radio raise"
                      + " ranch rapid reach ready river roast robin rough round route royal ruler salad"
                      + " scale scarf scene scout shade shape share sharp sheep shelf shell shine shore"
                      + " short silver skill sleep slice slope small smile smoke solid sound south space"
                      + " spark spice spoon sport stage stair stamp stand steam steel stone storm story"
                      + " straw sugar sunny sweet sword table taste teach thick thing three thumb tiger"
                      + " toast today tooth torch total tower trace track trade train tribe trick truck"
                      + " trust uncle under union upper urban usual value vapor video visit vital voice"
                      + " waist water whale wheat wheel while white woman world wound wrist yield young")
                  .split(" "))
          .stream()
          .filter(w -> w.length() == LETTERS)
          .toList();

  /// Six guesses.
  public static final Wordle DEFAULT = new Wordle(6);

  @Override
  public String name() {
    return "wordle";
  }

  @Override
  public Problem draw(long index, boolean heldOut) {
    long id = 2 * index + (heldOut ? 1 : 0);
    for (int attempt = 0; ; attempt++) {
      int at = Rng.below(WORDS.size(), SEED, id, attempt, 0);
      if ((at % HELD_OUT == 0) == heldOut) {
        return new Problem(id, "Game " + id + ".", WORDS.get(at), name() + " " + id);
      }
    }
  }

  @Override
  public List<Problem> heldOut(int count) {
    return distinctHeldOut(count, 50, Problem::answer);
  }

  @Override
  public String rules() {
    return "Find the word of five letters in "
        + guesses
        + " guesses. Guess with <answer>WORD</answer>. Each letter is answered: g is right where it"
        + " stands, y stands elsewhere in the word, - is not in it.";
  }

  @Override
  public int turns() {
    return guesses;
  }

  @Override
  public Play begin(Problem problem) {
    return move -> {
      String guess = move.toLowerCase(Locale.ROOT);
      if (!guess.matches("[a-z]{5}")) {
        return Answer.more("A guess has five letters from a to z.");
      }
      return guess.equals(problem.answer())
          ? Answer.over(WON)
          : Answer.more(guess + " " + marks(guess, problem.answer()));
    };
  }

  /// Answers a guess letter by letter.
  static String marks(String guess, String word) {
    char[] marks = "-----".toCharArray();
    int[] left = new int[128];
    for (int i = 0; i < LETTERS; i++) {
      if (guess.charAt(i) == word.charAt(i)) {
        marks[i] = 'g';
      } else {
        left[word.charAt(i)]++;
      }
    }
    for (int i = 0; i < LETTERS; i++) {
      if (marks[i] == '-' && left[guess.charAt(i)] > 0) {
        marks[i] = 'y';
        left[guess.charAt(i)]--;
      }
    }
    return new String(marks);
  }
}
