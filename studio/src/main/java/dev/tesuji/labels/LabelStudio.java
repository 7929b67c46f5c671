package dev.tesuji.labels;

import dev.tesuji.check.BadInput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// Tasks of Label Studio: `data`, and `annotations` with results of the tags Pairwise and Ranker,
/// or of Rating: several in one annotation, each of a text of `data`, order these.
final class LabelStudio implements Import.Reader {
  private static final String ITEMS = "items";

  /// Answers and their tiers.
  ///
  /// @param fields the fields of `data` that hold the answers
  private record Ranked(List<String> fields, List<Item.Answer> answers, List<Integer> tiers) {}

  @Override
  public void read(Import.Entry entry, Map<String, Item> items, List<Judgement> judgements) {
    JsonNode data = entry.require("data");
    JsonNode own = entry.get("id");
    String id = "task-" + (own == null ? String.valueOf(entry.number()) : own.asString());
    for (JsonNode annotation : entry.fields().path("annotations")) {
      boolean counts = !annotation.path("was_cancelled").asBoolean(false);
      for (Ranked ranked : counts ? ranked(entry, data, annotation) : List.<Ranked>of()) {
        Item item =
            items.computeIfAbsent(
                id,
                _ ->
                    new Item(
                        id,
                        Import.prompt(entry, data, ranked.fields()),
                        ranked.answers(),
                        List.of(),
                        0));
        if (!item.answers().equals(ranked.answers())) {
          throw entry.bad("field 'annotations' must judge the same answers each time");
        }
        String annotator = Import.annotator(annotation.path("completed_by"));
        String name = id + "/" + annotation.path("id").asString(annotator);
        judgements.add(Import.judgement(name, item, annotator, ranked.tiers()));
      }
    }
  }

  /// Returns what an annotation says; nothing for tags that compare nothing.
  private static List<Ranked> ranked(Import.Entry entry, JsonNode data, JsonNode annotation) {
    List<Ranked> ranked = new ArrayList<>();
    Map<String, Double> ratings = new TreeMap<>();
    for (JsonNode result : annotation.path("result")) {
      JsonNode value = result.path("value");
      switch (result.path("type").asString("")) {
        case "pairwise" -> ranked.add(pairwise(entry, data, result));
        case "ranker" -> ranked.add(ranker(entry, data, value.path("ranker")));
        case "rating" -> {
          String field = result.path("to_name").asString("");
          if (data.path(field).isString() && value.path("rating").isNumber()) {
            ratings.put(field, value.path("rating").doubleValue());
          }
        }
        default -> {} // says nothing that compares answers
      }
    }
    if (ranked.isEmpty() && ratings.size() > 1) {
      Map<String, Integer> tiers = Import.tiers(ratings);
      List<String> fields = List.copyOf(tiers.keySet());
      ranked.add(
          new Ranked(fields, Import.answers(entry, data, fields), List.copyOf(tiers.values())));
    }
    return ranked;
  }

  private static Ranked pairwise(Import.Entry entry, JsonNode data, JsonNode result) {
    List<String> fields =
        Arrays.stream(result.path("to_name").asString("").split(",")).map(String::strip).toList();
    if (fields.size() != 2 || !data.has(fields.getFirst())) {
      fields = List.of("answer1", "answer2");
    }
    String selected = result.path("value").path("selected").asString("");
    if (!selected.equals("left") && !selected.equals("right")) {
      throw entry.bad(
          "field 'selected' must be left or right, got " + BadInput.brief(result.path("value")));
    }
    List<Integer> tiers = selected.equals("left") ? List.of(1, 2) : List.of(2, 1);
    return new Ranked(fields, Import.answers(entry, data, fields), tiers);
  }

  private static Ranked ranker(Import.Entry entry, JsonNode data, JsonNode buckets) {
    if (buckets.size() != 1) {
      throw entry.bad(
          "field 'ranker' must have one list of items, got "
              + BadInput.brief(buckets)
              + "; lists without an order among them rank nothing");
    }
    List<String> best = new ArrayList<>();
    buckets.iterator().next().forEach(n -> best.add(n.asString("")));
    List<Item.Answer> answers = new ArrayList<>();
    List<Integer> tiers = new ArrayList<>();
    for (JsonNode item : data.path(ITEMS)) {
      int place = best.indexOf(item.path("id").asString(""));
      JsonNode text = item.has("body") ? item.path("body") : item.path("text");
      if (place < 0 || !text.isString()) {
        throw entry.bad(
            "field 'items' must have objects with 'id' and 'body' that the ranking names, got "
                + BadInput.brief(item));
      }
      answers.add(new Item.Answer(text.stringValue(), item.path("title").asString("")));
      tiers.add(place + 1);
    }
    if (answers.size() < 2 || answers.size() > Item.MOST) {
      throw entry.bad(
          "field 'items' must have 2 to " + Item.MOST + " answers, got " + answers.size());
    }
    return new Ranked(List.of(ITEMS), answers, tiers);
  }
}
