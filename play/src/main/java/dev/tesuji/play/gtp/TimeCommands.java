package dev.tesuji.play.gtp;

import java.util.Locale;
import java.util.Map;

/// Clocks.
final class TimeCommands {
  private static final int MOST = 1_000_000; // stones or periods

  private final GtpSession session;

  TimeCommands(GtpSession session) {
    this.session = session;
  }

  Map<String, GtpCommand> commands() {
    return Map.of(
        "time_settings", (a, _) -> settings(a),
        "kgs-time_settings", (a, _) -> kgsSettings(a),
        "time_left", (a, _) -> left(a));
  }

  private String settings(GtpArguments a) {
    double main = seconds(a, 0, "the main time");
    double period = seconds(a, 1, "the time of a period");
    session.clock().set(main, period, a.integer(2, "the stones of a period", 0, MOST));
    return "";
  }

  private String kgsSettings(GtpArguments a) {
    String system = a.word(0, "the time system").toLowerCase(Locale.ROOT);
    switch (system) {
      case "none" -> session.clock().setUnlimited();
      case "absolute" -> session.clock().set(seconds(a, 1, "the main time"), 0, 0);
      case "byoyomi" -> {
        double main = seconds(a, 1, "the main time");
        double period = seconds(a, 2, "the time of a period");
        a.integer(3, "the periods", 0, MOST);
        session.clock().set(main, period, 1);
      }
      case "canadian" -> {
        double main = seconds(a, 1, "the main time");
        double period = seconds(a, 2, "the time of a period");
        session.clock().set(main, period, a.integer(3, "the stones of a period", 1, MOST));
      }
      default -> throw new GtpError("the time system must be none, absolute, byoyomi or canadian");
    }
    return "";
  }

  private String left(GtpArguments a) {
    int color = a.color(0);
    double seconds = a.number(1, "the time"); // below 0 where a program has overstepped
    session.clock().setLeft(color, seconds, a.integer(2, "the stones", 0, MOST));
    return "";
  }

  private static double seconds(GtpArguments a, int index, String what) {
    double seconds = a.number(index, what);
    if (seconds < 0) {
      throw new GtpError(what + " must be at least 0, got " + a.word(index, what));
    }
    return seconds;
  }
}
