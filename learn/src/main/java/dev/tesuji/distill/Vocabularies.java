package dev.tesuji.distill;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.ModelFiles;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// Compares the vocabularies of two models, token by token.
public final class Vocabularies {
  private static final String TOKENIZER = "tokenizer.json";

  private Vocabularies() {}

  /// Refuses models whose ids stand for different tokens. Their embeddings may have different
  /// numbers of rows, as models of one family do that pad them differently.
  ///
  /// @throws BadInput naming both models and the first id at which they differ
  public static void requireShared(LoadedModel student, LoadedModel teacher) {
    requireShared(student, teacher.directory(), teacher.files());
  }

  /// Refuses a teacher as above, before its weights are read.
  ///
  /// @param directory the teacher's
  /// @param files the teacher's
  /// @throws BadInput naming both models and the first id at which they differ
  public static void requireShared(LoadedModel student, Path directory, ModelFiles files) {
    Optional<String> difference = difference(student, directory, files);
    if (difference.isPresent()) {
      throw BadInput.in(
          directory,
          "must have the vocabulary of the student ("
              + student.directory()
              + "), since distributions are compared token by token: "
              + difference.get()
              + "; take a teacher of the student's family, or let the student learn from the"
              + " teacher's texts with 'sft'");
    }
  }

  /// Says how the tokens of another model differ from those of one; nothing where they do not.
  ///
  /// @param directory the other's
  /// @param files the other's
  public static Optional<String> difference(LoadedModel one, Path directory, ModelFiles files) {
    Map<Integer, String> own = tokens(one.directory(), one.files());
    Map<Integer, String> others = tokens(directory, files);
    for (Map.Entry<Integer, String> e : own.entrySet()) {
      String other = others.get(e.getKey());
      if (!e.getValue().equals(other)) {
        String found = other == null ? "nothing" : "'" + other + "'";
        return Optional.of(
            "token "
                + e.getKey()
                + " is '"
                + e.getValue()
                + "' to the one and "
                + found
                + " to the other");
      }
    }
    return others.size() == own.size()
        ? Optional.empty()
        : Optional.of("the one has " + own.size() + " tokens and the other " + others.size());
  }

  /// Returns the tokens by id.
  private static Map<Integer, String> tokens(Path directory, ModelFiles files) {
    byte[] file = files.others().get(TOKENIZER);
    if (file == null) {
      throw BadInput.in(directory, "has no tokenizer.json, by which vocabularies are compared");
    }
    JsonNode json = Json.MAPPER.readTree(file);
    Map<Integer, String> tokens = new TreeMap<>();
    JsonNode vocabulary = json.path("model").path("vocab");
    if (vocabulary.isObject()) {
      vocabulary.properties().forEach(e -> tokens.put(e.getValue().asInt(), e.getKey()));
    } else {
      for (int id = 0; id < vocabulary.size(); id++) { // Unigram: [token, score] by id
        tokens.put(id, vocabulary.get(id).path(0).asString(""));
      }
    }
    json.path("added_tokens")
        .forEach(t -> tokens.put(t.path("id").asInt(), t.path("content").asString("")));
    return tokens;
  }
}
