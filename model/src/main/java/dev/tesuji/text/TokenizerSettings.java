package dev.tesuji.text;

import dev.tesuji.check.BadInput;
import dev.tesuji.folder.ModelFolder;
import dev.tesuji.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The settings that a model directory has beside `tokenizer.json`: `tokenizer_config.json`, and of
/// older models `special_tokens_map.json` and `added_tokens.json`, read as transformers reads them.
///
/// @param roles tokens by the role that they play, such as `eos_token`, or by the name that
///   `extra_special_tokens` gives them; a chat template sees them under these names
/// @param listed tokens that the files name with an id, in the order of ids
/// @param special further special tokens, which the files name without an id; those that play roles
///   come first
/// @param splitsSpecials whether special tokens that a text spells are text like any other
public record TokenizerSettings(
    Map<String, String> roles, List<Added> listed, List<Added> special, boolean splitsSpecials) {
  private static final String CONFIG = "tokenizer_config.json";
  private static final String MAP = "special_tokens_map.json";
  private static final String ADDED = "added_tokens.json";
  private static final String DECODER = "added_tokens_decoder";
  private static final String EXTRA = "extra_special_tokens";
  private static final String ADDITIONAL = "additional_special_tokens";

  /// A token that is matched in texts before anything else.
  ///
  /// @param id the row that the files give it; -1 where they give none
  /// @param token its text and flags as `tokenizer.json` has them
  /// @param from the file and field that name it
  record Added(int id, ObjectNode token, String from) {
    String text() {
      return token.path("content").stringValue();
    }

    /// Makes one from a text, or from an object with `content` and flags.
    static @Nullable Added of(int id, JsonNode given, boolean special, String from) {
      JsonNode content = given.isObject() ? given.path("content") : given;
      if (!content.isString() || content.stringValue().isEmpty()) {
        return null;
      }
      ObjectNode token = Json.MAPPER.createObjectNode();
      token.put("id", Math.max(0, id)).put("content", content.stringValue());
      for (String flag : List.of("single_word", "lstrip", "rstrip")) {
        token.put(flag, given.path(flag).asBoolean(false));
      }
      token.put("normalized", given.path("normalized").asBoolean(!special));
      token.put("special", special);
      return new Added(id, token, from);
    }
  }

  /// Reads the settings of a model directory; what it lacks is left out.
  ///
  /// @throws BadInput when a file is broken, or a field is of another type than it must be
  public static TokenizerSettings read(Path directory) {
    ModelFolder folder = ModelFolder.of(directory);
    ObjectNode config = object(folder, CONFIG);
    boolean decoder = config.path(DECODER).isObject();
    ObjectNode map = decoder ? Json.MAPPER.createObjectNode() : object(folder, MAP);
    Map<String, JsonNode> named = new LinkedHashMap<>();
    List<JsonNode> extra = new ArrayList<>();
    for (ObjectNode file : List.of(config, map)) {
      file.properties()
          .forEach(e -> {
            if (e.getKey().endsWith("_token") && isToken(e.getValue())) {
              named.put(e.getKey(), e.getValue());
            }
          });
      JsonNode more = file.hasNonNull(EXTRA) ? file.path(EXTRA) : file.path(ADDITIONAL);
      if (more.isObject()) {
        more.properties().forEach(e -> named.put(e.getKey(), e.getValue()));
      } else {
        more.forEach(extra::add);
      }
    }
    Path file = directory.resolve(CONFIG);
    Map<String, String> roles = new LinkedHashMap<>();
    List<Added> special = new ArrayList<>();
    named.forEach((role, given) -> {
      Added token = required(file, role, given);
      roles.put(role, token.text());
      special.add(token);
    });
    extra.forEach(given -> special.add(required(file, EXTRA, given)));
    List<String> texts = special.stream().map(Added::text).toList();
    List<Added> listed =
        decoder
            ? decoder(file, config.path(DECODER), texts)
            : added(folder.file(ADDED), object(folder, ADDED), texts);
    boolean splits = config.path("split_special_tokens").asBoolean(false);
    return new TokenizerSettings(roles, listed, special, splits);
  }

  private static ObjectNode object(ModelFolder folder, String name) {
    return folder.has(name) ? folder.json(name) : Json.MAPPER.createObjectNode();
  }

  private static boolean isToken(JsonNode value) {
    return value.isString() || (value.isObject() && value.path("content").isString());
  }

  private static Added required(Path file, String field, JsonNode given) {
    Added token = Added.of(-1, given, true, file + ": field '" + field + "'");
    if (token == null) {
      throw BadInput.in(
          file,
          "field '"
              + field
              + "' must hold texts, or objects with the text 'content', got "
              + BadInput.brief(given));
    }
    return token;
  }

  private static List<Added> decoder(Path file, JsonNode decoder, List<String> named) {
    List<Added> tokens = new ArrayList<>();
    for (Map.Entry<String, JsonNode> e : decoder.properties()) {
      JsonNode given = e.getValue();
      boolean special =
          given.path("special").asBoolean(false)
              || named.contains(given.path("content").asString(""));
      int id = e.getKey().matches("[0-9]{1,8}") ? Integer.parseInt(e.getKey()) : -1;
      Added token =
          given.isObject()
              ? Added.of(id, given, special, file + ": field '" + DECODER + "'")
              : null;
      if (id < 0 || token == null) {
        throw BadInput.in(
            file,
            "field '"
                + DECODER
                + "' must have ids and objects with the text 'content', got "
                + BadInput.brief(e.getKey())
                + ": "
                + BadInput.brief(given));
      }
      tokens.add(token);
    }
    tokens.sort(Comparator.comparingInt(Added::id));
    return tokens;
  }

  private static List<Added> added(Path file, ObjectNode ids, List<String> named) {
    List<Added> tokens = new ArrayList<>();
    for (Map.Entry<String, JsonNode> e : ids.properties()) {
      JsonNode id = e.getValue();
      JsonNode text = Json.MAPPER.getNodeFactory().stringNode(e.getKey());
      Added token =
          id.isIntegralNumber() && id.canConvertToInt() && id.intValue() >= 0
              ? Added.of(id.intValue(), text, named.contains(e.getKey()), file.toString())
              : null;
      if (token == null) {
        throw BadInput.in(
            file,
            "must hold tokens and their ids, got '"
                + BadInput.brief(e.getKey())
                + "': "
                + BadInput.brief(id));
      }
      tokens.add(token);
    }
    tokens.sort(Comparator.comparingInt(Added::id));
    return tokens;
  }
}
