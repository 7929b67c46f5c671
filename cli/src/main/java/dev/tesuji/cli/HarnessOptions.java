package dev.tesuji.cli;

import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.check.BadInput;
import dev.tesuji.env.PromptTemplate;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.harness.HarnessRun;
import dev.tesuji.harness.HarnessTask;
import dev.tesuji.harness.HarnessTasks;
import dev.tesuji.json.Json;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/// The options of the tasks of lm-evaluation-harness.
final class HarnessOptions {
  @Option(
      names = "--few-shot-data",
      paramLabel = "FILE",
      description =
          "The worked examples that harness/gsm8k shows. Default: the train split beside --data,"
              + " where that is a data set's folder.")
  @Nullable Path shots;

  @Option(
      names = "--few-shots",
      paramLabel = "N",
      description = "How many examples harness/gsm8k shows. Default: 5.")
  @Nullable Integer fewShots;

  @Option(
      names = "--items",
      paramLabel = "FILE",
      description = "Where a line for each item of a harness task is written. Default: nowhere.")
  @Nullable Path items;

  /// Refuses these options with another task.
  void refuse() {
    if (shots != null || fewShots != null || items != null) {
      throw new BadInput(
          "options --few-shot-data, --few-shots and --items go with the tasks of the harness");
    }
  }

  /// Puts a task to a model and prints what was found.
  void run(HarnessTasks which, ModelOptions model, TaskOptions posed) {
    if (posed.data == null) {
      throw new BadInput("task " + which + " needs --data, the file or folder with its items");
    }
    if (fewShots != null && fewShots < 0) {
      throw new BadInput("option --few-shots must be at least 0, got " + fewShots);
    }
    HarnessTask task =
        which.read(new HarnessTasks.Data(posed.data, shots, fewShots), posed.problems);
    try (LoadedModel loaded = model.load()) {
      HarnessRun.Result found = new HarnessRun(loaded, template(task, posed, loaded)).of(task);
      ObjectNode summary = found.toJson();
      found
          .measures()
          .keySet()
          .forEach(name ->
              System.out.printf(
                  Locale.ROOT,
                  "%-30s %.4f  +- %.4f%n",
                  name,
                  summary.path(name).asDouble(),
                  summary.path(name + "_stderr").asDouble()));
      if (items != null) {
        SafeFiles.replace(
            items,
            found.items().stream().map(i -> Json.line(i) + "\n").collect(Collectors.joining()));
      }
      System.out.println(Json.line(summary));
    }
  }

  private static @Nullable ChatTemplate template(
      HarnessTask task, TaskOptions posed, LoadedModel loaded) {
    if (posed.template == null || posed.template.equals("plain")) {
      return null;
    }
    if (!posed.template.equals(PromptTemplate.CHAT) || task instanceof HarnessTask.Choosing) {
      throw new BadInput(
          "option --template must be plain"
              + (task instanceof HarnessTask.Writing ? " or chat" : "")
              + " with task "
              + task.name()
              + ", got '"
              + posed.template
              + "'");
    }
    ChatTemplate own = loaded.parts().chatTemplate();
    return own == null ? ChatTemplate.read(loaded.directory()) : own;
  }
}
