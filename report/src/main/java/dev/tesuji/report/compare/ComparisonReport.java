package dev.tesuji.report.compare;

import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.report.Page;
import dev.tesuji.run.Progress;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes `compare.json`, and `compare.html`: a table, and curves with bands.
///
/// @param name names the comparison
/// @param out the folder to write to
public record ComparisonReport(String name, Path out) implements Results {
  @Override
  public Path json() {
    return out.resolve("compare.json");
  }

  @Override
  public void write(List<VariantResult> standings, double wallSeconds) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("name", name).put("wall_seconds", wallSeconds);
    json.putArray("variants").addAll(standings.stream().map(ComparisonReport::withStages).toList());
    SafeFiles.replace(json(), Json.pretty(json));
    Page.write(out.resolve("compare.html"), ComparisonReport.class, "compare.html", json);
  }

  /// Returns a variant with the table of its stages over its seeds, where two or more have ended.
  private static ObjectNode withStages(VariantResult standing) {
    List<JsonNode> tables =
        standing.finished().stream()
            .<JsonNode>map(t -> Json.readObject(t.folder().resolve("report.json")).path("table"))
            .filter(t -> !t.path("rows").isEmpty())
            .toList();
    ObjectNode json = standing.toJson();
    if (tables.size() > 1) {
      json.set("stages", new StageSeeds(tables).toJson());
    }
    return json;
  }

  @Override
  public String table(List<VariantResult> standings) {
    int width = standings.stream().mapToInt(s -> s.name().length()).max().orElse(0);
    String name = "%-" + Math.max(7, width) + "s";
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            name + "  %8s  %-9s  %-16s  %-14s  %11s  %11s  %8s%n",
            "",
            "accuracy",
            "collapsed",
            "95 % over seeds",
            "worst seed",
            "completions",
            "tokens",
            "seconds"));
    for (VariantResult s : standings) {
      text.append(String.format(Locale.ROOT, name + "  ", s.name())).append(row(s));
      s.tracks().stream()
          .forEach(t ->
              t.collapse().ifPresent(how -> text.append("  seed " + t.seed() + ": " + how + "\n")));
    }
    return text.toString();
  }

  private static String collapsed(VariantResult s) {
    return s.collapsed() == 0 ? "" : s.collapsed() + " of " + s.tracks().size();
  }

  private static String row(VariantResult s) {
    return s.accuracy()
        .flatMap(a ->
            s.worst()
                .map(w ->
                    String.format(
                        Locale.ROOT,
                        "%8.3f  %-9s  [%.3f, %.3f]    %.3f (%d)%s  %11.0f  %11.0f  %8s%n",
                        a.mean(),
                        collapsed(s),
                        a.low(),
                        a.high(),
                        w.accuracy().orElseThrow(),
                        w.seed(),
                        " ".repeat(Math.max(0, 6 - Long.toString(w.seed()).length())),
                        s.cost().completions(),
                        s.cost().tokens(),
                        Progress.time(s.cost().seconds()))))
        .orElse(
            "no run has ended"
                + (s.collapsed() == 0 ? "\n" : ", " + collapsed(s) + " collapsed\n"));
  }
}
