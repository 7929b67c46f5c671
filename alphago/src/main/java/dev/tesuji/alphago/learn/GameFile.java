package dev.tesuji.alphago.learn;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.json.JsonLines;
import dev.tesuji.play.Game;
import dev.tesuji.play.GameState;
import dev.tesuji.play.go.Go;
import dev.tesuji.play.go.GoRecord;
import dev.tesuji.play.go.GoState;
import dev.tesuji.play.sgf.SgfGame;
import dev.tesuji.play.sgf.SgfWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Games in files: one line of JSON each for those that are learned from, SGF for people.
///
/// A line has `number`, `komi`, `opening` (actions that nobody chose), `actions`, `end` and
/// `value`, 1 where the first player won.
public final class GameFile {
  private GameFile() {}

  /// Appends games to a file.
  public static void append(Path file, List<PlayedGame> games) {
    StringBuilder lines = new StringBuilder();
    for (PlayedGame game : games) {
      ObjectNode json = Json.MAPPER.createObjectNode();
      json.put("number", game.number());
      json.put("komi", Komi.of(game.last().game()));
      json.put("opening", game.opening());
      ArrayNode actions = json.putArray("actions");
      for (int action : game.actions()) {
        actions.add(action);
      }
      json.put("end", game.end().name()).put("value", game.value());
      lines.append(Json.line(json)).append('\n');
    }
    append(file, lines.toString());
  }

  private static void append(Path file, String text) {
    try {
      Path folder = file.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.writeString(
          file, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw SafeFiles.failed(file, e);
    }
  }

  /// Reads games, those that failed left out.
  ///
  /// @throws BadInput when a line is not one of a game by these rules
  public static List<PlayedGame> read(Path file, Game game) {
    List<PlayedGame> games = new ArrayList<>();
    JsonLines.forEach(
        file,
        row -> {
          PlayedGame.End end = PlayedGame.End.valueOf(row.fields().path("end").asString("RULES"));
          if (end != PlayedGame.End.FAILED) {
            games.add(game(row, game, end));
          }
        });
    return games;
  }

  private static PlayedGame game(JsonLines.Row row, Game game, PlayedGame.End end) {
    JsonNode fields = row.fields();
    GameState state = Komi.of(game, fields.path("komi").asDouble()).start();
    for (JsonNode action : fields.path("actions")) {
      if (!state.isLegal(action.asInt(-1))) {
        throw row.bad("action " + action + " is not legal after " + state.moves() + " actions");
      }
      state = state.play(action.asInt());
    }
    return new PlayedGame(
        fields.path("number").asLong(), state, fields.path("opening").asInt(), end);
  }

  /// Cuts a file to its first lines, those that a checkpoint knows of.
  public static void keep(Path file, int lines) {
    if (!Files.exists(file)) {
      return;
    }
    try {
      List<String> kept = Files.readAllLines(file).stream().limit(lines).toList();
      SafeFiles.replace(file, kept.isEmpty() ? "" : String.join("\n", kept) + "\n");
    } catch (IOException e) {
      throw SafeFiles.failed(file, e);
    }
  }

  /// Writes a game of Go as SGF; other games have none.
  public static void writeSgf(Path file, PlayedGame game, String black, String white) {
    if (!(game.last() instanceof GoState last)) {
      return;
    }
    Go go = last.game();
    GoRecord record = new GoRecord(go.start());
    for (GameState state : game.states().subList(1, game.states().size())) {
      record.play(-state.toMove(), state.lastAction());
    }
    String result =
        switch (game.end()) {
          case RESIGNED -> last.toMove() > 0 ? "W+R" : "B+R";
          case FAILED -> "Void";
          case RULES, ENDLESS -> SgfGame.result(game.outcome().score());
        };
    Map<String, String> information = Map.of("PB", black, "PW", white, "RE", result);
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw SafeFiles.failed(file, e);
    }
    SafeFiles.replace(file, SgfWriter.write(new SgfGame(record, information).tree()));
  }
}
