package dev.tesuji.play.sgf;

import dev.tesuji.check.BadInput;
import dev.tesuji.play.go.Go;
import dev.tesuji.play.go.GoRecord;
import dev.tesuji.play.go.GoState;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A game of Go as a file keeps it.
///
/// @param record the position that it began from and its moves
/// @param information what the file says of the game besides: `PB`, `PW` (players), `RE` (result),
///   `DT`, `GN`, `HA` and others, by property
public record SgfGame(GoRecord record, Map<String, String> information) {
  private static final String LETTERS = "abcdefghijklmnopqrs";
  private static final List<String> INFORMATION =
      List.of("PB", "BR", "PW", "WR", "HA", "RE", "DT", "EV", "RO", "PC", "GN", "TM", "OT", "GC");
  private static final List<String> SETUP = List.of("AB", "AW", "AE");
  private static final int DEFAULT_SIZE = 19;

  /// Copies the map.
  public SgfGame {
    information = Map.copyOf(information);
  }

  /// Returns the game of a tree's main line.
  ///
  /// @param name of what was read, for messages
  /// @param before stop before this move, counted from 1; 0 to take all
  /// @throws BadInput when it is not a game of Go, or a move in it is not legal
  public static SgfGame of(String name, SgfNode root, int before) {
    return new Reading(name, root).game(before == 0 ? Integer.MAX_VALUE : before - 1);
  }

  /// Returns the tree of this game: one line, without variations.
  public SgfNode tree() {
    GoState start = record.start();
    Go go = start.game();
    SgfNode root = new SgfNode();
    root.add("GM", "1").add("FF", "4").add("CA", "UTF-8").add("AP", "Tesuji");
    root.add("SZ", go.width() == go.height() ? "" + go.width() : go.width() + ":" + go.height());
    root.add("KM", number(go.komi())).add("RU", "Tromp-Taylor");
    new TreeMap<>(information).forEach((property, value) -> root.add(property, value));
    for (int point = 0; point < go.cells(); point++) {
      if (start.at(point) != 0) {
        root.add(start.at(point) > 0 ? "AB" : "AW", point(go, point));
      }
    }
    if (start.toMove() == Go.WHITE) {
      root.add("PL", "W");
    }
    SgfNode last = root;
    for (GoRecord.Move move : record.moves()) {
      SgfNode node = new SgfNode().add(move.player() > 0 ? "B" : "W", point(go, move.action()));
      last.add(node);
      last = node;
    }
    return root;
  }

  /// Returns a result as files and GTP write it: `B+3.5`, `W+1`, `0`.
  public static String result(double score) {
    return score == 0 ? "0" : (score > 0 ? "B+" : "W+") + number(Math.abs(score));
  }

  /// Returns a number without the zeros that say nothing.
  public static String number(double value) {
    if (value == Math.rint(value)) {
      return String.valueOf((long) value);
    }
    String text = String.format(Locale.ROOT, "%.4f", value);
    return text.replaceAll("0+$", "");
  }

  private static String point(Go go, int action) {
    return action == go.pass()
        ? ""
        : "" + LETTERS.charAt(action % go.width()) + LETTERS.charAt(action / go.width());
  }

  /// A tree that is being made a game.
  private static final class Reading {
    private final String name;
    private final SgfNode root;
    private final Go go;

    Reading(String name, SgfNode root) {
      this.name = name;
      this.root = root;
      String game = root.value("GM");
      if (game != null && !game.strip().equals("1")) {
        throw bad(root, "property GM must be 1 (Go), got '" + BadInput.brief(game) + "'");
      }
      go = board();
    }

    private Go board() {
      String size = root.value("SZ");
      String text = size == null ? "" + DEFAULT_SIZE : size.strip();
      if (!text.matches("[0-9]{1,4}(:[0-9]{1,4})?")) {
        throw bad(root, "property SZ must be a size, got '" + BadInput.brief(text) + "'");
      }
      String[] sides = text.split(":", -1);
      int width = Integer.parseInt(sides[0]);
      int height = Integer.parseInt(sides[sides.length - 1]);
      if (Math.min(width, height) < 1 || Math.max(width, height) > Go.LARGEST) {
        throw bad(root, "property SZ must be from 1 to " + Go.LARGEST + ", got " + text);
      }
      return new Go(height, width, komi());
    }

