package dev.tesuji.text;

import dev.tesuji.check.BadInput;
import dev.tesuji.folder.ModelFolder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// The content of a model's tokenizer, for those who write it in another format.
///
/// @param json the `tokenizer.json` with the tokens that stand only in the files beside it
/// @param added the tokens that are matched before anything else, and their ids
/// @param specials the special ones among them
/// @param roles the tokens that play roles, such as `eos_token`, by role
public record TokenTable(
    ObjectNode json,
    Map<String, Integer> added,
    Map<String, Integer> specials,
    Map<String, String> roles) {
  /// Makes the maps unmodifiable.
  public TokenTable {
    added = Collections.unmodifiableMap(added);
    specials = Collections.unmodifiableMap(specials);
    roles = Collections.unmodifiableMap(roles);
  }

  /// Reads the tokenizer of a model directory or file.
  ///
  /// @param rows the rows of the model's embedding
  /// @throws BadInput when it has none or it is broken
  public static TokenTable read(Path directory, int rows) {
    ModelFolder folder = ModelFolder.of(directory);
    TokenizerSettings settings = TokenizerSettings.read(directory);
    TokenizerJson json =
        TokenizerJson.read(
            folder.file(Tokenizer.FILE), folder.unambiguousJson(Tokenizer.FILE), settings, rows);
    TokenizerFile checked = json.checked();
    return new TokenTable(json.json(), checked.added(), checked.specials(), settings.roles());
  }
}
