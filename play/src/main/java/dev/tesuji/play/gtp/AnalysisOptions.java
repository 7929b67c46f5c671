package dev.tesuji.play.gtp;

import dev.tesuji.play.Thought;
import dev.tesuji.play.go.Go;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The words after `lz-analyze`, `kata-analyze` and those that generate moves while they analyse.
///
/// @param color whose move it is
/// @param seconds between two lines
/// @param most moves in a line
/// @param least moves in a line, tried or not
/// @param hidden actions that are not told of
/// @param rootInfo whether a line ends with the position as a whole
/// @param ownership whether a line ends with whose each point will be
record AnalysisOptions(
    int color,
    double seconds,
    int most,
    int least,
    Set<Integer> hidden,
    boolean rootInfo,
    boolean ownership) {
  private static final double DEFAULT_SECONDS = 1;
  private static final double LEAST_SECONDS = 0.01;
  private static final int MOST_MOVES = 400;

  AnalysisOptions {
    hidden = Set.copyOf(hidden);
  }

  /// Reads the words.
  ///
  /// @param toMove whose turn it is where they name no colour
  static AnalysisOptions parse(GtpArguments a, int toMove, Go go) {
    Draft draft = new Draft();
    int color = a.isColor(0) ? a.color(0) : toMove;
    int i = a.isColor(0) ? 1 : 0;
    if (i < a.size() && a.words().get(i).matches("[+-]?[0-9.]+")) {
      draft.seconds = a.number(i, "the interval") / 100;
      i++;
    }
    while (i < a.size()) {
      i = draft.read(a, i, color, go);
    }
    return new AnalysisOptions(
        color,
        Math.max(LEAST_SECONDS, draft.seconds),
        draft.most,
        draft.least,
        draft.hidden,
        draft.rootInfo,
        draft.ownership);
  }

  /// Returns the candidates that a line tells of.
  List<Thought.Candidate> shown(Thought thought) {
    List<Thought.Candidate> shown = new ArrayList<>();
    for (Thought.Candidate candidate : thought.candidates()) {
      boolean wanted = candidate.visits() > 0 || shown.size() < least;
      if (wanted && shown.size() < most && !hidden.contains(candidate.action())) {
        shown.add(candidate);
      }
    }
    return shown;
  }

  /// Options that are being read.
  private static final class Draft {
    private double seconds = DEFAULT_SECONDS;
    private int most = MOST_MOVES;
    private int least;
    private final Set<Integer> hidden = new HashSet<>();
    private boolean rootInfo;
    private boolean ownership;

    /// Reads the option at a place, and returns the place after it.
    private int read(GtpArguments a, int i, int color, Go go) {
      String option = a.word(i, "an option").toLowerCase(Locale.ROOT);
      switch (option) {
        case "interval" -> seconds = a.number(i + 1, "interval") / 100;
        case "maxmoves" -> most = a.integer(i + 1, "maxmoves", 1, 1_000_000);
        case "minmoves" -> least = a.integer(i + 1, "minmoves", 0, 1_000_000);
        case "rootinfo" -> rootInfo = flag(a, i + 1);
        case "ownership" -> ownership = flag(a, i + 1);
        case "ownershipstdev",
            "movesownership",
            "movesownershipstdev",
            "pvvisits",
            "pvedgevisits",
            "nopolicy" -> {
          boolean _ = flag(a, i + 1); // what the player does not have is left out
        }
        case "avoid", "allow" -> {
          region(a, i, color, go);
          return i + 4;
        }
        default ->
            throw new GtpError(
                "syntax error: option '"
                    + dev.tesuji.check.BadInput.brief(option)
                    + "' is not known");
      }
      return i + 2;
    }

    private static boolean flag(GtpArguments a, int i) {
      String word = a.word(i, "true or false").toLowerCase(Locale.ROOT);
      if (!word.equals("true") && !word.equals("false")) {
        throw new GtpError("syntax error: expected true or false, got '" + word + "'");
      }
      return word.equals("true");
    }

    private void region(GtpArguments a, int i, int color, Go go) {
      int player = a.color(i + 1);
      List<String> names = Arrays.asList(a.word(i + 2, "the points").split(",", -1));
      GtpArguments points = new GtpArguments(names);
      a.integer(i + 3, "the depth", 1, 1_000_000);
      if (player != color) {
        return;
      }
      Set<Integer> named = new HashSet<>();
      for (int k = 0; k < names.size(); k++) {
        named.add(points.vertex(k, go));
      }
      boolean avoid = a.words().get(i).equalsIgnoreCase("avoid");
      for (int action = 0; action < go.actions(); action++) {
        if (named.contains(action) == avoid) {
          hidden.add(action);
        }
      }
    }
  }
}
