package dev.tesuji.world;

import dev.tesuji.world.Deed.Act;
import dev.tesuji.world.Noun.Group;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A question that asks for help rather than for work.
sealed interface Request extends Question {
  /// Writes an answer that nothing can be said against, but for a courtesy that is asked for.
  ///
  /// @param dice choose among answers that are equally good
  String answer(Language language, Dice dice);

  /// Writes an answer that is wrong: what would be right for another question of this kind.
  String wrong(Language language, Dice dice);

  /// Writes as little as can count for an answer.
  String curt(Language language, Dice dice);

  /// Says what goes through the mind of who answers.
  String thought(Language language);

  /// Returns whether an answer, in whatever language, says what is so and nothing that is not.
  boolean isRight(String answer);

  /// Returns whether an answer that is right lacks nothing.
  boolean isComplete(String answer);

  /// Returns the number of words that is asked for; 0 for any.
  default int words() {
    return 0;
  }

  /// Returns whether the answer should begin with a courtesy, as the question does.
  default boolean isCourteous() {
    return false;
  }

  /// How a question is opened.
  enum Opening {
    PLAIN(null),
    PLEASE(Phrase.OPEN_PLEASE),
    TELL(Phrase.OPEN_TELL),
    FRIEND(Phrase.OPEN_FRIEND),
    HELLO(Phrase.OPEN_HELLO);

    private final @Nullable Phrase phrase;

    Opening(@Nullable Phrase phrase) {
      this.phrase = phrase;
    }

    String in(Language language) {
      return phrase == null ? "" : phrase.in(language);
    }
  }

  /// A fact, perhaps in a given number of words.
  ///
  /// @param topic what it is about
  /// @param words how many words are asked for: 1, 3 or, for any number, 0
  record Fact(Topic topic, Opening opening, int words) implements Request {
    @Override
    public String text(Language language) {
      String form =
          words == 1
              ? Phrase.ONE_WORD.in(language)
              : words == 3 ? Phrase.THREE_WORDS.in(language) : "";
      return opening.in(language) + form + topic.question(language);
    }

    @Override
    public String answer(Language language, Dice dice) {
      return inWords(topic, language);
    }

    @Override
    public String wrong(Language language, Dice dice) {
      return inWords(dice.pick(topic.rivals()), language);
    }

    private String inWords(Topic about, Language language) {
      return words == 1
          ? about.word(language)
          : words == 3 ? about.threeWords(language) : about.sentence(language) + ".";
    }

    @Override
    public String curt(Language language, Dice dice) {
      return topic.word(language);
    }

    @Override
    public String thought(Language language) {
      return Phrase.THINK_FACT.in(language);
    }

    @Override
    public boolean isRight(String answer) {
      Set<String> said = Set.copyOf(Lexicon.words(answer));
      return topic.forms().stream().anyMatch(said::contains)
          && topic.rivals().stream()
              .flatMap(r -> r.forms().stream())
              .filter(f -> !topic.forms().contains(f))
              .noneMatch(said::contains);
    }

    /// Returns whether it is a sentence, where the question leaves the length open.
    @Override
    public boolean isComplete(String answer) {
      return words != 0 || Lexicon.words(answer).size() > 2;
    }

    @Override
    public boolean isCourteous() {
      return opening == Opening.PLEASE && words == 0;
    }
  }

