package dev.tesuji.bench;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.policy.MatmulPrecision;
import dev.tesuji.report.Page;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Measures how time and memory grow.
@Command(
    name = "scaling",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Measures time and memory against batch, length and model size.",
    description = {
      "",
      "One factor varies, the others stay at the centre: batch 1 to 512, length 64 to 4,096 tokens,"
          + " model 0.8 to 494 million weights; generation (a short prompt and LENGTH new tokens per"
          + " sequence) and training (an update on texts of LENGTH tokens).",
      "",
      "Every point is a process of its own, so that memory is that point's and nothing is warm from"
          + " another; its command is in the JSON. Runs do not count for the first seconds; then the"
          + " median of up to --runs of them does. A point that would take longer than --cap, or more"
          + " memory than there is, is left out, and the table says why.",
      "",
      "Writes scaling.json and scaling.html, one file with log-log plots: a straight line at the"
          + " height of its neighbours is what a perfect machine gives. Resident memory is beside"
          + " what the memory plan foresaw.",
      "",
      "  ./tesuji bench scaling --out runs/scaling",
      "  ./tesuji bench scaling --out runs/quick --shape tiny --cap 5",
      ""
    })
final class BenchScalingCommand implements Runnable {
  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "Takes scaling.json and scaling.html.")
  Path out = Path.of("");

  @Option(
      names = "--shape",
      defaultValue = "SMALL",
      paramLabel = "SHAPE",
      description = "The centre's model. Default: small.")
  BenchShape.Name shape = BenchShape.Name.SMALL;

  @Option(
      names = "--batch",
      defaultValue = "8",
      paramLabel = "B",
      description = "The centre's sequences. Default: ${DEFAULT-VALUE}.")
  int batch = 8;

  @Option(
      names = "--length",
      defaultValue = "256",
      paramLabel = "T",
      description = "The centre's tokens per sequence. Default: ${DEFAULT-VALUE}.")
  int length = 256;

  @Option(
      names = "--runs",
      defaultValue = "5",
      paramLabel = "N",
      description = "Runs of a point that count, at most. Default: ${DEFAULT-VALUE}.")
  int runs = 5;

  @Option(
      names = "--warm-up",
      defaultValue = "3",
      paramLabel = "SECONDS",
      description = "For how long runs do not count. Default: ${DEFAULT-VALUE}.")
  double warmUp = 3;

  @Option(
      names = "--cap",
      defaultValue = "60",
      paramLabel = "SECONDS",
      description = "What a point may take, warm-up included. Default: ${DEFAULT-VALUE}.")
  double cap = 60;

  @Option(
      names = "--dtype",
      defaultValue = "float32",
      paramLabel = "TYPE",
      description = "The weights' type at every point. Default: ${DEFAULT-VALUE}.")
  String dtype = "float32";

  @Option(
      names = "--products",
      defaultValue = "AUTO",
      paramLabel = "TYPE",
      description = {
        "What float32 models multiply in at every point: float32, bfloat16, or auto.",
        "auto measures which is faster here, once. Default: auto."
      })
  MatmulPrecision products = MatmulPrecision.AUTO;

  @Option(names = "--json", description = "Prints JSON as the last line.")
  boolean json;

  @Override
  public void run() {
    if (batch < 1 || length < 2 || runs < 1 || !(cap > 0) || warmUp < 0) {
      throw new BadInput(
          "options --batch and --runs must be at least 1, --length at least 2, --cap above 0 and"
              + " --warm-up at least 0");
    }
    products = products.settled();
    Path page = out.resolve("scaling.html");
    ObjectNode report = header();
    ArrayNode points = report.putArray("points");
    System.out.println(HEADING);
    Scaling.@Nullable Point before = null;
    double seconds = Double.NaN; // of the point before, where it was measured or estimated
    for (Scaling.Point point : new Scaling(new Scaling.Centre(shape, batch, length)).points()) {
      double estimated =
          before != null && before.factor() == point.factor() && before.what() == point.what()
              ? point.estimated(before, seconds)
              : Double.NaN;
      ObjectNode row = measure(point, estimated);
      seconds = row.path("seconds").asDouble(estimated);
      before = point;
      points.add(row);
      System.out.println(line(point, row));
      SafeFiles.replace(out.resolve("scaling.json"), Json.pretty(report));
      Page.write(page, BenchScalingCommand.class, "scaling.html", report);
    }
    System.out.println(page);
    if (json) {
      System.out.println(Json.line(report));
    }
  }

  private ObjectNode header() {
    ObjectNode report = Json.MAPPER.createObjectNode().put("bench", "scaling");
    ObjectNode centre = report.putObject("centre");
    centre.put("shape", shape.name().toLowerCase(Locale.ROOT));
    centre.put("batch", batch).put("length", length);
    report
        .put("dtype", dtype)
        .put("products", word(products))
        .put("cap_seconds", cap)
        .put("runs_at_most", runs);
    report.put("warm_up_seconds", warmUp);
    report.put("processors", Runtime.getRuntime().availableProcessors());
    return report;
  }

  /// Measures a point, or says why not.
  ///
  /// @param estimated the seconds that a run may take; not a number where that is not known
  private ObjectNode measure(Scaling.Point point, double estimated) {
    ObjectNode row = Json.MAPPER.createObjectNode();
    row.put("what", point.what().name().toLowerCase(Locale.ROOT));
    row.put("factor", point.factor().name().toLowerCase(Locale.ROOT));
    row.put("shape", point.shape().name().toLowerCase(Locale.ROOT)).put("weights", point.weights());
    row.put("batch", point.batch()).put("length", point.length()).put("value", point.value());
    row.put("command", "./tesuji " + String.join(" ", types(point)));
    if (2 * estimated > cap) {
      row.put(
          "skipped",
          String.format(
              Locale.ROOT,
              "going by the point before, a warm-up and a run take about %.1f s, more than --cap %s",
              2 * estimated,
              cap));
      return row;
    }
    return ChildProcess.measure(arguments(point), cap, row, point.tokens());
  }

  private static String word(MatmulPrecision products) {
    return products.name().toLowerCase(Locale.ROOT);
  }

  private List<String> types(Scaling.Point point) {
    List<String> all = new ArrayList<>(point.command());
    all.addAll(List.of("--dtype", dtype, "--products", word(products)));
    return all;
  }

  private List<String> arguments(Scaling.Point point) {
    List<String> all = types(point);
    all.addAll(List.of("--runs", Integer.toString(runs)));
    all.addAll(List.of("--warm-up", Double.toString(warmUp), "--cap", Double.toString(cap)));
    all.add("--json");
    return all;
  }

  private static final String HEADING =
      String.format(
          "%-9s %-7s %11s %10s %6s %14s %11s %11s",
          "what", "factor", "value", "seconds", "runs", "us per token", "resident", "planned");

  private static String line(Scaling.Point p, JsonNode row) {
    String start =
        String.format(
            Locale.ROOT,
            "%-9s %-7s %,11d",
            p.what().name().toLowerCase(Locale.ROOT),
            p.factor().name().toLowerCase(Locale.ROOT),
            p.value());
    if (row.has("skipped")) {
      return start + "  skipped: " + row.path("skipped").asString();
    }
    return start
        + String.format(
            Locale.ROOT,
            " %10.4f %6d %14.2f %8.2f GB %8.2f GB",
            row.path("seconds").asDouble(),
            row.path("runs").size(),
            1e6 * row.path("seconds_per_token").asDouble(),
            row.path("resident_bytes").asDouble() / 1e9,
            row.path("planned_bytes").asDouble() / 1e9);
  }
}
