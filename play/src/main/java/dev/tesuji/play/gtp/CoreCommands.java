package dev.tesuji.play.gtp;

import dev.tesuji.play.go.Go;
import dev.tesuji.play.go.GoRecord;
import dev.tesuji.play.go.GoState;
import dev.tesuji.play.sgf.SgfGame;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// The commands that every program of GTP 2 has, but for those of handicaps, time and files.
final class CoreCommands {
  private final GtpSession session;

  CoreCommands(GtpSession session) {
    this.session = session;
  }

  /// Returns the commands by name.
  Map<String, GtpCommand> commands() {
    Map<String, GtpCommand> all = new TreeMap<>();
    all.put("protocol_version", (_, _) -> "2");
    all.put("boardsize", (a, _) -> boardSize(a));
    all.put("clear_board", (_, _) -> clear(session.go()));
    all.put("komi", (a, _) -> komi(a));
    all.put("get_komi", (_, _) -> SgfGame.number(session.go().komi()));
    all.put("play", (a, _) -> play(a));
    all.put("genmove", (a, _) -> generate(a.color(0), true));
    all.put("reg_genmove", (a, _) -> generate(a.color(0), false));
    all.put("kgs-genmove_cleanup", (a, _) -> cleanUp(a.color(0)));
    all.put("undo", (_, _) -> undo(1));
    all.put("gg-undo", (a, _) -> undo(a.size() == 0 ? 1 : a.integer(0, "moves", 0, 100_000)));
    all.put("final_score", (_, _) -> SgfGame.result(session.state().outcome().score()));
    all.put("final_status_list", (a, _) -> finalStatus(a));
    all.put("showboard", (_, _) -> "\n" + show());
    all.put("query_boardsize", (_, _) -> "" + session.go().width());
    all.put("cputime", (_, _) -> cpuTime());
    return all;
  }

  private String boardSize(GtpArguments a) {
    try {
      int width = a.integer(0, "the size", 1, Go.LARGEST);
      int height = a.size() > 1 ? a.integer(1, "the height", 1, Go.LARGEST) : width;
      return clear(new Go(height, width, session.go().komi()));
    } catch (GtpError e) {
      throw new GtpError("unacceptable size: " + e.getMessage());
    }
  }

  private String clear(Go go) {
    session.begin(new GoRecord(go.start()));
    return "";
  }

  private String komi(GtpArguments a) {
    double komi = a.number(0, "komi");
    if (Math.abs(komi) > Go.MOST_KOMI) {
      throw new GtpError("komi must be from -1000 to 1000, got " + a.word(0, "komi"));
    }
    session.record().setKomi(komi);
    return "";
  }

  private String play(GtpArguments a) {
    int color = a.color(0);
    String vertex = a.word(1, "the vertex");
    if (vertex.equalsIgnoreCase("resign")) {
      return "";
    }
    session.play(color, a.vertex(1, session.go()));
    return "";
  }

  private String generate(int color, boolean plays) {
    int action = session.think(color).action();
    if (plays) {
      session.play(color, action);
    }
    return session.actionName(action);
  }

  /// Plays on until nothing is left to capture: passes only where every chain of the other colour
  /// stands, as the player sees it, on its own land.
  private String cleanUp(int color) {
    dev.tesuji.play.Thought thought = session.think(color);
    GoState state = session.state().withToMove(color);
    int action = thought.action();
    if (action == session.go().pass() && hasDead(state, thought.ownership())) {
      action =
          thought.candidates().stream()
              .mapToInt(c -> c.action())
              .filter(c -> c != session.go().pass() && state.isLegal(c))
              .findFirst()
              .orElse(action);
    }
    session.play(color, action);
    return session.actionName(action);
  }

  /// Returns whether a stone of the other colour lies on the mover's land.
  private static boolean hasDead(GoState state, float[] ownership) {
    for (int point = 0; point < ownership.length; point++) {
      if (state.at(point) == -state.toMove() && ownership[point] > 0) {
        return true;
      }
    }
    return false;
  }

  private String undo(int moves) {
    if (session.record().moves().size() < moves) {
      throw new GtpError("cannot undo");
    }
    for (int i = 0; i < moves; i++) {
      session.record().undo();
    }
    return "";
  }

  /// By Tromp and Taylor every stone on the board counts as alive.
  private String finalStatus(GtpArguments a) {
    String status = a.word(0, "the status").toLowerCase(Locale.ROOT);
    return switch (status) {
      case "alive" -> chains();
      case "dead", "seki" -> "";
      default -> throw new GtpError("the status must be alive, dead or seki");
    };
  }

  /// Returns the points of each chain on a line.
  private String chains() {
    GoState state = session.state();
    List<String> lines = new ArrayList<>();
    for (List<Integer> chain : state.chains()) {
      lines.add(String.join(" ", chain.stream().map(session.go()::actionName).toList()));
    }
    return String.join("\n", lines);
  }

  private String show() {
    GoState state = session.state();
    Go go = state.game();
    StringBuilder text = new StringBuilder();
    StringBuilder letters = new StringBuilder("   ");
    for (int column = 0; column < go.width(); column++) {
      letters.append(' ').append(go.actionName(column).charAt(0));
    }
    text.append(letters).append('\n');
    for (int row = 0; row < go.height(); row++) {
      text.append(String.format("%2d ", go.height() - row));
      for (int column = 0; column < go.width(); column++) {
        int point = row * go.width() + column;
        int color = state.at(point);
        text.append(
            point == state.lastAction() ? '(' : afterLast(state, point, column) ? ')' : ' ');
        text.append(color > 0 ? 'X' : color < 0 ? 'O' : '.');
      }
      boolean last = state.lastAction() == row * go.width() + go.width() - 1;
      text.append(last ? ')' : ' ').append(go.height() - row).append('\n');
    }
    text.append(letters).append('\n');
    text.append(state.toMove() > 0 ? "Black" : "White").append(" to move, komi ");
    return text.append(SgfGame.number(go.komi())).append('\n').toString();
  }

  private static boolean afterLast(GoState state, int point, int column) {
    return column > 0 && point - 1 == state.lastAction();
  }

  private static String cpuTime() {
    java.time.Duration used =
        ProcessHandle.current().info().totalCpuDuration().orElse(java.time.Duration.ZERO);
    return String.format(Locale.ROOT, "%.2f", used.toMillis() / 1000.0);
  }
}
