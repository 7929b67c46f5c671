package dev.tesuji.serve.go;

import dev.tesuji.json.Json;
import dev.tesuji.play.Outcome;
import dev.tesuji.play.Player;
import dev.tesuji.play.Thought;
import dev.tesuji.play.go.Go;
import dev.tesuji.play.go.GoRecord;
import dev.tesuji.play.go.GoState;
import dev.tesuji.play.sgf.SgfGame;
import dev.tesuji.play.sgf.SgfWriter;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Positions and thoughts as the page reads them. All of it as Black sees it; points by their
/// number, row by row from the top left.
final class GoJson {
  private static final int MOST_CANDIDATES = 8;

  private GoJson() {}

  /// Returns a game as it was after some of its moves.
  static ObjectNode position(SgfGame game, int at, Player player) {
    GoRecord record = game.record();
    GoState state = record.after(at);
    Go go = state.game();
    int total = record.moves().size();
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("sgf", SgfWriter.write(finished(game).tree()));
    json.put("width", go.width()).put("height", go.height()).put("komi", go.komi());
    json.put("toMove", state.toMove() > 0 ? "black" : "white");
    json.put("at", at).put("moves", total).put("over", state.over());
    ArrayNode board = json.putArray("board");
    ArrayNode names = json.putArray("names");
    for (int point = 0; point < go.cells(); point++) {
      board.add(state.at(point));
      names.add(go.actionName(point));
    }
    ArrayNode legal = json.putArray("legal");
    for (int action : at == total ? state.legalActions() : new int[0]) {
      legal.add(action);
    }
    json.put("last", at == 0 ? -1 : state.lastAction());
    Outcome outcome = state.outcome();
    json.put("score", SgfGame.result(outcome.score()));
    ArrayNode area = json.putArray("area");
    for (byte owner : outcome.ownership()) {
      area.add((int) owner);
    }
    return json.put("refusal", player.refusal(go));
  }

  /// Returns the game with its result where it is over.
  private static SgfGame finished(SgfGame game) {
    GoState state = game.record().state();
    if (!state.over()) {
      return game;
    }
    Map<String, String> information = new TreeMap<>(game.information());
    information.putIfAbsent("RE", SgfGame.result(state.outcome().score()));
    return new SgfGame(game.record(), information);
  }

  /// Returns a thought about a state.
  static ObjectNode thought(Thought thought, GoState state) {
    Go go = state.game();
    int color = state.toMove();
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("visits", thought.visits());
    json.put("winRate", color > 0 ? thought.winRate() : 1 - thought.winRate());
    json.put("score", color * thought.score() + 0.0);
    ArrayNode ownership = json.putArray("ownership");
    for (float owner : thought.ownership()) {
      ownership.add(Math.round(color * owner * 1000) / 1000.0);
    }
    ArrayNode candidates = json.putArray("candidates");
    thought.candidates().stream()
        .filter(c -> c.action() >= 0)
        .limit(MOST_CANDIDATES)
        .forEach(c -> {
          ObjectNode one = candidates.addObject();
          one.put("point", c.action() == go.pass() ? -1 : c.action());
          one.put("vertex", go.actionName(c.action())).put("visits", c.visits());
          one.put("winRate", color > 0 ? c.winRate() : 1 - c.winRate());
          one.put("score", color * c.score() + 0.0).put("prior", c.prior());
          ArrayNode variation = one.putArray("variation");
          c.variation().forEach(action -> variation.add(go.actionName(action)));
        });
    return json;
  }
}
