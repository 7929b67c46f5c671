package dev.tesuji.labels;

import dev.tesuji.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Items, with what annotators said of them, as other tools import them.
final class ToolExport {
  private static final String PROMPT = "prompt";
  private static final String VALUE = "value";

  private ToolExport() {}

  /// Returns the name of an answer's field.
  private static String field(int answer) {
    return "answer_" + (answer + 1);
  }

  private static String text(JsonNode prompt) {
    if (prompt.isString()) {
      return prompt.stringValue();
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode message : prompt) {
      JsonNode content = message.path("content");
      text.append(text.isEmpty() ? "" : "\n\n").append(message.path("role").asString(""));
      text.append(": ").append(content.isString() ? content.stringValue() : Json.line(content));
    }
    return text.toString();
  }

  /// Makes a record of Argilla 2: fields `prompt`, `answer_1` ..., and rankings as responses to the
  /// question `ranking`.
  ///
  /// Argilla knows users by UUID: an annotator's is made of the name, which the metadata has.
  static ObjectNode argilla(Item item, List<Judgement> judgements) {
    ObjectNode record = Json.MAPPER.createObjectNode().put("id", item.id());
    ObjectNode fields = record.putObject("fields").put(PROMPT, text(item.prompt()));
    IntStream.range(0, item.answers().size())
        .forEach(i -> fields.put(field(i), item.answers().get(i).text()));
    ObjectNode metadata = record.putObject("metadata");
    record.putObject("suggestions");
    ObjectNode responses = record.putObject("responses");
    record.putObject("vectors");
    for (Judgement judgement : judgements) {
      if (judgement.isRanking()) {
        String user =
            UUID.nameUUIDFromBytes(judgement.annotator().getBytes(StandardCharsets.UTF_8))
                .toString();
        metadata.put("annotator_" + user, judgement.annotator());
        ArrayNode ranking =
            responses.withArray("ranking").addObject().put("user_id", user).putArray(VALUE);
        for (int i = 0; i < judgement.tiers().size(); i++) {
          ranking.addObject().put(VALUE, field(i)).put("rank", judgement.tiers().get(i));
        }
      }
    }
    return record;
  }

  /// Makes a task of Label Studio: two answers for its tag Pairwise (`answer1`, `answer2`), more
  /// for its tag Ranker (`items`), with the rankings that have no ties, which neither tag can
  /// express.
  ///
  /// Label Studio takes annotations of its own users alone, so that names stand in the task's
  /// `meta`, in the order of the annotations.
  static ObjectNode labelStudio(Item item, List<Judgement> judgements) {
    ObjectNode task = Json.MAPPER.createObjectNode();
    ObjectNode data = task.putObject("data").put("item", item.id());
    data.put(PROMPT, text(item.prompt()));
    boolean isPair = item.answers().size() == 2;
    if (isPair) {
      data.put("answer1", item.answers().getFirst().text());
      data.put("answer2", item.answers().getLast().text());
    } else {
      ArrayNode items = data.putArray("items");
      IntStream.range(0, item.answers().size())
          .forEach(
              i -> items.addObject().put("id", field(i)).put("body", item.answers().get(i).text()));
    }
    ArrayNode annotations = task.putArray("annotations");
    ArrayNode names = task.putObject("meta").putArray("annotators");
    for (Judgement judgement : judgements) {
      if (judgement.isRanking()
          && judgement.tiers().stream().distinct().count() == judgement.tiers().size()) {
        names.add(judgement.annotator());
        ObjectNode result = annotations.addObject().putArray("result").addObject();
        if (isPair) {
          result.put("type", "pairwise").put("from_name", "pairwise");
          String better =
              judgement.tiers().getFirst() < judgement.tiers().getLast() ? "left" : "right";
          result.put("to_name", "answer1,answer2").putObject(VALUE).put("selected", better);
        } else {
          result.put("type", "ranker").put("from_name", "rank").put("to_name", "items");
          ArrayNode best = result.putObject(VALUE).putObject("ranker").putArray("rank");
          IntStream.range(0, judgement.tiers().size())
              .boxed()
              .sorted(Comparator.comparing(judgement.tiers()::get))
              .forEach(i -> best.add(field(i)));
        }
      }
    }
    return task;
  }
}
