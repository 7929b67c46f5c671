package dev.tesuji.runner;

import dev.tesuji.recipe.CommonSettings;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.recipe.StageSettings;
import dev.tesuji.stage.Stage;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Memory;
import dev.tesuji.train.MemoryPlan;
import dev.tesuji.yaml.Kinds;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Tables of what the stages of a run would do and take in memory.
final class RunOutline {
  private static final List<Integer> GPU_GIGABYTES = List.of(24, 48, 80, 141);

  private final Recipe recipe;
  private final Preparation preparation;
  private final Map<String, MemoryPlan> plans;

  /// Prepares the tables.
  ///
  /// @param preparation has prepared the recipe
  RunOutline(Recipe recipe, Preparation preparation) {
    this.recipe = recipe;
    this.preparation = preparation;
    plans = preparation.plans();
  }

  /// Prints the stages, their memory where that is known, and what hardware that asks for.
  ///
  /// @param device where the stages would compute
  void print(PrintStream out, Device device) {
    table(stages()).forEach(out::println);
    out.println();
    if (!plans.isEmpty()) {
      table(memory()).forEach(out::println);
      out.println();
      out.println(hardware(device));
    }
  }

  private List<List<String>> stages() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("stage", "kind", "from", "steps", "data", "generated, at most"));
    for (int i = 0; i < recipe.stages().size(); i++) {
      StageSettings s = recipe.stages().get(i);
      Stage.Description described = preparation.stage(s).describe();
      rows.add(
          List.of(
              s.name(),
              Kinds.name(s.getClass()),
              recipe.source(i).map(StageSettings::name).orElseGet(() -> start(s)),
              described.steps(),
              described.data(),
              described.generated()));
    }
    return rows;
  }

  /// Returns what a stage starts from that no stage has made.
  private static String start(StageSettings stage) {
    Path model = stage.common().model();
    return model == null ? CommonSettings.BASE : String.valueOf(model.getFileName());
  }

  private List<List<String>> memory() {
    Set<String> held = new LinkedHashSet<>();
    Set<String> phases = new LinkedHashSet<>();
    for (MemoryPlan plan : plans.values()) {
      held.addAll(plan.held().keySet());
      phases.addAll(plan.phases().keySet());
    }
    List<List<String>> rows = new ArrayList<>();
    List<String> titles = new ArrayList<>(List.of("memory, GB"));
    titles.addAll(held);
    phases.forEach(p -> titles.add("(" + p + ")"));
    titles.add("at most");
    rows.add(titles);
    plans.forEach((stage, plan) -> {
      List<String> row = new ArrayList<>(List.of(stage));
      held.forEach(part -> row.add(gigabytes(plan.held().getOrDefault(part, 0L))));
      phases.forEach(part -> row.add(gigabytes(plan.phases().getOrDefault(part, 0L))));
      row.add(gigabytes(plan.total()));
      rows.add(row);
    });
    return rows;
  }

  private static String gigabytes(long bytes) {
    return bytes == 0
        ? ""
        : String.format(Locale.ROOT, bytes < 1e10 ? "%.2f" : "%,.0f", bytes / 1e9);
  }

  /// Says what hardware the largest stage needs.
  private String hardware(Device device) {
    Map.Entry<String, MemoryPlan> largest =
        plans.entrySet().stream()
            .max(Comparator.comparingLong(e -> e.getValue().total()))
            .orElseThrow();
    long total = largest.getValue().total();
    String most =
        "Stage '"
            + largest.getKey()
            + "' takes the most, "
            + gigabytes(total)
            + " GB: what is held and the largest of the phases in brackets. ";
    return most + (device.isCpu() ? host(total) : gpu(total));
  }

  private static String host(long total) {
    long available = Memory.available() + Memory.resident();
    return (total <= available
            ? "This machine has "
            : "It would be refused here: this machine has ")
        + gigabytes(available)
        + " GB available.";
  }

  private static String gpu(long total) {
    return GPU_GIGABYTES.stream()
        .filter(size -> total <= size * 1e9)
        .findFirst()
        .map(size -> "One GPU of " + size + " GB holds it.")
        .orElse(
            "No single GPU of up to "
                + GPU_GIGABYTES.getLast()
                + " GB holds it, and Tesuji trains on one: lower maxNewTokens, promptsPerStep,"
                + " groupSize, batchSize or tokensPerDevice, set compute.gradientCheckpointing or"
                + " lora, or take a smaller model.");
  }

  /// Lays rows out in columns; all but the first column of numbers stand to the right.
  private static List<String> table(List<List<String>> rows) {
    int columns = rows.getFirst().size();
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        int column = c;
        int width = rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0);
        boolean numbers =
            c > 0 && rows.stream().skip(1).allMatch(r -> r.get(column).matches("[\\d,.]*"));
        String padding = " ".repeat(width - row.get(c).length());
        line.append(numbers ? padding + row.get(c) : row.get(c) + padding).append("  ");
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}
