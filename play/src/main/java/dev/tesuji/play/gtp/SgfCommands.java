package dev.tesuji.play.gtp;

import dev.tesuji.play.go.Go;
import dev.tesuji.play.go.GoRecord;
import dev.tesuji.play.go.GoState;
import dev.tesuji.play.sgf.SgfGame;
import dev.tesuji.play.sgf.SgfReader;
import dev.tesuji.play.sgf.SgfWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/// Games out of files and into them.
final class SgfCommands {
  private final GtpSession session;

  SgfCommands(GtpSession session) {
    this.session = session;
  }

  Map<String, GtpCommand> commands() {
    return Map.of(
        "loadsgf", (a, _) -> load(a),
        "printsgf", (_, _) -> print());
  }

  private String load(GtpArguments a) {
    boolean numbered = a.size() > 1 && a.words().getLast().matches("[0-9]+");
    int words = numbered ? a.size() - 1 : a.size();
    int before = numbered ? a.integer(words, "the move", 0, 999_999_999) : 0;
    a.word(0, "the file");
    String name = String.join(" ", a.words().subList(0, words)); // it may have spaces
    try {
      Path file = Path.of(name);
      SgfGame game = SgfGame.of(name, SgfReader.read(file), before);
      session.begin(game.record());
    } catch (InvalidPathException e) {
      throw new GtpError("cannot load file: its name is not possible");
    } catch (dev.tesuji.check.BadInput e) {
      throw new GtpError("cannot load file: " + e.getMessage());
    }
    return "";
  }

  private String print() {
    GoRecord record = session.record();
    GoState state = record.state();
    Map<String, String> information =
        state.over() ? Map.of("RE", SgfGame.result(state.outcome().score())) : Map.of();
    return SgfWriter.write(new SgfGame(record, information).tree());
  }

  /// Sets stones and whose turn it is, as GoGui does before a game.
  Map<String, GtpCommand> setup() {
    return Map.of(
        "gogui-setup", (a, _) -> setUp(a),
        "gogui-setup_player", (a, _) -> setPlayer(a),
        "gogui-play_sequence", (a, _) -> playSequence(a));
  }

  private String setUp(GtpArguments a) {
    Go go = session.go();
    int[] points = new int[go.cells()];
    for (int i = 0; i < a.size(); i += 2) {
      int color = a.word(i, "the color").matches("(?i)e|empty") ? 0 : a.color(i);
      int point = a.vertex(i + 1, go);
      if (point == go.pass()) {
        throw new GtpError("invalid coordinate: a stone cannot be put on pass");
      }
      points[point] = color;
    }
    session.begin(new GoRecord(GoState.of(go, points, session.state().toMove())));
    return "";
  }

  private String setPlayer(GtpArguments a) {
    GoRecord record = new GoRecord(session.state().withToMove(a.color(0)));
    session.begin(record);
    return "";
  }

  private String playSequence(GtpArguments a) {
    Go go = session.go();
    int played = 0;
    try {
      for (int i = 0; i < a.size(); i += 2) {
        session.play(a.color(i), a.vertex(i + 1, go));
        played++;
      }
    } catch (GtpError e) {
      while (played-- > 0) {
        session.record().undo();
      }
      throw e;
    }
    return "";
  }
}
