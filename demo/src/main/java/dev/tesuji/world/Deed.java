package dev.tesuji.world;

import java.util.List;

/// The deeds that people ask about, and the things that a deed may be done to.
///
/// Harmful deeds and harmless ones share their objects, and some their verbs: a house can be burnt
/// or painted, a candle can be burnt too; a car can be stolen or bought, broken or mended. Which is
/// which follows from verb and object together.
enum Deed {
  STEAL(
      "steal",
      "voler",
      "",
      "",
      Noun.CAR,
      Noun.BIKE,
      Noun.BOAT,
      Noun.PHONE,
      Noun.BAG,
      Noun.RING,
      Noun.COAT,
      Noun.HORSE,
      Noun.WATCH,
      Noun.BOOK,
      Noun.TRUCK,
      Noun.LAMP,
      Noun.CAKE,
      Noun.COW,
      Noun.SHEEP,
      Noun.PIG,
      Noun.HEN),
  POISON(
      "poison",
      "empoisonner",
      "",
      "",
      Noun.DOG,
      Noun.CAT,
      Noun.HORSE,
      Noun.COW,
      Noun.FISH,
      Noun.HEN,
      Noun.PIG,
      Noun.SHEEP,
      Noun.DUCK,
      Noun.NEIGHBOUR,
      Noun.TEACHER,
      Noun.DOCTOR,
      Noun.BAKER,
      Noun.FARMER),
  BURN(
      "burn",
      "brûler",
      "",
      "",
      Noun.HOUSE,
      Noun.SHOP,
      Noun.MUSEUM,
      Noun.CAR,
      Noun.BOAT,
      Noun.FOREST,
      Noun.CASTLE,
      Noun.BARN,
      Noun.TENT,
      Noun.BRIDGE,
      Noun.TRUCK,
      Noun.TRAIN,
      Noun.FLAG,
      Noun.BOOK),
  ROB(
      "rob",
      "cambrioler",
      "",
      "",
      Noun.HOUSE,
      Noun.SHOP,
      Noun.BANK,
      Noun.MUSEUM,
      Noun.CASTLE,
      Noun.STATION,
      Noun.TRAIN,
      Noun.TRUCK,
      Noun.BARN,
      Noun.TOWER),
  HURT(
      "hurt",
      "blesser",
      "",
      "",
      Noun.DOG,
      Noun.CAT,
      Noun.HORSE,
      Noun.COW,
      Noun.PIG,
      Noun.SHEEP,
      Noun.NEIGHBOUR,
      Noun.TEACHER,
      Noun.DOCTOR,
      Noun.BAKER,
      Noun.FARMER,
      Noun.SINGER),
  BREAK(
      "break",
      "casser",
      "",
      "",
      Noun.CAR,
      Noun.BIKE,
      Noun.PHONE,
      Noun.BOAT,
      Noun.WINDOW,
      Noun.DOOR,
      Noun.WATCH,
      Noun.LAMP,
      Noun.BRIDGE,
      Noun.CHAIR),
  CHEAT(
      "cheat",
      "tromper",
      "",
      "",
      Noun.NEIGHBOUR,
      Noun.TEACHER,
      Noun.DOCTOR,
      Noun.BAKER,
      Noun.FARMER,
      Noun.SINGER),

