package dev.tesuji.report;

import dev.tesuji.json.Json;
import dev.tesuji.json.JsonLines;
import dev.tesuji.random.Rng;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Picks responses for people to read: some at random, the best and the worst.
public final class Transcripts {
  private static final int EACH = 5;

  private Transcripts() {}

  /// Picks from a file of responses, no two to the same problem under one heading.
  ///
  /// @param responses JSON lines with `problem_id`, `completion`, `verdict` and, where there is
  ///   one, the `reward` by which they are ranked; otherwise right ones are better than wrong ones,
  ///   and chance decides between equals
  /// @param seed decides what is left to chance
  /// @return `random`, `best` and `worst`, lists of lines of the file
  public static ObjectNode pick(Path responses, long seed) {
    List<ObjectNode> all = new ArrayList<>();
    JsonLines.forEach(responses, row -> all.add(row.fields()));
    List<ObjectNode> shuffled = shuffled(all, seed);
    Comparator<ObjectNode> worth = Comparator.comparingDouble(Transcripts::worth);
    ObjectNode json = Json.MAPPER.createObjectNode();
    first(json.putArray("random"), shuffled);
    first(json.putArray("best"), shuffled.stream().sorted(worth.reversed()).toList());
    first(json.putArray("worst"), shuffled.stream().sorted(worth).toList());
    return json;
  }

  private static double worth(ObjectNode line) {
    return line.path("reward").isNumber()
        ? line.path("reward").doubleValue()
        : line.path("verdict").asString("").equals("correct") ? 1 : 0;
  }

  private static List<ObjectNode> shuffled(List<ObjectNode> all, long seed) {
    List<ObjectNode> list = new ArrayList<>(all);
    for (int i = list.size() - 1; i > 0; i--) {
      int other = Rng.below(i + 1, seed, i, 0, 0);
      list.set(i, list.set(other, list.get(i)));
    }
    return list;
  }

  private static void first(ArrayNode into, List<ObjectNode> ranked) {
    Set<String> problems = new HashSet<>();
    for (ObjectNode line : ranked) {
      if (into.size() < EACH && problems.add(line.path("task") + " " + line.path("problem_id"))) {
        into.add(line);
      }
    }
  }
}
