package dev.tesuji.recipe;

import dev.tesuji.check.BadInput;
import dev.tesuji.check.Require;
import dev.tesuji.env.Task;
import dev.tesuji.env.TaskMixture;
import dev.tesuji.yaml.Default;
import dev.tesuji.yaml.Kinds;
import dev.tesuji.yaml.Named;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Several tasks in shares: `task: {mixture: {tasks: [{weight: 2, task: chainSums}, ...]}}`.
///
/// Each keeps its prompt, its grader and its held-out problems; metrics and evaluations tell of
/// each and of all together.
///
/// @param tasks the tasks
@Named("mixture")
public record TaskMixtureConfig(List<Entry> tasks) implements TaskConfig {
  /// A task of a mixture.
  ///
  /// @param name tells it from the others, in metrics too; absent for the name of its kind
  /// @param weight how many problems come from it, in proportion to the weights of the others
  /// @param task the task
  /// @param data the file with its problems, where it reads one; absent for the recipe's
  public record Entry(
      @Nullable String name, @Default("1") double weight, TaskConfig task, @Nullable Path data) {
    /// Checks name and range.
    public Entry {
      Require.that(
          name == null || name.matches("[A-Za-z0-9._-]{1,64}"),
          "name",
          "1 to 64 letters, digits, '.', '_' or '-'",
          name == null ? "" : name);
      Require.that(weight > 0 && Double.isFinite(weight), "weight", "above 0", weight);
    }

    /// Returns the name that metrics show.
    public String label() {
      return name == null ? Kinds.name(task.getClass()) : name;
    }
  }

  /// Copies the list.
  public TaskMixtureConfig {
    tasks = List.copyOf(tasks);
    Require.that(!tasks.isEmpty(), "tasks", "at least one task", "none");
    Set<String> names = new HashSet<>();
    for (Entry entry : tasks) {
      Require.that(
          names.add(entry.label()),
          "tasks",
          "tasks of different names (give one a 'name')",
          "'" + entry.label() + "' twice");
    }
  }

  @Override
  public Task open(@Nullable Path data) {
    return open(data, null);
  }

  @Override
  public Task open(@Nullable Path data, @Nullable Path model) {
    return opened(data, (task, file) -> task.open(file, model));
  }

  @Override
  public Task openServed(@Nullable Path data) {
    return opened(data, TaskConfig::openServed);
  }

  /// Opens one of the tasks.
  private interface Opening {
    Task open(TaskConfig task, @Nullable Path data);
  }

  private Task opened(@Nullable Path data, Opening opening) {
    try {
      List<TaskMixture.Part> parts = new ArrayList<>();
      for (Entry entry : tasks) {
        Task task = opening.open(entry.task(), entry.data() == null ? data : entry.data());
        parts.add(new TaskMixture.Part(entry.label(), entry.weight(), task));
      }
      return new TaskMixture(parts);
    } catch (IllegalArgumentException e) {
      throw new BadInput(String.valueOf(e.getMessage()), e);
    }
  }
}
