package dev.tesuji.text;

import dev.tesuji.check.BadInput;
import dev.tesuji.text.TokenizerSettings.Added;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A `tokenizer.json` with the tokens that stand only in the files beside it, added in the order in
/// which transformers adds them.
///
/// @param json what the library is given
/// @param checked what Tesuji reads out of it
/// @param splitting the same for texts in which special tokens are text like any other; null where
///   they are not
record TokenizerJson(ObjectNode json, TokenizerFile checked, @Nullable ObjectNode splitting) {
  private static final String TOKENS = "added_tokens";

  /// Reads a directory's tokenizer.
  ///
  /// @param file named in errors
  /// @param json its content; is changed
  /// @param rows the rows of the model's embedding; special tokens that have none and no id in any
  ///   file are left out
  /// @throws BadInput when a file is broken, or gives a token another id than the library does
  static TokenizerJson read(Path file, ObjectNode json, TokenizerSettings settings, int rows) {
    TokenizerFile checked = TokenizerFile.check(file, json);
    if (!json.path(TOKENS).isArray()) {
      json.putArray(TOKENS);
    }
    ArrayNode tokens = (ArrayNode) json.path(TOKENS);
    Set<String> known = new HashSet<>();
    tokens.forEach(t -> known.add(t.path("content").asString("")));
    for (Added token : settings.listed()) {
      if (known.add(token.text())) {
        tokens.add(token.token());
        checked = TokenizerFile.check(file, json);
        int id = checked.added().getOrDefault(token.text(), -1);
        if (id != token.id()) {
          throw new BadInput(
              token.from()
                  + " gives token '"
                  + BadInput.brief(token.text())
                  + "' the id "
                  + token.id()
                  + ", and behind those of tokenizer.json it is "
                  + id
                  + "; save the tokenizer anew (transformers: save_pretrained)");
        }
      }
    }
    for (Added token : settings.special()) {
      if (known.add(token.text())) {
        tokens.add(token.token());
        TokenizerFile longer = TokenizerFile.check(file, json);
        if (longer.added().getOrDefault(token.text(), rows) >= rows) {
          tokens.remove(tokens.size() - 1);
        } else {
          checked = longer;
        }
      }
    }
    return new TokenizerJson(
        json, checked, settings.splitsSpecials() ? splitting(file, json, checked) : null);
  }

  /// Returns the same tokenizer but for its special tokens, which no text can spell there: those
  /// with a place of their own get another text, those of the vocabulary are left out.
  private static ObjectNode splitting(Path file, ObjectNode json, TokenizerFile checked) {
    ObjectNode copy = json.deepCopy();
    ArrayNode kept = copy.putArray(TOKENS);
    JsonNode vocabulary = json.path("model").path("vocab");
    int hidden = 0;
    for (JsonNode token : json.path(TOKENS)) {
      String text = token.path("content").asString("");
      if (!checked.specials().containsKey(text)) {
        kept.add(token.deepCopy());
      } else if (!vocabulary.has(text)) {
        ObjectNode other = (ObjectNode) token.deepCopy();
        kept.add(other.put("content", "\uE5A0" + hidden++ + "\uE5A1").put("normalized", false));
      }
    }
    Map<String, Integer> ids = TokenizerFile.check(file, copy).added();
    for (JsonNode token : kept) {
      String text = token.path("content").asString("");
      Integer before = checked.added().get(text);
      if (before != null && !before.equals(ids.get(text))) {
        throw BadInput.in(
            file.resolveSibling("tokenizer_config.json"),
            "field 'split_special_tokens' must be false: with the special tokens left out, token '"
                + BadInput.brief(text)
                + "' would have another id");
      }
    }
    return copy;
  }
}