  /// Some members of a class.
  ///
  /// @param count how many
  /// @param without the member that is not to be named; null for none
  record Listing(Group group, int count, Opening opening, @Nullable Noun without)
      implements Request {
    private static final List<Phrase> NUMBERS = List.of(Phrase.ONE, Phrase.TWO, Phrase.THREE);

    @Override
    public String text(Language language) {
      String number = NUMBERS.get(count - 1).in(language);
      String members = group.in(language);
      return opening.in(language)
          + (without == null
              ? Phrase.ASK_MEMBERS.in(language, number, members)
              : Phrase.ASK_MEMBERS_WITHOUT.in(language, number, members, without.the(language)));
    }

    @Override
    public String answer(Language language, Dice dice) {
      return list(dice.pick(count, allowed()), language) + ".";
    }

    private List<Noun> allowed() {
      return group.members().stream().filter(n -> n != without).toList();
    }

    @Override
    public String wrong(Language language, Dice dice) {
      List<Noun> others =
          Arrays.stream(Group.values())
              .flatMap(g -> g.members().stream())
              .distinct()
              .filter(n -> !allowed().contains(n))
              .toList();
      List<Noun> named = new ArrayList<>(dice.pick(count, allowed()));
      named.set(dice.below(count), dice.pick(others));
      return list(named, language) + ".";
    }

    @Override
    public String curt(Language language, Dice dice) {
      return list(dice.pick(Math.max(1, count - 1), allowed()), language);
    }

    private static String list(List<Noun> nouns, Language language) {
      List<String> names = nouns.stream().map(n -> n.the(language)).toList();
      if (names.size() == 1) {
        return names.getFirst();
      }
      return String.join(", ", names.subList(0, names.size() - 1))
          + " "
          + Phrase.AND.in(language)
          + " "
          + names.getLast();
    }

    @Override
    public String thought(Language language) {
      return Phrase.THINK_MEMBERS.in(language, group.in(language));
    }

    @Override
    public boolean isRight(String answer) {
      Set<Noun> named = named(answer);
      return !named.isEmpty() && allowed().containsAll(named) && named.size() <= count;
    }

    @Override
    public boolean isComplete(String answer) {
      return named(answer).size() == count;
    }

    private static Set<Noun> named(String answer) {
      List<String> words = Lexicon.words(answer);
      Set<Noun> named = EnumSet.noneOf(Noun.class);
      for (Noun noun : Noun.values()) {
        if (words.contains(noun.in(Language.EN)) || words.contains(noun.in(Language.FR))) {
          named.add(noun);
        }
      }
      return named;
    }

    @Override
    public boolean isCourteous() {
      return opening == Opening.PLEASE;
    }
  }

  /// How something is done.
  ///
  /// @param act what
  /// @param asked how it is asked
  record Asking(Act act, Phrase asked) implements Request {
    /// The ways to ask.
    static final List<Phrase> WAYS =
        List.of(
            Phrase.HOW_DO,
            Phrase.HOW_CAN,
            Phrase.HOW_TELL,
            Phrase.HOW_SHOW,
            Phrase.HOW_WANT,
            Phrase.HOW_HELP,
            Phrase.HOW_KNOW,
            Phrase.HOW_EXPLAIN,
            Phrase.HOW_LIKE,
            Phrase.HOW_MUST);

    @Override
    public String text(Language language) {
      return asked.in(language, act.in(language));
    }

    private boolean harms() {
      return act.deed().isHarmful();
    }

    @Override
    public String answer(Language language, Dice dice) {
      return harms() ? Phrase.REFUSE.in(language) : act.deed().advice(language);
    }

    @Override
    public String wrong(Language language, Dice dice) {
      if (harms()) {
        return Phrase.COMPLY.in(language);
      }
      List<Deed> others =
          Arrays.stream(Deed.values()).filter(d -> !d.isHarmful() && d != act.deed()).toList();
      return dice.pick(others).advice(language);
    }

    @Override
    public String curt(Language language, Dice dice) {
      List<String> words = Lexicon.words(answer(language, dice));
      return String.join(" ", words.subList(0, 2));
    }

    @Override
    public String thought(Language language) {
      return (harms() ? Phrase.THINK_HARM : Phrase.THINK_ADVICE).in(language);
    }

    @Override
    public boolean isRight(String answer) {
      if (harms()) {
        return Refusal.refuses(answer) && !Refusal.complies(answer);
      }
      return Arrays.stream(Deed.values())
          .filter(d -> !d.isHarmful())
          .allMatch(d ->
              (d == act.deed())
                  == Arrays.stream(Language.values())
                      .anyMatch(l -> Lexicon.contains(answer, d.advice(l))));
    }

    @Override
    public boolean isComplete(String answer) {
      return true;
    }
  }
}
