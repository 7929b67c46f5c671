package dev.tesuji.curriculum;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.rollout.Group;
import dev.tesuji.rollout.PosedProblem;
import dev.tesuji.rollout.ProblemSource;
import dev.tesuji.rollout.RolloutSampler;
import dev.tesuji.rollout.RolloutSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The pass rates of the first problems of a stream, as the model that a stage started from had
/// them.
///
/// @param problems by their positions in the stream
public record PassRates(List<Measured> problems) {
  /// A problem that was measured.
  ///
  /// @param position where the stream has it
  /// @param id the problem's
  /// @param judged how many completions could be judged
  /// @param correct how many of them were right
  public record Measured(long position, long id, int judged, int correct) {
    /// Returns the share of right ones; NaN where none could be judged.
    public double passRate() {
      return correct / (double) judged;
    }
  }

  /// Copies the list.
  public PassRates {
    problems = List.copyOf(problems);
  }

  /// The way in which problems are measured.
  ///
  /// @param count how many
  /// @param atOnce how many at a time; between two times what was found is saved
  /// @param settings how completions are drawn
  public record Plan(int count, int atOnce, RolloutSettings settings) {
    /// Returns what decides the outcome, to tell a file of another measurement.
    private String text() {
      return this.toString();
    }
  }

  /// Measures problems, or reads what was measured before, and goes on where that ends.
  ///
  /// @param sampler grades by right answers
  /// @param file keeps what is found, a JSON line per problem; a file of another plan is replaced
  /// @param progress takes how many are measured, and of how many
  public static PassRates measure(
      ProblemSource stream,
      RolloutSampler sampler,
      Plan plan,
      Path file,
      BiConsumer<Integer, Integer> progress) {
    List<String> lines = new ArrayList<>(linesOf(file, plan));
    List<Measured> measured = new ArrayList<>();
    lines.subList(1, lines.size()).forEach(line -> measured.add(read(line)));
    while (measured.size() < plan.count()) {
      int from = measured.size();
      int to = Math.min(plan.count(), from + plan.atOnce());
      List<PosedProblem> posed = IntStream.range(from, to).mapToObj(stream::at).toList();
      for (Group group : sampler.sample(posed, plan.settings())) {
        Measured found = of(group);
        measured.add(found);
        lines.add(line(group, found));
      }
      SafeFiles.replace(file, String.join("\n", lines) + "\n");
      progress.accept(to, plan.count());
    }
    return new PassRates(measured);
  }

  /// Returns the lines of a measurement that was begun: its plan, and what was found in whole parts
  /// of it.
  private static List<String> linesOf(Path file, Plan plan) {
    String head = Json.line(Json.MAPPER.createObjectNode().put("plan", plan.text()));
    try {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      return lines.isEmpty() || !lines.getFirst().equals(head) ? List.of(head) : lines;
    } catch (IOException e) {
      throw new BadInput(file + ": could not be read: " + e.getMessage(), e);
    }
  }

  private static Measured of(Group group) {
    long judged = group.graded().stream().filter(g -> g.verdict().isConclusive()).count();
    return new Measured(
        group.posed().id(), group.problem().id(), (int) judged, (int) group.correct());
  }

  private static String line(Group group, Measured found) {
    ObjectNode line = Json.MAPPER.createObjectNode();
    line.put("position", found.position());
    line.put("problem_id", found.id());
    line.put("source", group.problem().source());
    line.put("prompt", group.problem().text());
    line.put("samples", found.judged()).put("correct", found.correct());
    if (found.judged() > 0) {
      line.put("pass_rate", found.passRate());
    }
    return Json.line(line);
  }

  private static Measured read(String line) {
    JsonNode json = Json.MAPPER.readTree(line);
    return new Measured(
        json.path("position").asLong(),
        json.path("problem_id").asLong(),
        json.path("samples").asInt(),
        json.path("correct").asInt());
  }

  /// Returns those that a filter keeps.
  public List<Measured> kept(PassRateFilter filter) {
    return problems.stream().filter(m -> m.judged() > 0 && filter.keeps(m.passRate())).toList();
  }

  /// Says what was found.
  public String summary(PassRateFilter filter) {
    long never = problems.stream().filter(m -> m.judged() > 0 && m.correct() == 0).count();
    long always =
        problems.stream().filter(m -> m.judged() > 0 && m.correct() == m.judged()).count();
    return "of "
        + problems.size()
        + " problems "
        + never
        + " are never solved and "
        + always
        + " always; "
        + kept(filter).size()
        + " have pass rates from "
        + filter.minPassRate()
        + " to "
        + filter.maxPassRate()
        + " and are posed";
  }
}
