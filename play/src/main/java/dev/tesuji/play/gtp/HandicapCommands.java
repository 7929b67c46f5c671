package dev.tesuji.play.gtp;

import dev.tesuji.play.go.Go;
import dev.tesuji.play.go.GoRecord;
import dev.tesuji.play.go.GoState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Handicaps: stones of Black before White begins.
final class HandicapCommands {
  private static final int SMALLEST = 7; // board with fixed points
  private static final int FULL = 9; // stones, on odd boards larger than the smallest

  private final GtpSession session;

  HandicapCommands(GtpSession session) {
    this.session = session;
  }

  Map<String, GtpCommand> commands() {
    return Map.of(
        "fixed_handicap", (a, _) -> fixed(a),
        "place_free_handicap", (a, _) -> free(a),
        "set_free_handicap", (a, _) -> set(a));
  }

  private String fixed(GtpArguments a) {
    int stones = a.integer(0, "the handicap", 0, Integer.MAX_VALUE);
    requireEmpty();
    int most = mostFixed(session.go());
    if (stones < 2 || stones > most) {
      throw new GtpError(
          most == 0
              ? "this board has no points for a fixed handicap"
              : "the handicap must be from 2 to " + most + ", got " + stones);
    }
    return place(fixedPoints(session.go(), stones));
  }

  private String free(GtpArguments a) {
    int stones = a.integer(0, "the handicap", 2, session.go().cells() - 1);
    requireEmpty();
    Go go = session.go();
    int fixed = Math.min(stones, mostFixed(go));
    Set<Integer> points = new LinkedHashSet<>(fixed < 2 ? List.of() : fixedPoints(go, fixed));
    List<Integer> others = new ArrayList<>();
    for (int point = 0; point < go.cells(); point++) {
      others.add(point);
    }
    // The middle first, every second point before those between.
    others.sort(
        Comparator.<Integer>comparingInt(p -> (p / go.width() + p % go.width()) % 2)
            .thenComparingInt(p -> distance(go, p)));
    for (int i = 0; points.size() < stones; i++) {
      points.add(others.get(i));
    }
    return place(List.copyOf(points));
  }

  private static int distance(Go go, int point) {
    return Math.abs(2 * (point / go.width()) - go.height() + 1)
        + Math.abs(2 * (point % go.width()) - go.width() + 1);
  }

  private String set(GtpArguments a) {
    requireEmpty();
    Set<Integer> points = new LinkedHashSet<>();
    for (int i = 0; i < a.size(); i++) {
      int action = a.vertex(i, session.go());
      if (action == session.go().pass() || !points.add(action)) {
        throw new GtpError("bad vertex list: " + a.word(i, "a vertex") + " is no further point");
      }
    }
    if (points.size() < 2 || points.size() >= session.go().cells()) {
      throw new GtpError("bad vertex list: it must have from 2 points to all but one");
    }
    place(List.copyOf(points));
    return "";
  }

  private void requireEmpty() {
    GoState state = session.state();
    for (int point = 0; point < state.game().cells(); point++) {
      if (state.at(point) != 0) {
        throw new GtpError("board not empty");
      }
    }
  }

  private String place(List<Integer> stones) {
    Go go = session.go();
    int[] points = new int[go.cells()];
    stones.forEach(point -> points[point] = Go.BLACK);
    session.begin(new GoRecord(GoState.of(go, points, Go.WHITE)));
    return String.join(" ", stones.stream().map(go::actionName).toList());
  }

  private static int mostFixed(Go go) {
    if (go.height() != go.width() || go.width() < SMALLEST) {
      return 0;
    }
    return go.width() % 2 == 1 && go.width() > SMALLEST ? FULL : 4;
  }

  /// Returns the points in GTP's order: corners, then sides, the middle for 5, 7 and 9.
  private static List<Integer> fixedPoints(Go go, int stones) {
    int size = go.width();
    int near = size >= 13 ? 3 : 2;
    int far = size - 1 - near;
    int middle = size / 2;
    int[][] places = {
      {far, near}, {near, far}, {near, near}, {far, far},
      {middle, near}, {middle, far}, {far, middle}, {near, middle}
    };
    List<Integer> points = new ArrayList<>();
    boolean centre = stones == 5 || stones == 7 || stones == FULL;
    for (int i = 0; i < (centre ? stones - 1 : stones); i++) {
      points.add(places[i][0] * size + places[i][1]);
    }
    if (centre) {
      points.add(middle * size + middle);
    }
    return points;
  }
}
