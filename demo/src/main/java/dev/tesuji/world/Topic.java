package dev.tesuji.world;

import dev.tesuji.world.Noun.Gender;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// The topics of facts.
sealed interface Topic {
  /// Asks for the fact.
  String question(Language language);

  /// Tells the fact in one word.
  String word(Language language);

  /// Tells the fact in three words.
  String threeWords(Language language);

  /// Tells the fact in a sentence, without its full stop.
  String sentence(Language language);

  /// Returns every form of the one word, in both languages.
  Set<String> forms();

  /// Returns topics whose words would be wrong here, put as if they were about this one.
  List<? extends Topic> rivals();

  /// Returns all topics.
  static List<Topic> all() {
    return Stream.<List<? extends Topic>>of(Colour.TRUE, Home.TRUE, Opposite.TRUE)
        .<Topic>flatMap(List::stream)
        .toList();
  }

  /// The colour of a thing.
  record Colour(Noun thing, Quality colour) implements Topic {
    private static final List<Colour> TRUE =
        List.of(
            new Colour(Noun.SKY, Quality.BLUE),
            new Colour(Noun.SEA, Quality.BLUE),
            new Colour(Noun.SNOW, Quality.WHITE),
            new Colour(Noun.MILK, Quality.WHITE),
            new Colour(Noun.SWAN, Quality.WHITE),
            new Colour(Noun.SUN, Quality.YELLOW),
            new Colour(Noun.LEMON, Quality.YELLOW),
            new Colour(Noun.BANANA, Quality.YELLOW),
            new Colour(Noun.CHERRY, Quality.RED),
            new Colour(Noun.TOMATO, Quality.RED),
            new Colour(Noun.BLOOD, Quality.RED),
            new Colour(Noun.FROG, Quality.GREEN),
            new Colour(Noun.MEADOW, Quality.GREEN),
            new Colour(Noun.COAL, Quality.BLACK),
            new Colour(Noun.CROW, Quality.BLACK),
            new Colour(Noun.NIGHT, Quality.BLACK));

    @Override
    public String question(Language language) {
      return Phrase.ASK_COLOUR.in(language, thing.the(language));
    }

    @Override
    public String word(Language language) {
      return colour.in(language, thing.gender());
    }

    @Override
    public String threeWords(Language language) {
      return Phrase.IS.in(language, thing.pronoun(language), word(language));
    }

    @Override
    public String sentence(Language language) {
      return Phrase.IS.in(language, thing.the(language), word(language));
    }

    @Override
    public Set<String> forms() {
      return colour.forms();
    }

    @Override
    public List<Colour> rivals() {
      return Arrays.stream(Quality.values())
          .filter(q -> q.isColour() && q != colour)
          .map(q -> new Colour(thing, q))
          .toList();
    }
  }

  /// Where an animal lives.
  record Home(Noun animal, Noun place) implements Topic {
    private static final List<Home> TRUE =
        Map.of(
                Noun.SEA, List.of(Noun.FISH, Noun.WHALE),
                Noun.DESERT, List.of(Noun.CAMEL),
                Noun.FOREST, List.of(Noun.WOLF, Noun.FOX, Noun.OWL),
                Noun.POND, List.of(Noun.FROG, Noun.DUCK),
                Noun.MEADOW, List.of(Noun.COW, Noun.HORSE, Noun.SHEEP),
                Noun.JUNGLE, List.of(Noun.TIGER, Noun.PARROT))
            .entrySet()
            .stream()
            .sorted(Map.Entry.comparingByKey())
            .flatMap(e -> e.getValue().stream().map(a -> new Home(a, e.getKey())))
            .toList();

    @Override
    public String question(Language language) {
      return Phrase.ASK_HOME.in(language, animal.the(language));
    }

    @Override
    public String word(Language language) {
      return place.in(language);
    }

    @Override
    public String threeWords(Language language) {
      return place.within(language);
    }

    @Override
    public String sentence(Language language) {
      return Phrase.LIVES.in(language, animal.the(language), place.within(language));
    }

    @Override
    public Set<String> forms() {
      return place.forms();
    }

    @Override
    public List<Home> rivals() {
      return TRUE.stream()
          .map(Home::place)
          .distinct()
          .filter(p -> p != place)
          .map(p -> new Home(animal, p))
          .toList();
    }
  }

  /// The opposite of a quality.
  ///
  /// @param asked the quality
  /// @param told what is told for its opposite
  record Opposite(Quality asked, Quality told) implements Topic {
    private static final List<Opposite> TRUE =
        Quality.opposites().entrySet().stream()
            .map(e -> new Opposite(e.getKey(), e.getValue()))
            .toList();

    @Override
    public String question(Language language) {
      return Phrase.ASK_OPPOSITE.in(language, asked.in(language, Gender.MASCULINE));
    }

    @Override
    public String word(Language language) {
      return told.in(language, Gender.MASCULINE);
    }

    @Override
    public String threeWords(Language language) {
      return Phrase.IS.in(language, language == Language.EN ? "it" : "il", word(language));
    }

    @Override
    public String sentence(Language language) {
      return Phrase.OPPOSITE.in(language, word(language));
    }

    @Override
    public Set<String> forms() {
      return told.forms();
    }

    @Override
    public List<Opposite> rivals() {
      return TRUE.stream()
          .map(Opposite::asked)
          .filter(q -> q != told && q != asked)
          .map(q -> new Opposite(asked, q))
          .toList();
    }
  }
}
