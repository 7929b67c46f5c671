package dev.tesuji.report;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.json.JsonLines;
import dev.tesuji.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes `report.json`, and `report.html`: one file with everything in it ([Page]).
///
/// Besides what it is given it reads the metrics, the rollouts and the responses of evaluations.
public final class Report {
  private static final int GAMES = 2; // of each match, that the page shows: one opening

  private final RunDirectory run;
  private final Reflection reflection;
  private final long seed;

  /// Reports on a run.
  ///
  /// @param reflectiveWords the words to count in completions
  /// @param seed decides which transcripts are shown
  public Report(RunDirectory run, List<String> reflectiveWords, long seed) {
    this.run = run;
    this.reflection = new Reflection(reflectiveWords);
    this.seed = seed;
  }

  /// Writes both files.
  ///
  /// @param report what `report.json` holds; the table of models, what reinforcement learning did
  ///   to pass@k and maj@k, and of each stage its cost, reflective words and transcripts are added
  /// @param recipe the effective recipe as text
  public void write(ObjectNode report, String recipe) {
    List<ObjectNode> metrics = metrics();
    addReflection(report.path("before"), run.evaluation("base"));
    ArrayNode stages = Json.MAPPER.createArrayNode();
    for (JsonNode stage : report.path("stages")) {
      stages.add(completed((ObjectNode) stage.deepCopy(), report, metrics));
    }
    report.set("stages", stages);
    report.set("table", table(report));
    report.set("sharpening", PassAtKComparison.toJson(PassAtKComparison.all(report)));
    if (Files.exists(run.evaluation("base"))) {
      report.set("base_transcripts", Transcripts.pick(run.evaluation("base"), seed));
    }
    SafeFiles.replace(run.root().resolve("report.json"), Json.pretty(report));
    ObjectNode page = report.deepCopy();
    page.put("recipe", recipe);
    page.path("matches").forEach(match -> addGames((ObjectNode) match));
    page.put("has_test_time", Files.exists(run.root().resolve("testtime.html")));
    page.putArray("metrics").addAll(metrics);
    Page.write(run.root().resolve("report.html"), Report.class, "report.html", page);
  }

  /// Adds the first games of a match, as SGF, where it was one of Go.
  private static void addGames(ObjectNode match) {
    Path folder = Path.of(match.path("games").asString(""));
    ArrayNode games = match.putArray("sgf");
    for (int number = 0; number < GAMES; number++) {
      Path file = folder.resolve(String.format(Locale.ROOT, "game-%04d.sgf", number));
      if (Files.exists(file)) {
        games.add(text(file));
      }
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new BadInput(file + ": could not be read: " + e.getMessage(), e);
    }
  }

  /// Returns the table of models, each with the one that it started from.
  private static ObjectNode table(JsonNode report) {
    ObjectNode table = StageTable.of(report).toJson();
    ReportedModels models = ReportedModels.of(report);
    for (JsonNode row : table.path("rows")) {
      models
          .source(row.path("name").asString(""))
          .ifPresent(from -> ((ObjectNode) row).put("from", from));
    }
    return table;
  }

  private List<ObjectNode> metrics() {
    List<ObjectNode> metrics = new ArrayList<>();
    if (Files.exists(run.metrics())) {
      JsonLines.forEach(run.metrics(), row -> metrics.add(row.fields()));
    }
    return metrics;
  }

  /// Adds to a stage what its files tell.
  private ObjectNode completed(ObjectNode stage, JsonNode report, List<ObjectNode> metrics) {
    String name = stage.path("name").asString("");
    List<ObjectNode> own =
        metrics.stream().filter(m -> m.path("stage").asString("").equals(name)).toList();
    boolean last = report.path("after_stage").asString("").equals(name);
    Path answers = run.evaluation(name);
    JsonNode evaluation = last ? report.path("after") : stage.path("evaluation");
    addReflection(evaluation, answers);
    stage.set("cost", StageCost.of(stage, evaluation, own).toJson());
    List<Path> rollouts = rollouts(name);
    ArrayNode counts = Json.MAPPER.createArrayNode();
    for (Path file : rollouts) {
      String step = file.getFileName().toString().replaceAll("\\D", "");
      counts.add(reflection.perResponse(file).put("step", Integer.parseInt(step)));
    }
    stage.set("reflection", counts);
    if (!rollouts.isEmpty()) {
      stage.set("transcripts", Transcripts.pick(rollouts.getLast(), seed));
    } else if (Files.exists(answers)) {
      stage.set("transcripts", Transcripts.pick(answers, seed));
    }
    return stage;
  }

  private void addReflection(JsonNode evaluation, Path answers) {
    if (evaluation instanceof ObjectNode found && Files.exists(answers)) {
      double all = 0;
      for (JsonNode rate : reflection.perResponse(answers)) {
        all += rate.asDouble();
      }
      found.put(Reflection.MEASURE, all);
    }
  }

  /// Returns the files of a stage's rollouts in the order of their steps.
  private List<Path> rollouts(String stage) {
    Path folder = run.rollouts(stage);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> f.getFileName().toString().matches("step-\\d+\\.jsonl"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new BadInput(folder + ": could not be read: " + e.getMessage(), e);
    }
  }
}
