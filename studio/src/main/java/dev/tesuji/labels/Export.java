package dev.tesuji.labels;

import dev.tesuji.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Labels in the shapes that reward models read, and in those that other tools import.
///
/// What checks annotators teaches nothing and is left out: items with known answers, and repeats.
/// Answers in one tier are not compared with each other, nor are answers with the same text. What
/// no person said is marked with `simulated`.
public final class Export {
  private Export() {}

  /// A shape of lines.
  public enum Shape {
    /// `prompt`, `responses`, `ranks`: kept together, so that a reward model sees each answer once.
    RANKINGS,
    /// `prompt`, `chosen`, `rejected`, `margin`: TRL's preference shape.
    PAIRS,
    /// `prompt`, `completion`, `label`: TRL's unpaired shape; true for what is safe.
    LABELS,
    /// Records of Argilla, one for each item, also where nobody has judged it.
    ARGILLA,
    /// Tasks of Label Studio, the same.
    LABEL_STUDIO;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Returns whether a file of it is a JSON list, in the place of JSON lines.
    public boolean isList() {
      return this == ARGILLA || this == LABEL_STUDIO;
    }
  }

  /// The text of a file, and how many records it has.
  public record Written(String text, int count) {}

  /// Writes the labels of a project as a file has them.
  public static Written text(Project project, Shape shape) {
    return text(project, project.judgements(), shape);
  }

  /// Writes judgements of a project as a file has them.
  ///
  /// @param standing those that stand
  public static Written text(Project project, List<Judgement> standing, Shape shape) {
    StringBuilder text = new StringBuilder(shape.isList() ? "[" : "");
    int count =
        write(
            new Labels(project, standing),
            shape,
            line -> {
              boolean isNext = shape.isList() && text.length() > 1;
              text.append(isNext ? ",\n" : "").append(Json.line(line));
              text.append(shape.isList() ? "" : "\n");
            });
    return new Written(text.append(shape.isList() ? "]\n" : "").toString(), count);
  }

  /// Writes the lines of a project.
  ///
  /// @return how many there were
  public static int write(Project project, Shape shape, Consumer<ObjectNode> lines) {
    return write(new Labels(project, project.judgements()), shape, lines);
  }

  /// A project and what stands of what was said of it.
  private record Labels(Project project, List<Judgement> standing) {}

  private static int write(Labels of, Shape shape, Consumer<ObjectNode> lines) {
    return switch (shape) {
      case RANKINGS -> each(of, Export::rankings, lines);
      case PAIRS -> each(of, Export::pairs, lines);
      case LABELS -> each(of, Export::labels, lines);
      case ARGILLA -> items(of, ToolExport::argilla, lines);
      case LABEL_STUDIO -> items(of, ToolExport::labelStudio, lines);
    };
  }

  /// Writes an item with all judgements of it.
  private interface OfItem {
    ObjectNode record(Item item, List<Judgement> judgements);
  }

  private static int items(Labels of, OfItem shape, Consumer<ObjectNode> lines) {
    Map<String, List<Judgement>> byItem =
        of.standing().stream()
            .filter(j -> j.repeat() == 0)
            .collect(Collectors.groupingBy(Judgement::item));
    List<Item> items = of.project().items().values().stream().filter(i -> !i.isGold()).toList();
    items.forEach(i -> lines.accept(shape.record(i, byItem.getOrDefault(i.id(), List.of()))));
    return items.size();
  }

  /// Writes the lines of one judgement.
  private interface OfJudgement {
    void write(Item item, Judgement judgement, Consumer<ObjectNode> lines);
  }

  private static int each(Labels of, OfJudgement shape, Consumer<ObjectNode> lines) {
    int[] count = {0};
    for (Judgement judgement : of.standing()) {
      Item item = of.project().item(judgement.item());
      if (!item.isGold() && judgement.repeat() == 0) {
        Consumer<ObjectNode> counted =
            line -> {
              line.put("item", item.id()).put("annotator", judgement.annotator());
              lines.accept(judgement.isSimulated() ? line.put("simulated", true) : line);
              count[0]++;
            };
        shape.write(item, judgement, counted);
      }
    }
    return count[0];
  }

