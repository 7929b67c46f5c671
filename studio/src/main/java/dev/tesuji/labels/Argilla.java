package dev.tesuji.labels;

import dev.tesuji.check.BadInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// Records of Argilla: `fields`, and `responses` to its questions, of which those that rank are
/// read. Version 2 keeps them by question, version 1 by user.
final class Argilla implements Import.Reader {
  /// A ranking by a user: the rank of each field.
  private record Ranking(JsonNode user, Map<String, Integer> ranks) {}

  @Override
  public void read(Import.Entry entry, Map<String, Item> items, List<Judgement> judgements) {
    JsonNode fields = entry.require("fields");
    List<Ranking> rankings = rankings(entry);
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

  private static List<Ranking> rankings(Import.Entry entry) {
    List<Ranking> rankings = new ArrayList<>();
    JsonNode responses = entry.fields().path("responses");
    if (responses.isObject()) {
      for (Map.Entry<String, JsonNode> question : responses.properties()) {
        for (JsonNode response : question.getValue()) {
          add(entry, rankings, response.path("user_id"), response.path("value"));
        }
      }
    } else {
      for (JsonNode response : responses) {
        for (Map.Entry<String, JsonNode> question : response.path("values").properties()) {
          add(entry, rankings, response.path("user_id"), question.getValue().path("value"));
        }
      }
    }
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
