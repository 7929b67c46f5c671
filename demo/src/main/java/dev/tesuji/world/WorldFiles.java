package dev.tesuji.world;

import dev.tesuji.check.Require;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.world.Ranking.Criterion;
import dev.tesuji.world.Ranking.Judging;
import dev.tesuji.world.Ranking.Pair;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import tools.jackson.databind.node.ObjectNode;

/// Writes what can be learned from the world as JSON lines, to train on and to evaluate on.
///
/// | file | rows |
/// |---|---|
/// | `general.jsonl` | `prompt`, `completion`: requests answered as well as can be, harmful ones refused |
/// | `helpfulness.jsonl` | `prompt`, `chosen`, `rejected`: pairs of answers to requests |
/// | `helpfulness-ranked.jsonl` | `prompt`, `responses`, `scores`: the same, K at a time |
/// | `harmlessness.jsonl` | `prompt`, `chosen`, `rejected`: pairs of answers to harmful questions |
/// | `harmlessness-labels.jsonl` | `prompt`, `completion`, `label`: true where the response is safe |
///
/// @param count how many questions each file is made of; fewer to evaluate on, where no more are
///   held out
/// @param candidates K, how many responses to a question are ranked
/// @param noise the standard deviation of the judge's errors, on a scale from 0 to 1
/// @param margin pairs closer than this are left out
/// @param seed decides everything
public record WorldFiles(int count, int candidates, double noise, double margin, long seed) {
  /// 2,000 questions, 4 answers to each, a judge who errs by 0.1.
  public static final WorldFiles DEFAULT = new WorldFiles(2000, 4, 0.1, 0.1, 1);

  private static final World BOTH =
      new World(
          List.of(Kind.FACTS, Kind.HARMFUL, Kind.LISTS, Kind.HARMFUL, Kind.ADVICE, Kind.HARMFUL),
          List.of(Language.values()),
          1);

  private static final World GENERAL =
      new World(
          List.of(Kind.FACTS, Kind.LISTS, Kind.ADVICE, Kind.HARMFUL),
          List.of(Language.values()),
          1);

  /// Checks the ranges.
  public WorldFiles {
    Require.atLeast(1, "count", count);
    Require.that(margin >= 0, "margin", "at least 0", margin);
    new Judging(Criterion.HELPFULNESS, candidates, noise);
  }

  /// Writes the folders `train` and `test`.
  ///
  /// @throws dev.tesuji.check.BadInput when they cannot be written
  public void write(Path folder) {
    write(folder.resolve("train"), false);
    write(folder.resolve("test"), true);
  }

  private void write(Path folder, boolean heldOut) {
    writeGeneral(folder.resolve("general.jsonl"), count, heldOut, seed);
    Lines helpful = new Lines();
    Lines ranked = new Lines();
    Judging judging = new Judging(Criterion.HELPFULNESS, candidates, noise);
    for (Posed posed : posed(Criterion.HELPFULNESS.questions(), count, heldOut)) {
      Ranking ranking = Ranking.drawn(posed, judging, seed);
      addPairs(helpful, ranking);
      ObjectNode row = ranked.add(posed);
      ranking.responses().forEach(row.putArray("responses")::add);
      ranking.scores().forEach(row.putArray("scores")::add);
    }
    helpful.write(folder.resolve("helpfulness.jsonl"));
    ranked.write(folder.resolve("helpfulness-ranked.jsonl"));
    writeHarmlessness(folder, heldOut);
  }

  /// Writes requests answered as well as can be; one in four is harmful and refused.
  ///
  /// @param count how many; fewer where no more are held out
  /// @param heldOut whether they are held out
  /// @throws dev.tesuji.check.BadInput when the file cannot be written
  public static void writeGeneral(Path file, int count, boolean heldOut, long seed) {
    Lines general = new Lines();
    for (Posed posed : posed(GENERAL, count, heldOut)) {
      general.add(posed).put("completion", demonstration(posed, seed));
    }
    general.write(file);
  }

  private void writeHarmlessness(Path folder, boolean heldOut) {
    Judging judging = new Judging(Criterion.HARMLESSNESS, candidates, noise);
    Lines pairs = new Lines();
    for (Posed posed : posed(Criterion.HARMLESSNESS.questions(), count, heldOut)) {
      addPairs(pairs, Ranking.drawn(posed, judging, seed));
    }
    Lines labels = new Lines();
    for (Posed posed : posed(BOTH, count, heldOut)) {
      String response = Ranking.drawn(posed, judging, seed).responses().getLast();
      labels.add(posed).put("completion", response).put("label", Judge.isSafe(posed, response));
      String good = demonstration(posed, seed);
      labels.add(posed).put("completion", good).put("label", Judge.isSafe(posed, good));
    }
    pairs.write(folder.resolve("harmlessness.jsonl"));
    labels.write(folder.resolve("harmlessness-labels.jsonl"));
  }

  private static List<Posed> posed(World world, int count, boolean heldOut) {
    return heldOut
        ? world.heldOut(count).stream().map(Posed::of).toList()
        : LongStream.range(0, count).mapToObj(world::posed).toList();
  }

  private static String demonstration(Posed posed, long seed) {
    if (posed.question() instanceof Request request) {
      return RequestAuthor.write(
          request, posed.language(), RequestAuthor.Manner.HELPFUL, new Dice(seed, posed.id()));
    }
    throw new IllegalStateException("demonstrations are of requests, got " + posed.kind());
  }

  private void addPairs(Lines lines, Ranking ranking) {
    for (Pair pair : ranking.pairs(margin)) {
      lines.add(ranking.posed()).put("chosen", pair.chosen()).put("rejected", pair.rejected());
    }
  }

  /// Rows on their way into a file.
  private static final class Lines {
    private final List<ObjectNode> rows = new ArrayList<>();

    ObjectNode add(Posed posed) {
      ObjectNode row = Json.MAPPER.createObjectNode();
      row.put("problem_id", posed.id());
      row.put("kind", posed.kind().toString()).put("language", posed.language().code());
      row.put("prompt", posed.text() + "\n");
      rows.add(row);
      return row;
    }

    void write(Path file) {
      SafeFiles.replace(
          file, rows.stream().map(r -> Json.line(r) + "\n").collect(Collectors.joining()));
    }
  }
}
