package dev.tesuji.audit;

import dev.tesuji.audit.Battery.Probe;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.reward.Graded;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.RewardFailure;
import dev.tesuji.reward.RewardMix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.LongStream;

/// A table of what a reward pays for responses of known worth.
///
/// @param problems how many problems the responses were to; none where the task knows no right
///   response to the first of them
/// @param rows one per kind of response, the right one first, then the wrong one; none for no
///   problems
public record RewardAudit(int problems, List<Row> rows) {
  /// What there is to say where [#problems] is 0.
  public static final String NOT_AUDITED =
      "its rewards are not audited, since the task knows no right responses";

  private static final int PROBLEMS = 16;

  /// The pay of one kind of response.
  ///
  /// @param name the kind
  /// @param reward the mean over the problems where it could be judged; NaN where it never could
  /// @param parts the means of the parts over the same problems, by name
  /// @param correct the share that graded as correct
  /// @param trouble what went wrong in judging it, of one response; empty where nothing did
  public record Row(
      String name, double reward, Map<String, Double> parts, double correct, String trouble) {}

  /// Puts the battery through a reward.
  ///
  /// @param encoder turns a text into token ids
  /// @throws RewardFailure when the reward pays what is no number, or is not to be had
  public static RewardAudit of(Task task, RewardMix rewards, Function<String, int[]> encoder) {
    List<Problem> problems =
        LongStream.range(0, Math.min(PROBLEMS, task.size()))
            .mapToObj(task::problem)
            .filter(p -> !task.goldResponse(p).isEmpty())
            .toList();
    Battery battery = new Battery(task, problems, encoder);
    Map<String, List<Grader.Job>> pending = new LinkedHashMap<>();
    List<Row> rows = new ArrayList<>();
    try (Grader grader = new Grader(rewards)) {
      for (Problem problem : problems) {
        for (Probe probe : battery.of(problem)) {
          pending
              .computeIfAbsent(probe.name(), _ -> new ArrayList<>())
              .add(grader.submit(probe.response()));
        }
      }
      pending.forEach(
          (name, all) -> rows.add(row(name, all.stream().map(Grader.Job::await).toList())));
    }
    return new RewardAudit(problems.size(), rows);
  }

  private static Row row(String name, List<Graded> graded) {
    List<Graded> judged = graded.stream().filter(Graded::trainable).toList();
    Map<String, Double> parts = new LinkedHashMap<>();
    judged.forEach(g ->
        g.parts().forEach((part, paid) -> parts.merge(part, paid / judged.size(), Double::sum)));
    return new Row(
        name,
        judged.stream().mapToDouble(Graded::total).average().orElse(Double.NaN),
        parts,
        graded.stream().filter(g -> g.verdict().isCorrect()).count() / (double) graded.size(),
        graded.stream().map(Graded::trouble).filter(t -> !t.isEmpty()).findFirst().orElse(""));
  }

  /// Says what speaks against training on the reward, in sentences; nothing where nothing does.
  ///
  /// A right response must be paid more than a wrong one. What answers nothing must not be paid as
  /// much as half of that difference above the wrong one.
  public List<String> complaints() {
    if (rows.isEmpty()) {
      return List.of();
    }
    Row right = rows.get(0);
    Row wrong = rows.get(1);
    for (Row row : List.of(right, wrong)) {
      if (Double.isNaN(row.reward())) {
        return List.of(
            "the reward cannot judge a "
                + row.name()
                + " answer"
                + (row.trouble().isEmpty() ? "" : " (" + row.trouble() + ")"));
      }
    }
    double gain = right.reward() - wrong.reward();
    if (!(gain > 0)) {
      return List.of(
          String.format(
              Locale.ROOT,
              "the reward does not pay for right answers: a right one gets %.3f, a wrong one %.3f",
              right.reward(),
              wrong.reward()));
    }
    return rows.stream()
        .skip(2)
        .filter(r -> r.reward() >= wrong.reward() + gain / 2)
        .map(r ->
            String.format(
                Locale.ROOT,
                "the reward pays for nothing good: '%s' gets %.3f, a right answer %.3f, a wrong one"
                    + " %.3f",
                r.name(),
                r.reward(),
                right.reward(),
                wrong.reward()))
        .toList();
  }

  /// Returns the table, line by line.
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (rows.isEmpty()) {
      return lines;
    }
    List<String> parts = List.copyOf(rows.getFirst().parts().keySet());
    StringBuilder head =
        new StringBuilder(String.format("%-24s %9s %8s", "response", "reward", "right"));
    parts.forEach(p -> head.append(cell(p, p)));
    lines.add(head.toString());
    for (Row row : rows) {
      StringBuilder line =
          new StringBuilder(
              String.format(
                  Locale.ROOT,
                  "%-24s %9.3f %7.0f%%",
                  row.name(),
                  row.reward(),
                  100 * row.correct()));
      for (String part : parts) {
        double paid = row.parts().getOrDefault(part, Double.NaN);
        line.append(cell(part, String.format(Locale.ROOT, "%.3f", paid)));
      }
      lines.add(line + (row.trouble().isEmpty() ? "" : "  " + row.trouble()));
    }
    return lines;
  }

  /// Writes a value below the name of its part.
  private static String cell(String part, String value) {
    int width = 2 + Math.max(12, part.length());
    return String.format("%" + width + "s", value);
  }
}
