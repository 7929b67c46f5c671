package dev.tesuji.studio.runfolder;

import dev.tesuji.json.Json;
import dev.tesuji.statistics.McNemar;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Two models on the same held-out problems: what one solves and the other does not.
///
/// A problem counts as solved where more than half of its samples are right.
public final class Comparison {
  private static final int SHOWN = 20_000; // characters of a text
  private static final Pattern REFLECTION =
      Pattern.compile("\\b(wait|check|verify|actually|however|mistake|again)\\b");

  private Comparison() {}

  /// Compares two files of responses.
  public static ObjectNode of(Path first, Path second) {
    Map<String, List<ObjectNode>> a = byProblem(first);
    Map<String, List<ObjectNode>> b = byProblem(second);
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.set("first", side(a));
    json.set("second", side(b));
    ArrayNode lost = json.putArray("only_first");
    ArrayNode won = json.putArray("only_second");
    int both = 0;
    int neither = 0;
    for (Map.Entry<String, List<ObjectNode>> problem : a.entrySet()) {
      List<ObjectNode> other = b.get(problem.getKey());
      if (other == null) {
        continue;
      }
      boolean before = solves(problem.getValue());
      boolean after = solves(other);
      if (before != after) {
        (before ? lost : won).add(flip(problem.getKey(), problem.getValue(), other));
      }
      both += before && after ? 1 : 0;
      neither += before || after ? 0 : 1;
    }
    json.put("both", both).put("neither", neither);
    json.put("problems", both + neither + lost.size() + won.size());
    return json.put("mcnemar_p", McNemar.exact(lost.size(), won.size()));
  }

  private static Map<String, List<ObjectNode>> byProblem(Path file) {
    Map<String, List<ObjectNode>> problems = new LinkedHashMap<>();
    for (ObjectNode line : TolerantText.lines(file)) {
      String key = line.path("task").asString("") + " " + line.path("problem_id").asString("");
      problems.computeIfAbsent(key.strip(), _ -> new ArrayList<>()).add(line);
    }
    return problems;
  }

  private static boolean isRight(ObjectNode line) {
    return line.path("verdict").asString("").equals("correct");
  }

  private static boolean solves(List<ObjectNode> samples) {
    return samples.stream().filter(Comparison::isRight).count() * 2 > samples.size();
  }

  private static ObjectNode side(Map<String, List<ObjectNode>> problems) {
    ObjectNode json = Json.MAPPER.createObjectNode().put("problems", problems.size());
    List<ObjectNode> all = problems.values().stream().flatMap(List::stream).toList();
    json.put("solved", problems.values().stream().filter(Comparison::solves).count());
    json.put("samples", all.size());
    json.put(
        "mean_tokens",
        all.stream().mapToDouble(l -> l.path("tokens").asDouble(0)).average().orElse(0));
    json.put(
        "reflections_per_response",
        all.stream()
            .mapToDouble(l ->
                REFLECTION
                    .matcher(l.path("completion").asString("").toLowerCase(Locale.ROOT))
                    .results()
                    .count())
            .average()
            .orElse(0));
    json.put(
        "truncated",
        all.stream().filter(l -> l.path("finish_reason").asString("").equals("length")).count());
    return json;
  }

  private static ObjectNode flip(String problem, List<ObjectNode> a, List<ObjectNode> b) {
    ObjectNode json = Json.MAPPER.createObjectNode().put("problem", problem);
    json.put("prompt", cut(a.getFirst().path("prompt").asString("")));
    json.set("gold", a.getFirst().path("gold"));
    json.put("first", cut(typical(a))).put("second", cut(typical(b)));
    return json;
  }

  /// Returns a sample that decided the problem's verdict.
  private static String typical(List<ObjectNode> samples) {
    boolean solved = solves(samples);
    return samples.stream()
        .filter(s -> isRight(s) == solved)
        .findFirst()
        .orElse(samples.getFirst())
        .path("completion")
        .asString("");
  }

  private static String cut(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "\n(cut)";
  }
}
