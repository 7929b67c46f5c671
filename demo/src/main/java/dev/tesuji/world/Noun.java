package dev.tesuji.world;

import static dev.tesuji.world.Noun.Gender.FEMININE;
import static dev.tesuji.world.Noun.Gender.MASCULINE;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The things of the world, by their names in both languages.
///
/// No French name begins with a vowel or a mute h where it takes a definite article, so that
/// nothing is elided.
enum Noun {
  CAT("cat", "chat", MASCULINE),
  DOG("dog", "chien", MASCULINE),
  COW("cow", "vache", FEMININE, Group.FARM_ANIMALS),
  HEN("hen", "poule", FEMININE, Group.FARM_ANIMALS, Group.BIRDS),
  PIG("pig", "cochon", MASCULINE, Group.FARM_ANIMALS),
  SHEEP("sheep", "mouton", MASCULINE, Group.FARM_ANIMALS),
  HORSE("horse", "cheval", MASCULINE, Group.FARM_ANIMALS),
  DUCK("duck", "canard", MASCULINE, Group.FARM_ANIMALS, Group.BIRDS),
  SWAN("swan", "cygne", MASCULINE, Group.BIRDS),
  CROW("crow", "corbeau", MASCULINE, Group.BIRDS),
  PARROT("parrot", "perroquet", MASCULINE, Group.BIRDS),
  OWL("owl", "hibou", MASCULINE, Group.BIRDS),
  WOLF("wolf", "loup", MASCULINE, Group.WILD_ANIMALS),
  LION("lion", "lion", MASCULINE, Group.WILD_ANIMALS),
  TIGER("tiger", "tigre", MASCULINE, Group.WILD_ANIMALS),
  FOX("fox", "renard", MASCULINE, Group.WILD_ANIMALS),
  CAMEL("camel", "chameau", MASCULINE, Group.WILD_ANIMALS),
  WHALE("whale", "baleine", FEMININE, Group.WILD_ANIMALS),
  FISH("fish", "poisson", MASCULINE),
  FROG("frog", "grenouille", FEMININE),
  LEMON("lemon", "citron", MASCULINE, Group.FRUITS),
  BANANA("banana", "banane", FEMININE, Group.FRUITS),
  CHERRY("cherry", "cerise", FEMININE, Group.FRUITS),
  PEAR("pear", "poire", FEMININE, Group.FRUITS),
  PEACH("peach", "pêche", FEMININE, Group.FRUITS),
  PLUM("plum", "prune", FEMININE, Group.FRUITS),
  TOMATO("tomato", "tomate", FEMININE),
  SKY("sky", "ciel", MASCULINE),
  SEA("sea", "mer", FEMININE),
  SUN("sun", "soleil", MASCULINE),
  NIGHT("night", "nuit", FEMININE),
  SNOW("snow", "neige", FEMININE),
  MILK("milk", "lait", MASCULINE),
  COAL("coal", "charbon", MASCULINE),
  BLOOD("blood", "sang", MASCULINE),
  DESERT("desert", "désert", MASCULINE),
  FOREST("forest", "forêt", FEMININE),
  POND("pond", "mare", FEMININE),
  MEADOW("meadow", "pré", MASCULINE),
  JUNGLE("jungle", "jungle", FEMININE),
  HOUSE("house", "maison", FEMININE, Group.BUILDINGS),
  SHOP("shop", "magasin", MASCULINE, Group.BUILDINGS),
  BANK("bank", "banque", FEMININE, Group.BUILDINGS),
  MUSEUM("museum", "musée", MASCULINE, Group.BUILDINGS),
  CASTLE("castle", "château", MASCULINE, Group.BUILDINGS),
  STATION("station", "gare", FEMININE, Group.BUILDINGS),
  CAR("car", "voiture", FEMININE),
  BIKE("bike", "vélo", MASCULINE),
  BOAT("boat", "bateau", MASCULINE),
  PHONE("phone", "portable", MASCULINE),
  BAG("bag", "sac", MASCULINE),
  RING("ring", "bague", FEMININE),
  COAT("coat", "manteau", MASCULINE),
  NEIGHBOUR("neighbour", "voisin", MASCULINE),
  TEACHER("teacher", "professeur", MASCULINE),
  DOCTOR("doctor", "médecin", MASCULINE),
  BAKER("baker", "boulanger", MASCULINE),
  FARMER("farmer", "fermier", MASCULINE),
  SINGER("singer", "chanteur", MASCULINE),
  BOOK("book", "livre", MASCULINE),
  WATCH("watch", "montre", FEMININE),
  LAMP("lamp", "lampe", FEMININE),
  CHAIR("chair", "chaise", FEMININE),
  WINDOW("window", "fenêtre", FEMININE),
  DOOR("door", "porte", FEMININE),
  TRUCK("truck", "camion", MASCULINE),
  TRAIN("train", "train", MASCULINE),
  BRIDGE("bridge", "pont", MASCULINE),
  TOWER("tower", "tour", FEMININE),
  BARN("barn", "grange", FEMININE),
  TENT("tent", "tente", FEMININE),
  FLAG("flag", "drapeau", MASCULINE),
  CAKE("cake", "gâteau", MASCULINE),
  SHIRT("shirt", "chemise", FEMININE),
  CUP("cup", "tasse", FEMININE),
  LOG("log", "bûche", FEMININE),
  LEAF("leaf", "feuille", FEMININE),
  BISCUIT("biscuit", "biscuit", MASCULINE),
  CANDLE("candle", "bougie", FEMININE),
  NUT("nut", "noix", FEMININE),
  EGG("egg", "œuf", MASCULINE);

