package dev.tesuji.labels;

import dev.tesuji.check.BadInput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// Records of Argilla: `fields`, and `responses` to its questions. Version 2 keeps them by
/// question, version 1 by user.
///
/// Read are rankings, and where there are none, ratings of single answers: of questions whose names
/// hold that of a field (`answer_1_rating`). An annotator's ratings of two answers or more order
/// them, equal ones as ties.
final class Argilla implements Import.Reader {
  /// A ranking by a user: the rank of each field.
  private record Ranking(JsonNode user, Map<String, Integer> ranks) {}

  @Override
  public void read(Import.Entry entry, Map<String, Item> items, List<Judgement> judgements) {
    JsonNode fields = entry.require("fields");
    List<Ranking> rankings = rankings(entry);
    if (rankings.isEmpty()) {
      rankings = rated(entry, fields);
    }
    if (rankings.isEmpty()) {
      return;
    }
    List<String> names = List.copyOf(rankings.getFirst().ranks().keySet());
    String id =
        entry.get("id") == null ? "record-" + entry.number() : entry.require("id").asString();
    Item item =
        new Item(
            id,
            Import.prompt(entry, fields, names),
            Import.answers(entry, fields, names),
            List.of(),
            0);
    items.put(id, item);
    for (Ranking ranking : rankings) {
      if (!List.copyOf(ranking.ranks().keySet()).equals(names)) {
        throw entry.bad(
            "field 'responses' must rank the same answers each time, got " + ranking.ranks());
      }
      String annotator = Import.annotator(ranking.user());
      judgements.add(
          Import.judgement(
              id + "/" + annotator, item, annotator, List.copyOf(ranking.ranks().values())));
    }
  }

  /// Something that takes a user's answer to a question.
  private interface Answers {
    void take(JsonNode user, String question, JsonNode value);
  }

  private static List<Ranking> rankings(Import.Entry entry) {
    List<Ranking> rankings = new ArrayList<>();
    forEach(entry, (user, _, value) -> add(entry, rankings, user, value));
    return rankings;
  }

  private static void forEach(Import.Entry entry, Answers answers) {
    JsonNode responses = entry.fields().path("responses");
    if (responses.isObject()) {
      for (Map.Entry<String, JsonNode> question : responses.properties()) {
        for (JsonNode response : question.getValue()) {
          answers.take(response.path("user_id"), question.getKey(), response.path("value"));
        }
      }
    } else {
      for (JsonNode response : responses) {
        for (Map.Entry<String, JsonNode> question : response.path("values").properties()) {
          answers.take(
              response.path("user_id"), question.getKey(), question.getValue().path("value"));
        }
      }
    }
  }

  /// Orders answers by ratings of single ones; those of users who rated all that others did.
  private static List<Ranking> rated(Import.Entry entry, JsonNode fields) {
    Map<JsonNode, Map<String, Double>> byUser = new LinkedHashMap<>();
    forEach(
        entry,
        (user, question, value) ->
            Import.named(question, fields)
                .filter(_ -> value.isNumber())
                .ifPresent(field ->
                    byUser
                        .computeIfAbsent(user, _ -> new TreeMap<>())
                        .put(field, value.doubleValue())));
    int most = byUser.values().stream().mapToInt(Map::size).max().orElse(0);
    List<Ranking> rankings = new ArrayList<>();
    byUser.forEach((user, ratings) -> {
      if (most > 1 && ratings.size() == most) {
        rankings.add(new Ranking(user, Import.tiers(ratings)));
      }
    });
    return rankings;
  }

  private static void add(
      Import.Entry entry, List<Ranking> rankings, JsonNode user, JsonNode value) {
    if (!value.isArray() || !value.path(0).has("rank")) {
      return; // the answer to a question of another kind
    }
    Map<String, Integer> ranks = new TreeMap<>();
    for (JsonNode one : value) {
      int rank = one.path("rank").asInt(0);
      if (rank < 1 || rank > Item.MOST) {
        throw entry.bad(
            "field 'rank' must be from 1 to " + Item.MOST + ", got " + BadInput.brief(one));
      }
      ranks.put(one.path("value").asString(""), rank);
    }
    rankings.add(new Ranking(user, ranks));
  }
}
