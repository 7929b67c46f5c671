package dev.tesuji.serve.go;

import dev.tesuji.check.BadInput;
import dev.tesuji.play.sgf.SgfGame;
import dev.tesuji.play.sgf.SgfReader;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The fields of a request of the page.
record GoRequest(ObjectNode fields) {
  /// Returns the game that it brings.
  SgfGame game() {
    return SgfGame.of("SGF", SgfReader.parse("SGF", text("sgf")), 0);
  }

  String text(String name) {
    JsonNode value = fields.path(name);
    if (!value.isString()) {
      throw new BadInput("field '" + name + "' must be text, got " + BadInput.brief(value));
    }
    return value.stringValue();
  }

  int integer(String name, int low, int high) {
    JsonNode value = fields.path(name);
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < low
        || value.intValue() > high) {
      throw new BadInput(
          "field '"
              + name
              + "' must be a whole number from "
              + low
              + " to "
              + high
              + ", got "
              + BadInput.brief(value));
    }
    return value.intValue();
  }

  double number(String name) {
    JsonNode value = fields.path(name);
    if (!value.isNumber()) {
      throw new BadInput("field '" + name + "' must be a number, got " + BadInput.brief(value));
    }
    return value.doubleValue();
  }

  boolean has(String name) {
    return fields.has(name);
  }
}