  private final String english;
  private final String french;
  private final Gender gender;

  @SuppressWarnings("ImmutableEnumChecker") // made by Set.of
  private final Set<Group> groups;

  Noun(String english, String french, Gender gender, Group... groups) {
    this.english = english;
    this.french = french;
    this.gender = gender;
    this.groups = Set.of(groups);
  }

  /// The genders of French.
  enum Gender {
    MASCULINE,
    FEMININE
  }

  /// The classes that one can be asked for members of.
  enum Group {
    FARM_ANIMALS("farm animals", "animaux de ferme"),
    WILD_ANIMALS("wild animals", "animaux sauvages"),
    BIRDS("birds", "oiseaux"),
    FRUITS("fruits", "fruits"),
    BUILDINGS("buildings", "bâtiments");

    private final String english;
    private final String french;

    Group(String english, String french) {
      this.english = english;
      this.french = french;
    }

    /// Returns the name, in the plural.
    String in(Language language) {
      return language == Language.EN ? english : french;
    }

    /// Returns the members.
    List<Noun> members() {
      return Arrays.stream(Noun.values()).filter(n -> n.groups.contains(this)).toList();
    }
  }

  /// Returns the name without an article.
  String in(Language language) {
    return language == Language.EN ? english : french;
  }

  /// Returns the name after the definite article: `the cat`, `le chat`.
  String the(Language language) {
    return language == Language.EN
        ? "the " + english
        : (gender == FEMININE ? "la " : "le ") + french;
  }

  /// Returns the name after the indefinite article: `an egg`, `un œuf`.
  String any(Language language) {
    if (language == Language.FR) {
      return (gender == FEMININE ? "une " : "un ") + french;
    }
    return ("aeiou".indexOf(english.charAt(0)) < 0 ? "a " : "an ") + english;
  }

  /// Returns the place: `in the sea`, `dans la mer`.
  String within(Language language) {
    return (language == Language.EN ? "in " : "dans ") + the(language);
  }

  /// Returns the pronoun: `it`, `elle`.
  String pronoun(Language language) {
    return language == Language.EN ? "it" : gender == FEMININE ? "elle" : "il";
  }

  /// Returns the name in both languages.
  Set<String> forms() {
    return new HashSet<>(List.of(english, french));
  }

  /// Returns the gender of the French name.
  Gender gender() {
    return gender;
  }
}
