package dev.tesuji.recipe;

import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Memory;
import dev.tesuji.train.MemoryPlan;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What the stages of a run would do and take, as tables for people.
final class RunOutline {
  private static final List<Integer> GPU_GIGABYTES = List.of(24, 48, 80, 141);

  private final Recipe recipe;
  private final Map<String, MemoryPlan> plans = new LinkedHashMap<>();

  RunOutline(Recipe recipe) {
    this.recipe = recipe;
  }

  /// Adds what a stage takes in memory.
  void add(Stage stage, MemoryPlan plan) {
    plans.put(stage.name(), plan);
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
      Stage s = recipe.stages().get(i);
      rows.add(
          List.of(
              s.name(),
              Binder.name(s.getClass()),
              recipe.source(i).map(Stage::name).orElseGet(() -> start(s)),
              steps(s),
              data(s),
              generated(s)));
    }
    return rows;
  }

  /// Returns what a stage starts from that no stage has made.
  private static String start(Stage stage) {
    Path model = stage.course().model();
    return model == null ? Course.BASE : fileName(model);
  }

  private static String steps(Stage stage) {
    return switch (stage) {
      case Stage.Sft s when s.epochs() != null -> s.epochs() + " epochs";
      case Stage.Rejection s -> {
        Integer count = s.prompts().count();
        yield count == null ? "" : whole(Math.ceilDiv(count, s.promptsPerStep()));
      }
      case Stage s -> whole(s.steps());
    };
  }

  private String data(Stage stage) {
    List<String> files = new ArrayList<>();
    if (stage instanceof Stage.Sft sft) {
      sft.data().stream()
          .filter(d -> d.path() == null)
          .forEach(d -> files.add(d.stage() == null ? d.label() : "stage " + d.stage()));
    }
    DataSource.of(stage, recipe).forEach(d -> files.add(fileName(d.path())));
    if (!files.isEmpty()) {
      return String.join(", ", files);
    }
    Path problems = recipe.data();
    String task = Binder.name(recipe.task().getClass());
    if (problems == null || !posesProblems(stage)) {
      return task;
    }
    return task + ": " + fileName(problems);
  }

  private static boolean posesProblems(Stage stage) {
    return stage instanceof Stage.Rl
        || stage instanceof Stage.Gkd
        || stage instanceof Stage.Rejection;
  }

  private static String fileName(Path path) {
    return String.valueOf(path.getFileName());
  }

  private static String generated(Stage stage) {
    return switch (stage) {
      case Stage.Rl s ->
          generated(
              (long) s.steps() * s.samplingRounds() * s.promptsPerStep() * s.groupSize(),
              s.maxNewTokens());
      case Stage.Gkd s ->
          generated(
              Math.round(s.steps() * s.batchSize() * (s.gkd().seqKd() ? 1 : s.gkd().lambda())),
              s.gkd().maxNewTokens());
      case Stage.Rejection s -> {
        Integer count = s.prompts().count();
        yield count == null
            ? whole(s.samplesPerPrompt()) + " completions of each prompt"
            : generated((long) count * s.samplesPerPrompt(), s.maxNewTokens());
      }
      case Stage.Pretrain _, Stage.Sft _, Stage.Dpo _, Stage.Kto _, Stage.RewardModel _ -> "";
    };
  }

  private static String generated(long completions, long tokens) {
    return whole(completions) + " completions, " + millions(completions * tokens) + " M tokens";
  }

  private static String whole(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  private static String millions(long n) {
    return String.format(Locale.ROOT, n < 10_000_000 ? "%,.1f" : "%,.0f", n / 1e6);
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
