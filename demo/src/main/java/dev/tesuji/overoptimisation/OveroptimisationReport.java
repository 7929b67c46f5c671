package dev.tesuji.overoptimisation;

import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.overoptimisation.GoldTrack.Point;
import dev.tesuji.overoptimisation.ScalingCurve.Way;
import dev.tesuji.report.Page;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Shows how proxies fared: `overoptimisation.json`, and `overoptimisation.html` with gold and
/// proxy rewards against the distance from the start, and the curves fitted to gold.
public final class OveroptimisationReport {
  private static final int DRAWN = 60; // points of a fitted curve

  private final List<GoldTrack> tracks;

  private OveroptimisationReport(List<GoldTrack> tracks) {
    this.tracks = tracks;
  }

  /// Reads what runs have left so far.
  ///
  /// @param runs the run directories by the names to show
  public static OveroptimisationReport read(Map<String, Path> runs) {
    return new OveroptimisationReport(
        runs.entrySet().stream()
            .flatMap(e -> GoldTrack.read(e.getKey(), e.getValue()).stream())
            .toList());
  }

  /// Returns whether any run measured a gold reward against its proxy.
  public boolean hasAny() {
    return !tracks.isEmpty();
  }

  /// Writes both files.
  public void write(String name, Path folder) {
    ObjectNode json = Json.MAPPER.createObjectNode().put("name", name);
    ArrayNode all = json.putArray("proxies");
    tracks.forEach(t -> all.add(toJson(t)));
    SafeFiles.replace(folder.resolve("overoptimisation.json"), Json.pretty(json));
    Page.write(
        folder.resolve("overoptimisation.html"),
        OveroptimisationReport.class,
        "overoptimisation.html",
        json);
  }

  private static ObjectNode toJson(GoldTrack t) {
    ObjectNode json = Json.MAPPER.createObjectNode().put("name", t.name());
    t.proxy().comparisons().ifPresent(c -> json.put("comparisons", c));
    t.proxy().accuracy().ifPresent(a -> json.put("proxy_accuracy", a));
    for (Way way : Way.values()) {
      ObjectNode part = json.putObject(way.name().toLowerCase(Locale.ROOT));
      ArrayNode points = part.putArray("points");
      for (Point p : t.points(way)) {
        points
            .addObject()
            .put("at", p.at())
            .put("d", p.distance())
            .put("gold", p.gold())
            .put("proxy", p.proxy());
      }
      t.peak(way).ifPresent(p -> part.put("peak_at", p.at()).put("peak_gold", p.gold()));
      t.curve(way).ifPresent(c -> put(part, c, t.points(way)));
    }
    t.fall()
        .ifPresent(f ->
            json.putObject("guardian")
                .put("step", f.step())
                .put("best_step", f.best())
                .put("halted", t.halted()));
    return json;
  }

  private static void put(ObjectNode part, ScalingCurve curve, List<Point> points) {
    part.put("alpha", curve.alpha()).put("beta", curve.beta());
    curve.peak().ifPresent(d -> part.put("peak_d", d));
    double far = points.stream().mapToDouble(Point::distance).max().orElse(0);
    ArrayNode line = part.putArray("curve");
    for (int i = 0; i <= DRAWN; i++) {
      double d = far * i / DRAWN;
      line.addObject().put("d", d).put("gold", curve.at(d));
    }
  }

  /// Returns the table as text.
  public String table() {
    int width = tracks.stream().mapToInt(t -> t.name().length()).max().orElse(0);
    String name = "%-" + Math.max(5, width) + "s";
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            name + "  %11s  %8s  %15s  %15s  %16s  %16s  %s%n",
            "proxy",
            "comparisons",
            "accuracy",
            "best-of-n α, β",
            "RL α, β",
            "gold peak (step)",
            "gold end (step)",
            "guardian"));
    for (GoldTrack t : tracks) {
      text.append(
          String.format(
              Locale.ROOT,
              name + "  %11s  %8s  %15s  %15s  %16s  %16s  %s%n",
              t.name(),
              t.proxy().comparisons().map(String::valueOf).orElse("-"),
              t.proxy().accuracy().map(a -> String.format(Locale.ROOT, "%.3f", a)).orElse("-"),
              fitted(t.curve(Way.BEST_OF_N)),
              fitted(t.curve(Way.REINFORCEMENT)),
              t.peak(Way.REINFORCEMENT).map(OveroptimisationReport::gold).orElse("-"),
              gold(t.steps().getLast()),
              guardian(t)));
    }
    return text.toString();
  }

  private static String fitted(Optional<ScalingCurve> curve) {
    return curve
        .map(c -> String.format(Locale.ROOT, "%.3f, %.3f", c.alpha(), c.beta()))
        .orElse("-");
  }

  private static String gold(Point p) {
    return String.format(Locale.ROOT, "%+.3f (%d)", p.gold(), p.at());
  }

  private static String guardian(GoldTrack t) {
    return t.fall()
        .map(f ->
            (t.halted() ? "halted at step " : "warned at step ")
                + f.step()
                + (t.halted() ? ", back to step " : ", best step ")
                + f.best())
        .orElse("saw no fall");
  }
}
