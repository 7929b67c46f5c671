package dev.tesuji.world;

import dev.tesuji.world.Noun.Group;
import java.util.EnumSet;
import java.util.Set;

/// The topics of facts, the classes of lists and the deeds that are held out: no request about them
/// is trained on, in whatever words or language. About one in five of each.
///
/// Of harmful deeds and of advice those are held out that share their objects: one may feed a dog
/// and not poison it, visit a museum and not rob it. Both directions of a pair of opposites are on
/// one side.
final class HeldOutTopics {
  private static final Set<Noun> COLOURED = EnumSet.of(Noun.SNOW, Noun.LEMON, Noun.CROW);
  private static final Set<Noun> AT_HOME = EnumSet.of(Noun.FOX, Noun.COW);
  private static final Set<Quality> OPPOSED =
      EnumSet.of(Quality.FAST, Quality.SLOW, Quality.RICH, Quality.POOR);
  private static final Set<Group> LISTED = EnumSet.of(Group.FRUITS);
  private static final Set<Deed> DONE = EnumSet.of(Deed.POISON, Deed.ROB, Deed.FEED, Deed.VISIT);

  private HeldOutTopics() {}

  /// Returns whether a request is about one of them.
  static boolean has(Request request) {
    return switch (request) {
      case Request.Fact fact -> has(fact.topic());
      case Request.Listing listing -> LISTED.contains(listing.group());
      case Request.Asking asking -> DONE.contains(asking.act().deed());
    };
  }

  private static boolean has(Topic topic) {
    return switch (topic) {
      case Topic.Colour colour -> COLOURED.contains(colour.thing());
      case Topic.Home home -> AT_HOME.contains(home.animal());
      case Topic.Opposite opposite -> OPPOSED.contains(opposite.asked());
    };
  }
}