    private double komi() {
      String komi = root.value("KM");
      if (komi == null || komi.isBlank()) {
        return 0;
      }
      if (!komi.strip().matches("[+-]?[0-9]{0,3}([.,][0-9]{0,6})?")
          || !komi.matches("(?s).*\\d.*")) {
        throw bad(
            root, "property KM must be a number of points, got '" + BadInput.brief(komi) + "'");
      }
      return Double.parseDouble(komi.strip().replace(',', '.'));
    }

    SgfGame game(int most) {
      GoRecord record = new GoRecord(go.start());
      int moves = 0;
      for (SgfNode node : root.mainLine()) {
        record = setUp(node, record, moves);
        for (String property : node.properties()) {
          if (!property.equals("B") && !property.equals("W")) {
            continue;
          }
          if (moves == most) {
            return new SgfGame(record, information());
          }
          moves++;
          play(node, property, record, moves);
        }
      }
      return new SgfGame(record, information());
    }

    /// Returns the record that begins with what a node sets up, or the same where it sets up
    /// nothing.
    private GoRecord setUp(SgfNode node, GoRecord record, int moves) {
      boolean sets = SETUP.stream().anyMatch(property -> !node.values(property).isEmpty());
      String turn = node.value("PL");
      if (!sets && (turn == null || moves > 0)) {
        return record; // whose turn it is between moves is said by the moves
      }
      GoState state = record.state();
      int[] points = new int[go.cells()];
      for (int point = 0; point < points.length; point++) {
        points[point] = state.at(point);
      }
      int blacks = put(node, "AB", 1, points);
      put(node, "AW", -1, points);
      put(node, "AE", 0, points);
      int toMove = state.toMove();
      if (turn != null && !turn.isBlank()) {
        toMove = turn.strip().toUpperCase(Locale.ROOT).startsWith("W") ? -1 : 1;
      } else if (moves == 0 && blacks > 1 && node.values("AW").isEmpty()) {
        toMove = Go.WHITE; // a handicap
      }
      try {
        return new GoRecord(GoState.of(go, points, toMove));
      } catch (BadInput e) {
        throw bad(node, "the position that is set up is not legal: " + e.getMessage());
      }
    }

    private int put(SgfNode node, String property, int color, int[] points) {
      int count = 0;
      for (String value : node.values(property)) {
        String[] corners = value.split(":", -1);
        int first = point(node, property, corners[0]);
        int last = point(node, property, corners[corners.length - 1]);
        for (int row = first / go.width(); row <= last / go.width(); row++) {
          for (int column = first % go.width(); column <= last % go.width(); column++) {
            points[row * go.width() + column] = color;
            count++;
          }
        }
      }
      return count;
    }

    private int point(SgfNode node, String property, String value) {
      String text = value.strip();
      int column = text.length() == 2 ? LETTERS.indexOf(text.charAt(0)) : -1;
      int row = text.length() == 2 ? LETTERS.indexOf(text.charAt(1)) : -1;
      if (column < 0 || row < 0 || column >= go.width() || row >= go.height()) {
        throw bad(
            node,
            "property "
                + property
                + " must be a point of the board of "
                + go.width()
                + "x"
                + go.height()
                + ", got '"
                + BadInput.brief(value)
                + "'");
      }
      return row * go.width() + column;
    }

    private void play(SgfNode node, String property, GoRecord record, int number) {
      String value = java.util.Objects.requireNonNull(node.value(property)).strip();
      boolean pass = value.isEmpty() || value.equals("tt");
      int action = pass ? go.pass() : point(node, property, value);
      int player = property.equals("B") ? Go.BLACK : Go.WHITE;
      String refusal = record.state().withToMove(player).refusal(action);
      if (!refusal.isEmpty()) {
        throw bad(
            node,
            "move " + number + " (" + property + " " + go.actionName(action) + "): " + refusal);
      }
      record.play(player, action);
    }

    private Map<String, String> information() {
      Map<String, String> found = new TreeMap<>();
      for (String property : INFORMATION) {
        String value = root.value(property);
        if (value != null) {
          found.put(property, value);
        }
      }
      return found;
    }

    private BadInput bad(SgfNode node, String problem) {
      return new BadInput(name + ":" + node.line() + ": " + problem);
    }
  }
}
