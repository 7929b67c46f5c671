package dev.tesuji.report.compare;

import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.report.Page;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes `report.json` and `report.html` of one recipe over several seeds: the table of its
/// models, which differences are more than chance, what reinforcement learning did to pass@k and
/// maj@k, what each stage cost, and the way to every run's own report.
///
/// @param name the recipe's
/// @param recipe its text, with the seeds
/// @param out the folder to write to
public record SeedsReport(String name, String recipe, Path out) implements Results {
  private static final String REPORT = "report.json";

  @Override
  public Path json() {
    return out.resolve(REPORT);
  }

  @Override
  public void write(List<VariantResult> standings, double wallSeconds) {
    VariantResult all = standings.getFirst();
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("name", name).put("planned", all.planned());
    json.put("wall_seconds", wallSeconds);
    ArrayNode runs = json.putArray("runs");
    all.tracks().forEach(t -> runs.add(run(t)));
    List<ObjectNode> reports = reports(all);
    if (!reports.isEmpty()) {
      stages(reports, json);
      json.set(
          "sharpening", SeedMeans.of(reports.stream().map(r -> r.path("sharpening")).toList()));
      json.set("cost", SeedMeans.of(reports.stream().map(SeedsReport::costs).toList()));
      json.put(
          "run_seconds",
          reports.stream().mapToDouble(r -> r.path("wall_seconds").asDouble()).average().orElse(0));
    }
    SafeFiles.replace(json(), Json.pretty(json));
    ObjectNode page = json.deepCopy().put("recipe", recipe);
    Page.write(out.resolve("report.html"), SeedsReport.class, "seeds.html", page);
  }

  /// Returns what the runs that have ended reported.
  private static List<ObjectNode> reports(VariantResult all) {
    return all.tracks().stream()
        .map(t -> t.folder().resolve(REPORT))
        .filter(Files::exists)
        .map(Json::readObject)
        .toList();
  }

  private static void stages(List<ObjectNode> reports, ObjectNode json) {
    List<JsonNode> tables =
        reports.stream()
            .<JsonNode>map(r -> r.path("table"))
            .filter(t -> !t.path("rows").isEmpty())
            .toList();
    if (!tables.isEmpty()) {
      json.set("stages", new StageSeeds(tables).toJson());
    }
  }

  private ObjectNode run(SeedResult track) {
    ObjectNode json = Json.MAPPER.createObjectNode().put("seed", track.seed());
    track.accuracy().ifPresent(a -> json.put("accuracy", a));
    Path report = track.folder().resolve(REPORT);
    json.put("ended", Files.exists(report));
    if (Files.exists(report)) {
      json.put("wall_seconds", Json.readObject(report).path("wall_seconds").asDouble());
    }
    link(json, "report", track.folder().resolve("report.html"));
    link(json, "test_time", track.folder().resolve("testtime.html"));
    if (!track.trouble().isEmpty()) {
      json.put("trouble", track.trouble());
    }
    return json;
  }

  /// Notes a page by its path from this one, where it is there.
  private void link(ObjectNode json, String name, Path page) {
    if (Files.exists(page)) {
      json.put(name, out.relativize(page).toString().replace('\\', '/'));
    }
  }

  /// Returns what the stages of a run cost, in a list.
  private static ArrayNode costs(JsonNode report) {
    ArrayNode costs = Json.MAPPER.createArrayNode();
    for (JsonNode stage : report.path("stages")) {
      ObjectNode cost = costs.addObject();
      cost.put("name", stage.path("name").asString(""))
          .put("kind", stage.path("kind").asString(""));
      cost.put("steps", stage.path("steps").asInt());
      stage.path("cost").properties().forEach(e -> cost.set(e.getKey(), e.getValue()));
    }
    return costs;
  }

  /// Returns the table of models, a column each: means over the seeds whose runs have ended.
  @Override
  public String table(List<VariantResult> standings) {
    VariantResult all = standings.getFirst();
    StringBuilder text = new StringBuilder();
    ObjectNode json = Json.MAPPER.createObjectNode();
    stages(reports(all), json);
    if (json.has("stages")) {
      append(text, json.path("stages"));
    }
    for (SeedResult track : all.tracks()) {
      if (!track.trouble().isEmpty()) {
        text.append("seed " + track.seed() + ": " + track.trouble() + "\n");
      }
    }
    return text.toString();
  }

  private static void append(StringBuilder text, JsonNode stages) {
    List<String> heading = new ArrayList<>();
    int seeds = stages.path("seeds").asInt();
    heading.add(seeds == 1 ? "one seed" : "means over " + seeds + " seeds");
    stages.path("rows").forEach(r -> heading.add(r.path("name").asString("")));
    line(text, heading, heading);
    for (JsonNode column : stages.path("columns")) {
      String measure = column.path("name").asString("");
      List<String> cells = new ArrayList<>(List.of(column.path("title").asString("")));
      for (JsonNode row : stages.path("rows")) {
        JsonNode value = row.path("values").path(measure);
        String form = measure.endsWith("_length") ? "%.1f" : "%.3f";
        cells.add(value.isNumber() ? String.format(Locale.ROOT, form, value.asDouble()) : "-");
      }
      line(text, heading, cells);
    }
  }

  private static void line(StringBuilder text, List<String> heading, List<String> cells) {
    text.append(String.format(Locale.ROOT, "%-28s", cells.getFirst()));
    for (int i = 1; i < cells.size(); i++) {
      int width = Math.max(7, heading.get(i).length());
      text.append(String.format(Locale.ROOT, "  %" + width + "s", cells.get(i)));
    }
    text.append('\n');
  }
}