  /// Writes one line where there are no ties. Readers take ranks without ties only, so with ties
  /// there are several, which have each comparison once.
  private static void rankings(Item item, Judgement judgement, Consumer<ObjectNode> lines) {
    for (List<Integer> chain : chains(item, judgement)) {
      List<Integer> shown = chain.stream().sorted().toList();
      ObjectNode line = begun(item);
      ArrayNode responses = line.putArray("responses");
      shown.forEach(a -> responses.add(response(item, a)));
      ArrayNode ranks = line.putArray("ranks");
      shown.forEach(a -> ranks.add(chain.indexOf(a) + 1));
      lines.accept(line);
    }
  }

  private static void pairs(Item item, Judgement judgement, Consumer<ObjectNode> lines) {
    for (int better = 0; better < judgement.tiers().size(); better++) {
      for (int worse = 0; worse < judgement.tiers().size(); worse++) {
        if (isBetter(item, judgement, better, worse)) {
          ObjectNode line = begun(item);
          line.set("chosen", response(item, better));
          line.set("rejected", response(item, worse));
          lines.accept(
              line.put("margin", judgement.tiers().get(worse) - judgement.tiers().get(better)));
        }
      }
    }
  }

  private static void labels(Item item, Judgement judgement, Consumer<ObjectNode> lines) {
    for (int i = 0; i < judgement.safe().size(); i++) {
      Boolean safe = judgement.safe().get(i);
      if (safe != null) {
        ObjectNode line = begun(item);
        line.set("completion", response(item, i));
        lines.accept(line.put("label", safe));
      }
    }
  }

  private static ObjectNode begun(Item item) {
    ObjectNode line = Json.MAPPER.createObjectNode();
    line.set("prompt", item.prompt());
    return line;
  }

  /// Returns an answer in the form of the prompt: a text, or a conversation of one message.
  private static JsonNode response(Item item, int answer) {
    String text = item.answers().get(answer).text();
    if (item.prompt().isString()) {
      return Json.MAPPER.getNodeFactory().stringNode(text);
    }
    ArrayNode messages = Json.MAPPER.createArrayNode();
    messages.addObject().put("role", "assistant").put("content", text);
    return messages;
  }

  private static boolean isBetter(Item item, Judgement judgement, int better, int worse) {
    return judgement.tiers().get(better) < judgement.tiers().get(worse)
        && !item.answers().get(better).text().equals(item.answers().get(worse).text());
  }

  /// Splits a judgement into rankings without ties that together have each of its comparisons
  /// exactly once: from the best answer that still has one, down, as long as all are new.
  static List<List<Integer>> chains(Item item, Judgement judgement) {
    int n = judgement.tiers().size();
    List<Integer> best =
        IntStream.range(0, n)
            .boxed()
            .sorted(
                java.util.Comparator.<Integer>comparingInt(judgement.tiers()::get)
                    .thenComparing(a -> a))
            .toList();
    Set<List<Integer>> open = new HashSet<>();
    for (int a = 0; a < n; a++) {
      for (int b = 0; b < n; b++) {
        if (isBetter(item, judgement, a, b)) {
          open.add(List.of(a, b));
        }
      }
    }
    List<List<Integer>> chains = new ArrayList<>();
    for (int first : best) {
      List<Integer> chain = chain(first, best, open);
      while (chain.size() > 1) {
        chains.add(chain);
        chain = chain(first, best, open);
      }
    }
    return chains;
  }

  private static List<Integer> chain(int first, List<Integer> best, Set<List<Integer>> open) {
    List<Integer> chain = new ArrayList<>(List.of(first));
    for (int next : best) {
      if (chain.stream().allMatch(a -> open.contains(List.of(a, next)))) {
        chain.forEach(a -> open.remove(List.of(a, next)));
        chain.add(next);
      }
    }
    return chain;
  }
}
