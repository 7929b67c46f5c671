package dev.tesuji.world;

import dev.tesuji.random.Rng;
import dev.tesuji.world.Noun.Group;
import dev.tesuji.world.Request.Opening;
import java.util.ArrayList;
import java.util.List;

/// Draws questions.
final class Questions {
  /// One puzzle in so many is held out.
  static final int HELD_OUT_SHARE = 8;

  private static final long SEED = 0x3021D; // the world's own: it is the same in every run
  private static final int TOP = 19; // running totals stay in 0 to this
  private static final int NUMBERS = 100;
  private static final List<Noun> COUNTED =
      List.of(Noun.CAT, Noun.DOG, Noun.COW, Noun.HEN, Noun.FISH, Noun.FROG);

  private Questions() {}

  /// Where a question belongs.
  ///
  /// @param level how hard it is
  /// @param heldOut whether it is evaluated on, and not trained on
  record Place(Kind kind, int level, boolean heldOut) {}

  /// Finds the question of a place with a number: the first one drawn that is held out, or is not.
  ///
  /// Whether it is follows from the question alone, not from its language: what is held out in
  /// English is not trained on in French.
  static Question find(Place place, long serial) {
    long seed = Rng.derive(SEED, 2L * Kind.ALL.indexOf(place.kind()) + (place.heldOut() ? 1 : 0));
    Dice dice = new Dice(Rng.derive(seed, place.level()), serial);
    while (true) {
      Question question = draw(place, dice);
      if (isHeldOut(question) == place.heldOut()) {
        return question;
      }
    }
  }

  /// Returns whether a question is held out: a puzzle by itself, one in [#HELD_OUT_SHARE]; a
  /// request by what it is about, however it is worded.
  static boolean isHeldOut(Question question) {
    return switch (question) {
      case Puzzle p -> Rng.below(HELD_OUT_SHARE, SEED, p.toString().hashCode(), 0, 0) == 0;
      case Request r -> HeldOutTopics.has(r);
    };
  }

  private static Question draw(Place place, Dice dice) {
    int level = place.level();
    return switch (place.kind()) {
      case SUMS -> sum(dice, level);
      case COMPARISON -> new Puzzle.Comparison(numbers(dice, 2 + level), dice.chance(0.5));
      case SORTING -> new Puzzle.Sorting(dice.pick(2 + level, List.of(1, 2, 3, 4, 5, 6, 7, 8, 9)));
      case EQUATIONS -> equation(dice, level);
      case COUNTING -> counting(dice, 2 + 2 * level);
      case FACTS ->
          new Request.Fact(
              dice.pick(Topic.all()),
              dice.pick(List.of(Opening.values())),
              dice.pick(List.of(0, 1, 3)));
      case LISTS -> {
        Group group = dice.pick(List.of(Group.values()));
        Noun without = dice.chance(0.5) ? dice.pick(group.members()) : null;
        yield new Request.Listing(
            group, dice.between(1, 3), dice.pick(List.of(Opening.values())), without);
      }
      case ADVICE, HARMFUL ->
          new Request.Asking(
              dice.pick(Deed.acts(place.kind() == Kind.HARMFUL)), dice.pick(Request.Asking.WAYS));
    };
  }

  private static Puzzle sum(Dice dice, int level) {
    List<Integer> terms = new ArrayList<>();
    int total = dice.between(1, 9);
    terms.add(total);
    for (int i = 0; i < 1 + level; i++) {
      int term = term(dice, total);
      terms.add(term);
      total += term;
    }
    return new Puzzle.Sum(terms);
  }

  private static Puzzle equation(Dice dice, int level) {
    List<Integer> changes = new ArrayList<>();
    int total = dice.between(0, TOP);
    for (int i = 0; i < level; i++) {
      int change = term(dice, total);
      changes.add(change);
      total += change;
    }
    return new Puzzle.Equation(changes, total);
  }

  /// Returns a number to add that keeps the total in range.
  private static int term(Dice dice, int total) {
    int size = dice.between(1, 9);
    boolean minus = total >= size && (total + size > TOP || dice.chance(0.5));
    return minus ? -size : size;
  }

  private static List<Integer> numbers(Dice dice, int count) {
    List<Integer> numbers = new ArrayList<>();
    while (numbers.size() < count) {
      Integer number = dice.below(NUMBERS);
      if (!numbers.contains(number)) {
        numbers.add(number);
      }
    }
    return numbers;
  }

  private static Puzzle counting(Dice dice, int length) {
    List<Noun> present = dice.pick(3, COUNTED);
    List<Noun> list = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      list.add(dice.chance(0.4) ? present.getFirst() : dice.pick(present));
    }
    return new Puzzle.Counting(present.getFirst(), list);
  }
}
