package dev.tesuji.labels;

import dev.tesuji.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/// Small projects for tests.
public final class ProjectFolder {
  private ProjectFolder() {}

  /// Makes an item whose answers have these texts.
  public static Item item(String id, String... answers) {
    List<Item.Answer> list = new ArrayList<>();
    for (String a : answers) {
      list.add(new Item.Answer(a, "model-" + list.size()));
    }
    return new Item(
        id, Json.MAPPER.getNodeFactory().stringNode("prompt of " + id), list, List.of(), 0);
  }

  /// Makes the same item with known tiers.
  public static Item gold(Item item, Integer... tiers) {
    return new Item(item.id(), item.prompt(), item.answers(), List.of(tiers), 0);
  }

  /// Makes a judgement of answers that were shown in their order.
  public static Judgement judged(String id, String item, String annotator, Integer... tiers) {
    List<Integer> order = IntStream.range(0, tiers.length).boxed().toList();
    return new Judgement(
        id,
        item,
        annotator,
        "2026-11-28T10:00:00Z",
        order,
        List.of(tiers),
        List.of(),
        "",
        1000,
        "",
        Judgement.Outcome.JUDGED,
        0);
  }

  /// Returns a judgement changed by what stands in a line of JSON.
  public static Judgement with(Project project, Judgement judgement, String more) {
    ObjectNode json = judgement.toJson();
    json.setAll((ObjectNode) Json.MAPPER.readTree(more));
    return Judgement.read(
        new Import.Entry(project.root(), 1, json), project.item(judgement.item()), judgement.id());
  }

  /// Writes judgements through the log.
  public static void append(Project project, Judgement... judgements) {
    for (Judgement j : judgements) {
      try (JudgementLog log = JudgementLog.open(project.judgements(j.annotator()))) {
        log.append(j);
      }
    }
  }
}
