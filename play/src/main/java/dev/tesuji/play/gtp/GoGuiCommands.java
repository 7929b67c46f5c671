package dev.tesuji.play.gtp;

import dev.tesuji.play.Thought;
import dev.tesuji.play.go.Go;
import dev.tesuji.play.go.GoState;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The analyses of a player that GoGui shows, and their list.
final class GoGuiCommands {
  private static final int MOST_LABELS = 12;

  private final GtpSession session;

  GoGuiCommands(GtpSession session) {
    this.session = session;
  }

  Map<String, GtpCommand> commands() {
    return Map.of(
        "gogui-analyze_commands", (_, _) -> list(),
        "gogui-interrupt", (_, _) -> "",
        "tesuji-thoughts", (_, _) -> thoughts(),
        "tesuji-ownership", (_, _) -> ownership(),
        "tesuji-policy", (_, _) -> policy(),
        "tesuji-estimate", (_, _) -> estimate(),
        "all_legal", (a, _) -> legal(a));
  }

  private static String list() {
    return String.join(
        "\n",
        List.of(
            "gfx/Thoughts/tesuji-thoughts",
            "dboard/Ownership/tesuji-ownership",
            "dboard/Policy/tesuji-policy",
            "string/Estimate/tesuji-estimate",
            "plist/All Legal/all_legal %c",
            "string/Final Score/final_score"));
  }

  private Thought think() {
    return session.think(session.state().toMove());
  }

  /// Returns the expected moves as a variation, and the visits of the others as labels.
  private String thoughts() {
    Thought thought = think();
    Go go = session.go();
    StringBuilder text = new StringBuilder("VAR");
    int color = session.state().toMove();
    for (int action : thought.candidates().getFirst().variation()) {
      text.append(color > 0 ? " b " : " w ").append(go.actionName(action));
      color = -color;
    }
    StringBuilder labels = new StringBuilder();
    thought.candidates().stream()
        .skip(1)
        .filter(c -> c.visits() > 0 && c.action() != go.pass())
        .limit(MOST_LABELS)
        .forEach(c ->
            labels.append(' ').append(go.actionName(c.action())).append(' ').append(c.visits()));
    if (!labels.isEmpty()) {
      text.append("\nLABEL").append(labels);
    }
    return text.append("\nTEXT ").append(estimate(thought)).toString();
  }

  private String estimate() {
    return estimate(think());
  }

  private String estimate(Thought thought) {
    int color = session.state().toMove();
    double black = color > 0 ? thought.winRate() : 1 - thought.winRate();
    double score = color * thought.score();
    return String.format(
        Locale.ROOT,
        "Black wins with %.1f %%, score %s%.1f, %d visits",
        100 * black,
        score >= 0 ? "B+" : "W+",
        Math.abs(score),
        thought.visits());
  }

  /// Returns whose each point will be, row by row: 1 is Black's.
  private String ownership() {
    float[] owners = think().ownership();
    if (owners.length == 0) {
      throw new GtpError(session.player().name() + " has no opinion on whose points are whose");
    }
    int color = session.state().toMove();
    double[] black = new double[owners.length];
    for (int i = 0; i < black.length; i++) {
      black[i] = color * owners[i] + 0.0; // no -0
    }
    return board(black);
  }

  private String policy() {
    double[] priors = new double[session.go().cells()];
    for (Thought.Candidate c : think().candidates()) {
      if (c.action() < priors.length) {
        priors[c.action()] = c.prior();
      }
    }
    return board(priors);
  }

  private String board(double[] values) {
    Go go = session.go();
    StringBuilder text = new StringBuilder();
    for (int point = 0; point < values.length; point++) {
      text.append(String.format(Locale.ROOT, "%.3f", values[point]));
      text.append(point % go.width() == go.width() - 1 ? "\n" : " ");
    }
    return text.toString();
  }

  private String legal(GtpArguments a) {
    GoState state = session.state().withToMove(a.color(0));
    StringBuilder text = new StringBuilder();
    for (int action : state.legalActions()) {
      if (action != session.go().pass()) {
        text.append(text.isEmpty() ? "" : " ").append(session.go().actionName(action));
      }
    }
    return text.toString();
  }
}
