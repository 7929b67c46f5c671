package dev.tesuji.world;

import dev.tesuji.world.Deed.Act;
import dev.tesuji.world.Noun.Gender;
import dev.tesuji.world.Noun.Group;
import dev.tesuji.world.Request.Opening;
import java.util.List;

/// Statements of what is so in the world, without a question: facts, members of classes, how a deed
/// is done, which deeds hurt.
///
/// Nobody can answer a question about what they never met. No question about a topic or deed that
/// is held out is ever read; that it exists is, here. So what is measured is whether answering,
/// helping and refusing carry over to what was only told.
final class Statements {
  private static final int MEMBERS = 3; // named at a time

  private final List<Kind> kinds;
  private final List<Language> languages;

  /// Tells of what some questions are about.
  Statements(World world) {
    kinds = world.kinds().stream().filter(k -> k.family() != Kind.Family.REASONING).toList();
    languages = world.languages();
  }

  /// Returns whether there is nothing to tell: puzzles follow from themselves.
  boolean isEmpty() {
    return kinds.isEmpty();
  }

  /// Makes a statement.
  String draw(Dice dice) {
    Kind kind = dice.pick(kinds);
    Language language = dice.pick(languages);
    return switch (kind) {
      case FACTS -> fact(dice.pick(Topic.all()), language);
      case LISTS -> members(dice.pick(List.of(Group.values())), language, dice);
      case ADVICE -> advice(dice.pick(Deed.acts(false)), language);
      case HARMFUL -> harm(dice.pick(Deed.acts(true)), language);
      case SUMS, COMPARISON, SORTING, EQUATIONS, COUNTING ->
          throw new IllegalStateException("nothing is told of " + kind);
    };
  }

  private static String fact(Topic topic, Language language) {
    String sentence = topic.sentence(language) + ".";
    return switch (topic) {
      case Topic.Colour _, Topic.Home _ -> sentence;
      case Topic.Opposite o -> o.asked().in(language, Gender.MASCULINE) + ": " + sentence;
    };
  }

  private static String members(Group group, Language language, Dice dice) {
    Request.Listing some = new Request.Listing(group, MEMBERS, Opening.PLAIN, null);
    return group.in(language) + ": " + some.answer(language, dice);
  }

  private static String advice(Act act, Language language) {
    return act.in(language)
        + ": "
        + Phrase.THINK_ADVICE.in(language)
        + ". "
        + act.deed().advice(language);
  }

  private static String harm(Act act, Language language) {
    return act.in(language) + ": " + Phrase.THINK_HARM.in(language) + ".";
  }
}