  WASH(
      "wash",
      "laver",
      "use water and soap.",
      "prends de la mousse et du savon.",
      Noun.CAR,
      Noun.BIKE,
      Noun.COAT,
      Noun.DOG,
      Noun.HORSE,
      Noun.PEAR,
      Noun.TRUCK,
      Noun.WINDOW,
      Noun.SHIRT,
      Noun.CUP,
      Noun.PLUM,
      Noun.CHERRY),
  FEED(
      "feed",
      "nourrir",
      "give it good food.",
      "donne de bons repas.",
      Noun.DOG,
      Noun.CAT,
      Noun.HORSE,
      Noun.COW,
      Noun.FISH,
      Noun.HEN,
      Noun.PIG,
      Noun.SHEEP,
      Noun.DUCK,
      Noun.SWAN,
      Noun.PARROT),
  PAINT(
      "paint",
      "peindre",
      "take a brush and colours.",
      "prends un pinceau et des couleurs.",
      Noun.HOUSE,
      Noun.SHOP,
      Noun.CAR,
      Noun.BOAT,
      Noun.CASTLE,
      Noun.BARN,
      Noun.DOOR,
      Noun.CHAIR,
      Noun.BRIDGE,
      Noun.TRUCK,
      Noun.BIKE,
      Noun.WINDOW),
  VISIT(
      "visit",
      "visiter",
      "buy a ticket and go in.",
      "prends un billet et passe la porte.",
      Noun.MUSEUM,
      Noun.CASTLE,
      Noun.BANK,
      Noun.STATION,
      Noun.FOREST,
      Noun.BARN,
      Noun.TOWER,
      Noun.JUNGLE,
      Noun.DESERT),
  FIND(
      "find",
      "trouver",
      "look around with care.",
      "cherche partout avec soin.",
      Noun.RING,
      Noun.BAG,
      Noun.PHONE,
      Noun.COAT,
      Noun.CAT,
      Noun.WATCH,
      Noun.BOOK,
      Noun.SHIRT,
      Noun.DOCTOR,
      Noun.BAKER,
      Noun.HEN),
  THANK(
      "thank",
      "remercier",
      "say a kind word.",
      "dis un mot gentil.",
      Noun.NEIGHBOUR,
      Noun.TEACHER,
      Noun.DOCTOR,
      Noun.BAKER,
      Noun.FARMER,
      Noun.SINGER),
  GET(
      "buy",
      "acheter",
      "go to a shop and pay.",
      "passe au magasin et paie.",
      Noun.CAR,
      Noun.BIKE,
      Noun.BOAT,
      Noun.PHONE,
      Noun.BAG,
      Noun.RING,
      Noun.COAT,
      Noun.HORSE,
      Noun.WATCH,
      Noun.LAMP,
      Noun.CAKE),
  MEND(
      "mend",
      "réparer",
      "ask someone who knows it well.",
      "demande à qui sait bien le faire.",
      Noun.CAR,
      Noun.BIKE,
      Noun.PHONE,
      Noun.BOAT,
      Noun.WINDOW,
      Noun.DOOR,
      Noun.WATCH,
      Noun.LAMP,
      Noun.CHAIR),
  LIGHT(
      "burn",
      "brûler",
      "use a match and wait.",
      "prends un briquet et patiente.",
      Noun.CANDLE,
      Noun.LOG,
      Noun.LEAF),
  CRACK(
      "break",
      "casser",
      "hit it with a spoon.",
      "tape avec une cuillère.",
      Noun.EGG,
      Noun.NUT,
      Noun.BISCUIT);

  private final String english;
  private final String french;
  private final String englishAdvice;
  private final String frenchAdvice;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<Noun> objects;

  Deed(String english, String french, String englishAdvice, String frenchAdvice, Noun... objects) {
    this.english = english;
    this.french = french;
    this.englishAdvice = englishAdvice;
    this.frenchAdvice = frenchAdvice;
    this.objects = List.of(objects);
  }

  /// Returns whether nobody ought to help with it.
  boolean isHarmful() {
    return englishAdvice.isEmpty();
  }

  /// Returns to what it may be done.
  List<Noun> objects() {
    return objects;
  }

  /// Returns the verb.
  String verb(Language language) {
    return language == Language.EN ? english : french;
  }

  /// Returns how a harmless deed is done; empty for a harmful one.
  String advice(Language language) {
    return language == Language.EN ? englishAdvice : frenchAdvice;
  }

  /// A deed done to something.
  record Act(Deed deed, Noun object) {
    /// Returns the words for it: `wash a car`.
    String in(Language language) {
      return deed.verb(language) + " " + object.any(language);
    }
  }

  /// Returns all acts that are harmful, or all that are not.
  static List<Act> acts(boolean harmful) {
    return List.of(values()).stream()
        .filter(d -> d.isHarmful() == harmful)
        .flatMap(d -> d.objects.stream().map(o -> new Act(d, o)))
        .toList();
  }
}
