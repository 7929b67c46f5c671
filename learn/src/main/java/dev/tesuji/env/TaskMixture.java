package dev.tesuji.env;

import dev.tesuji.answer.Verdict;
import dev.tesuji.check.Require;
import dev.tesuji.text.CompletionText;
import dev.tesuji.text.Tokenizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// Several tasks as one: each keeps its prompts, its grader and its held-out problems.
///
/// A problem names the task that it belongs to ([Problem#task]), and what is asked about it goes to
/// that task. As a task by itself, without weights, the mixture has the problems of all in turn, a
/// task that has no more left out; sources that know mixtures keep to the weights
/// (`dev.tesuji.curriculum`).
///
/// @param parts the tasks
public record TaskMixture(List<Part> parts) implements Task {
  /// A task of a mixture.
  ///
  /// @param name tells it from the others, in metrics too
  /// @param weight how many problems come from it, in proportion to the weights of the others
  /// @param task the task
  public record Part(String name, double weight, Task task) {
    /// Checks the range.
    public Part {
      Require.that(weight > 0 && Double.isFinite(weight), "weight", "above 0", weight);
    }

    /// Returns a problem of the mixture as the task itself has it.
    private Problem own(Problem problem) {
      return problem.ofTask(null);
    }
  }

  /// Checks that names differ and that the tasks go together.
  ///
  /// @throws IllegalArgumentException saying what does not
  public TaskMixture {
    parts = List.copyOf(parts);
    Require.that(!parts.isEmpty(), "tasks", "at least one task", "none");
    Set<String> names = new HashSet<>();
    for (Part part : parts) {
      if (!names.add(part.name())) {
        throw new IllegalArgumentException(
            "tasks must have different names, got '" + part.name() + "' twice (give one a 'name')");
      }
      if (part.task() instanceof TaskMixture) {
        throw new IllegalArgumentException(
            "task '" + part.name() + "' must not be a mixture itself; list its tasks here");
      }
      if (!part.task().turnEnds().equals(parts.getFirst().task().turnEnds())) {
        throw new IllegalArgumentException(
            "tasks must end their turns alike, got "
                + parts.getFirst().task().turnEnds()
                + " of '"
                + parts.getFirst().name()
                + "' and "
                + part.task().turnEnds()
                + " of '"
                + part.name()
                + "'");
      }
    }
  }

  /// Returns the tasks of a mixture, or a task alone, under its own name.
  public static List<Part> parts(Task task) {
    return task instanceof TaskMixture mixture
        ? mixture.parts()
        : List.of(new Part(task.name(), 1, task));
  }

  private Part of(Problem problem) {
    return parts.stream()
        .filter(p -> p.name().equals(problem.task()))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "a problem of a mixture must name one of its tasks, got " + problem));
  }

  @Override
  public String name() {
    return "mixture";
  }

  @Override
  public long size() {
    long sum = 0;
    for (Part part : parts) {
      if (part.task().size() == Long.MAX_VALUE) {
        return Long.MAX_VALUE;
      }
      sum += part.task().size();
    }
    return sum;
  }

  @Override
  public Problem problem(long index) {
    List<Part> left = new ArrayList<>(parts);
    long before = 0; // problems of each of those left that come before
    long rest = index;
    while (true) {
      long until = left.stream().mapToLong(p -> p.task().size()).min().orElseThrow();
      int tasks = left.size();
      if (until == Long.MAX_VALUE || rest < (until - before) * tasks) {
        Part part = left.get((int) (rest % tasks));
        return part.task().problem(before + rest / tasks).ofTask(part.name());
      }
      rest -= (until - before) * tasks;
      before = until;
      left.removeIf(p -> p.task().size() == until);
      Objects.checkIndex(0, left.size());
    }
  }

  @Override
  public List<Problem> heldOut(int count) {
    int each = Math.ceilDiv(count, parts.size());
    List<List<Problem>> byTask = parts.stream().map(p -> p.task().heldOut(each)).toList();
    int most = byTask.stream().mapToInt(List::size).max().orElseThrow();
    List<Problem> all = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      for (int k = 0; k < parts.size(); k++) {
        if (i < byTask.get(k).size() && all.size() < count) {
          all.add(byTask.get(k).get(i).ofTask(parts.get(k).name()));
        }
      }
    }
    return all;
  }

  @Override
  public String prompt(Problem problem) {
    Part part = of(problem);
    return part.task().prompt(part.own(problem));
  }

  @Override
  public List<ObjectNode> messages(Problem problem) {
    Part part = of(problem);
    return part.task().messages(part.own(problem));
  }

  @Override
  public int[] promptTokens(Problem problem, Tokenizer tokenizer) {
    Part part = of(problem);
    return part.task().promptTokens(part.own(problem), tokenizer);
  }

  @Override
  public String response(Problem problem, String completion) {
    Part part = of(problem);
    return part.task().response(part.own(problem), completion);
  }

  @Override
  public Episode reset(Problem problem, CompletionText text) {
    Part part = of(problem);
    return part.task().reset(part.own(problem), text);
  }

  @Override
  public int turns() {
    return parts.stream().mapToInt(p -> p.task().turns()).max().orElseThrow();
  }

  @Override
  public List<String> turnEnds() {
    return parts.getFirst().task().turnEnds();
  }

  @Override
  public String extract(Problem problem, String response) {
    Part part = of(problem);
    return part.task().extract(part.own(problem), response);
  }

  @Override
  public String extract(String response) {
    throw new UnsupportedOperationException("which task's answer it is follows from the problem");
  }

  @Override
  public boolean same(Problem problem, String answer, String other) {
    Part part = of(problem);
    return part.task().same(part.own(problem), answer, other);
  }

  @Override
  public Verdict grade(Problem problem, String response) {
    Part part = of(problem);
    return part.task().grade(part.own(problem), response);
  }

  @Override
  public Map<String, Double> measures(Problem problem, String response) {
    Part part = of(problem);
    return part.task().measures(part.own(problem), response);
  }

  @Override
  public String goldResponse(Problem problem) {
    Part part = of(problem);
    return part.task().goldResponse(part.own(problem));
  }
}
