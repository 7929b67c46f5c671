package dev.tesuji.studio.runfolder;

import dev.tesuji.json.Json;
import dev.tesuji.studio.web.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A run's folder.
///
/// @param name its path under the folder of runs
/// @param folder where it lies
public record Run(String name, Path folder) {
  private static final Duration LIVE = Duration.ofSeconds(30);
  private static final String STAGE = "stage";
  private static final int SPARK = 60; // points of a sparkline

  /// Returns the file of its metrics.
  public Path metrics() {
    return folder.resolve("metrics.jsonl");
  }

  /// Returns the effective recipe; empty where there is none.
  public String recipe() {
    return TolerantText.read(folder.resolve("recipe.yaml"));
  }

  /// Returns the stages that have rollouts, in the order of their metrics, and their files in the
  /// order of their steps.
  public Map<String, List<Path>> rollouts() {
    Map<String, List<Path>> byStage = new TreeMap<>();
    Path root = folder.resolve("rollouts");
    for (Path stage : list(root)) {
      List<Path> files = list(stage).stream().filter(f -> f.toString().endsWith(".jsonl")).toList();
      if (!files.isEmpty()) {
        byStage.put(String.valueOf(stage.getFileName()), files);
      }
    }
    return byStage;
  }

  /// Returns the files of responses to held-out problems, by the name of what answered.
  public Map<String, Path> evaluations() {
    Map<String, Path> byName = new TreeMap<>();
    for (Path file : list(folder.resolve("evaluations"))) {
      String name = String.valueOf(file.getFileName());
      if (name.endsWith(".jsonl")) {
        byName.put(name.substring(0, name.length() - ".jsonl".length()), file);
      }
    }
    return byName;
  }

  /// Returns the file of one of them.
  ///
  /// @throws Refusal when there is none
  public Path evaluation(String wanted) {
    Path file = evaluations().get(wanted);
    if (file == null) {
      throw new Refusal(404, "run '" + name + "' has no evaluation '" + wanted + "'");
    }
    return file;
  }

  /// Lists a folder in the order of names; a link that leads out of the run is left out.
  private List<Path> list(Path of) {
    if (!Files.isDirectory(of)) {
      return List.of();
    }
    try (Stream<Path> found = Files.list(of)) {
      Path real = folder.toRealPath();
      List<Path> inside = new ArrayList<>();
      for (Path path : found.sorted().toList()) {
        if (!Files.isSymbolicLink(path) || path.toRealPath().startsWith(real)) {
          inside.add(path);
        }
      }
      return inside;
    } catch (IOException e) {
      return List.of(); // it went away while it was read
    }
  }

  /// Returns one line about the run, with a sparkline of its reward or loss.
  public ObjectNode summary() {
    List<ObjectNode> metrics = TolerantText.lines(metrics());
    ObjectNode json = Json.MAPPER.createObjectNode().put("run", name).put("state", state());
    ObjectNode last = metrics.isEmpty() ? Json.MAPPER.createObjectNode() : metrics.getLast();
    json.put(STAGE, last.path(STAGE).asString("")).put("step", last.path("step").asInt(0));
    String shown = last.has("reward") ? "reward" : last.has("loss") ? "loss" : "";
    json.put("measure", shown);
    json.set("value", last.path(shown));
    json.put("changed", changed().toString());
    ArrayNode spark = json.putArray("spark");
    List<JsonNode> own =
        metrics.stream()
            .filter(m -> m.path(STAGE).equals(last.path(STAGE)))
            .map(m -> m.path(shown))
            .filter(JsonNode::isNumber)
            .toList();
    for (int i = 0; i < Math.min(SPARK, own.size()); i++) {
      spark.add(own.get((int) ((long) i * own.size() / Math.min(SPARK, own.size()))));
    }
    return json;
  }

  /// Returns `halted`, `finished`, `live` while it writes, else `stopped`.
  public String state() {
    if (Files.exists(folder.resolve("halted.json"))) {
      return "halted";
    }
    if (Files.exists(folder.resolve("report.json"))) {
      return "finished";
    }
    return Duration.between(changed(), Instant.now()).compareTo(LIVE) < 0 ? "live" : "stopped";
  }

  private Instant changed() {
    try {
      Path file = Files.exists(metrics()) ? metrics() : folder;
      return Files.getLastModifiedTime(file).toInstant();
    } catch (IOException e) {
      return Instant.EPOCH;
    }
  }

  /// Returns what the page of the run shows besides its curves.
  public ObjectNode detail() {
    ObjectNode json = Json.MAPPER.createObjectNode().put("run", name).put("state", state());
    ObjectNode halted = TolerantText.object(TolerantText.read(folder.resolve("halted.json")));
    if (halted != null) {
      json.set("halted", halted);
    }
    List<ObjectNode> metrics = TolerantText.lines(metrics());
    stages(json.putArray("stages"), metrics);
    events(json.putArray("events"), metrics);
    rollouts().keySet().forEach(json.putArray("rollouts")::add);
    evaluations().keySet().forEach(json.putArray("evaluations")::add);
    return json.put("recipe", recipe());
  }

  private static void stages(ArrayNode into, List<ObjectNode> metrics) {
    Map<String, ObjectNode> stages = new LinkedHashMap<>();
    for (ObjectNode line : metrics) {
      ObjectNode stage =
          stages.computeIfAbsent(
              line.path(STAGE).asString(""), s -> into.addObject().put(STAGE, s));
      stage.put("steps", Math.max(stage.path("steps").asInt(0), line.path("step").asInt(0)));
      add(stage, "seconds", line.path("step_time"));
      cost(stage, line);
      for (String name : List.of("reward", "loss", "completions/mean_length", "entropy", "kl")) {
        if (line.path(name).isNumber()) {
          stage.set("last_" + name, line.path(name));
        }
      }
    }
  }

  /// Adds what a step drew, and how many tokens went through the stage up to it.
  private static void cost(ObjectNode stage, ObjectNode line) {
    JsonNode drawn = line.path("generated");
    add(stage, "completions", drawn);
    if (drawn.isNumber()) {
      double length = line.path("completions/mean_length").asDouble(0);
      stage.put(
          "tokens_generated",
          stage.path("tokens_generated").asDouble(0) + drawn.doubleValue() * length);
    }
    if (line.path("num_tokens").isNumber()) {
      stage.set("tokens", line.path("num_tokens"));
    }
  }

  private static void add(ObjectNode stage, String name, JsonNode value) {
    if (value.isNumber()) {
      stage.put(name, stage.path(name).asDouble(0) + value.doubleValue());
    }
  }

  /// Puts what the guardian saw: the metrics `guardian/SIGN` of a step.
  private static void events(ArrayNode into, List<ObjectNode> metrics) {
    for (ObjectNode line : metrics) {
      line.properties()
          .forEach(e -> {
            if (e.getKey().startsWith("guardian/")) {
              into.addObject()
                  .put(STAGE, line.path(STAGE).asString(""))
                  .put("step", line.path("step").asInt(0))
                  .put("sign", e.getKey().substring("guardian/".length()))
                  .set("value", e.getValue());
            }
          });
    }
  }
}
