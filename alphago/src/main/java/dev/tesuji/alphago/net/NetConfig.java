package dev.tesuji.alphago.net;

import dev.tesuji.check.BadInput;
import dev.tesuji.check.Require;
import dev.tesuji.json.Json;
import dev.tesuji.play.Game;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The shape of a network for a game, as `config.json` beside its weights has it.
///
/// @param game the game's name
/// @param height rows of the board
/// @param width columns of the board
/// @param planes that describe a state
/// @param actions the length of a policy
/// @param pass the action that passes; -1 in a game without passing
/// @param channels C, the width of the tower
/// @param blocks residual blocks
public record NetConfig(
    String game,
    int height,
    int width,
    int planes,
    int actions,
    int pass,
    int channels,
    int blocks) {
  /// What `model_type` of `config.json` says.
  public static final String TYPE = "tesuji_policy_value";

  /// Checks the ranges.
  public NetConfig {
    Require.that(height > 0 && height <= 64, "height", "from 1 to 64", height);
    Require.that(width > 0 && width <= 64, "width", "from 1 to 64", width);
    Require.that(planes > 0 && planes <= 1024, "planes", "from 1 to 1024", planes);
    Require.that(actions > 0 && actions <= 8192, "actions", "from 1 to 8192", actions);
    Require.that(pass >= -1 && pass < actions, "pass", "from -1 to " + (actions - 1), pass);
    Require.that(channels > 0 && channels <= 1024, "channels", "from 1 to 1024", channels);
    Require.that(blocks > 0 && blocks <= 100, "blocks", "from 1 to 100", blocks);
  }

  /// Makes the shape of a network for a game.
  public static NetConfig of(Game game, int channels, int blocks) {
    return new NetConfig(
        game.name(),
        game.height(),
        game.width(),
        game.planes(),
        game.actions(),
        game.pass(),
        channels,
        blocks);
  }

  /// Returns the cells of the board.
  public int cells() {
    return height * width;
  }

  /// Returns whether an action is a cell of the board, or the last one, which passes: then each
  /// cell's logit is computed at the cell.
  boolean playsOnCells() {
    return pass == cells() && actions == cells() + 1;
  }

  /// Returns why the network cannot play a game; an empty text where it can.
  public String refusal(Game other) {
    NetConfig wanted = of(other, channels, blocks);
    boolean same =
        wanted.height == height
            && wanted.width == width
            && wanted.planes == planes
            && wanted.actions == actions
            && wanted.pass == pass;
    return same
        ? ""
        : "the network was trained on " + game + " and knows no other board, got " + other.name();
  }

  /// Returns what `config.json` holds.
  public ObjectNode toJson() {
    return Json.MAPPER
        .createObjectNode()
        .put("model_type", TYPE)
        .put("game", game)
        .put("height", height)
        .put("width", width)
        .put("planes", planes)
        .put("actions", actions)
        .put("pass", pass)
        .put("channels", channels)
        .put("blocks", blocks);
  }

  /// Reads a `config.json`.
  ///
  /// @throws BadInput when it is not that of such a network
  public static NetConfig read(Path file) {
    ObjectNode json = Json.readObject(file);
    String type = json.path("model_type").asString("");
    if (!type.equals(TYPE)) {
      throw BadInput.in(
          file,
          "model_type must be '"
              + TYPE
              + "', got '"
              + BadInput.brief(type)
              + "': give the directory of a network that plays, such as models/alphaZero of a run");
    }
    try {
      return new NetConfig(
          json.path("game").asString(""),
          whole(json, "height"),
          whole(json, "width"),
          whole(json, "planes"),
          whole(json, "actions"),
          whole(json, "pass"),
          whole(json, "channels"),
          whole(json, "blocks"));
    } catch (IllegalArgumentException e) {
      throw new BadInput(file + ": " + e.getMessage(), e);
    }
  }

  private static int whole(JsonNode json, String name) {
    JsonNode value = json.path(name);
    Require.that(value.isInt(), name, "a whole number", BadInput.brief(value));
    return value.asInt();
  }
}
