package dev.tesuji.cli;

import dev.tesuji.agreement.Ratings;
import dev.tesuji.agreement.Scale;
import dev.tesuji.check.BadInput;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.labels.Export;
import dev.tesuji.labels.Import;
import dev.tesuji.labels.Item;
import dev.tesuji.labels.ItemFiles;
import dev.tesuji.labels.Project;
import dev.tesuji.labels.ProjectAgreement;
import dev.tesuji.labels.ProjectSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Works on what people think of answers, without a server.
@Command(
    name = "labels",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Makes label projects, exports labels, measures how far people agree.",
    description = {
      "",
      "A project is a folder of items and judgements (docs/labels.md); './tesuji studio' is where"
          + " people judge.",
      "",
      "  ./tesuji labels create --project labels/helpful --in runs/r1/rollouts/rl/step-000100.jsonl",
      "  ./tesuji labels agreement --project labels/helpful",
      "  ./tesuji labels export --project labels/helpful --shape rankings --out rankings.jsonl",
      ""
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      LabelsCommand.Create.class,
      LabelsCommand.From.class,
      LabelsCommand.To.class,
      LabelsCommand.Agreement.class,
      LabelsAccountCommand.class,
      LabelsSimulateCommand.class
    })
final class LabelsCommand implements Runnable {
  private static final String PROJECT = "--project";

  @Spec @Nullable CommandSpec spec;

  @Override
  public void run() {
    CommandSpec own = Objects.requireNonNull(spec);
    throw new ParameterException(
        own.commandLine(),
        "a command is missing; it must be create, import, export, agreement, account or simulate");
  }

  /// The option that names a project.
  static final class OfProject {
    @Option(
        names = PROJECT,
        required = true,
        paramLabel = "DIR",
        description = "The project's folder.")
    Path project = Path.of("");
  }

  /// Another tool.
  enum Tool {
    ARGILLA,
    LABEL_STUDIO;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /// Makes a project of answers.
  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      header = "Makes a project of prompts and answers.",
      description = {
        "",
        "A line has 'prompt' and 'responses' (or 'answers', 'completions', 'chosen' and"
            + " 'rejected'), or 'prompt' and 'completion', as rollouts and evaluations have; those"
            + " are put together by prompt.",
        ""
      })
  static final class Create implements Runnable {
    @Mixin OfProject of = new OfProject();

    @Option(
        names = "--in",
        required = true,
        arity = "1..*",
        paramLabel = "FILE",
        description = "Files of prompts and answers.")
    List<Path> files = List.of();

    @Option(
        names = "--mode",
        defaultValue = "tiers",
        paramLabel = "MODE",
        description = "How to judge: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    ProjectSettings.Mode mode = ProjectSettings.Mode.TIERS;

    @Option(
        names = "--question",
        defaultValue = "Which answer is better?",
        paramLabel = "TEXT",
        description = "What annotators are asked. Default: ${DEFAULT-VALUE}")
    String question = "";

    @Option(
        names = "--answers",
        defaultValue = "4",
        paramLabel = "K",
        description = "The most answers of an item, up to 9. Default: ${DEFAULT-VALUE}.")
    int answers = 4;

    @Option(
        names = "--seed",
        defaultValue = "1",
        paramLabel = "N",
        description = "Decides orders and draws. Default: ${DEFAULT-VALUE}.")
    long seed = 1;

    @Option(
        names = "--random",
        defaultValue = "0.1",
        paramLabel = "SHARE",
        description =
            "The share of items that is asked about at random; the others are those that would teach"
                + " most. Default: ${DEFAULT-VALUE}.")
    double random = 0.1;

    @Override
    public void run() {
      if (!(random >= 0 && random <= 1)) {
        throw new BadInput("option --random must be from 0 to 1, got " + random);
      }
      int fewest = mode == ProjectSettings.Mode.SAFETY ? 1 : 2;
      if (answers < fewest || answers > Item.MOST) {
        throw new BadInput(
            "option --answers must be from " + fewest + " to " + Item.MOST + ", got " + answers);
      }
      int most = mode == ProjectSettings.Mode.PAIRS ? 2 : answers;
      ProjectSettings usual = ProjectSettings.DEFAULT;
      ProjectSettings settings =
          new ProjectSettings(
              question, mode, usual.overlap(), usual.repeats(), usual.gold(), random, seed);
      Project made = Project.create(of.project, settings, ItemFiles.read(files, most, fewest));
      System.out.println(of.project + ": " + made.items().size() + " items");
    }
  }

  /// Makes a project of what another tool exported.
  @Command(
      name = "import",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      header = "Makes a project of labels that were given in Argilla or Label Studio.")
  static final class From implements Runnable {
    @Mixin OfProject of = new OfProject();

    @Option(
        names = {"--shape", "--from"},
        required = true,
        paramLabel = "TOOL",
        description = "Where labels are from: ${COMPLETION-CANDIDATES}.")
    Tool tool = Tool.ARGILLA;

    @Option(
        names = "--in",
        required = true,
        paramLabel = "FILE",
        description = "The tool's export: a JSON list, or JSON lines.")
    Path file = Path.of("");

    @Override
    public void run() {
      Import read =
          switch (tool) {
            case ARGILLA -> Import.argilla(file);
            case LABEL_STUDIO -> Import.labelStudio(file);
          };
      read.into(of.project, ProjectSettings.DEFAULT);
      System.out.println(
          of.project
              + ": "
              + read.items().size()
              + " items, "
              + read.judgements().size()
              + " judgements");
    }
  }

  /// Writes labels in a shape that reward models read.
  @Command(
      name = "export",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      header = "Writes labels in a shape that reward models read, or that other tools import.",
      description = {
        "",
        "rankings: prompt, responses, ranks; all comparisons of a prompt in one update.",
        "pairs: prompt, chosen, rejected, margin, as TRL has them.",
        "labels: prompt, completion, label; true for what is safe.",
        "argilla, label-studio: every item with its rankings, as these tools import them.",
        ""
      })
  static final class To implements Runnable {
    @Mixin OfProject of = new OfProject();

    @Option(
        names = "--shape",
        required = true,
        paramLabel = "SHAPE",
        description = "What to write: ${COMPLETION-CANDIDATES}.")
    Export.Shape shape = Export.Shape.RANKINGS;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The file.")
    Path out = Path.of("");

    @Mixin DatabaseOption database = new DatabaseOption();

    @Override
    public void run() {
      Project project = Project.open(of.project);
      Export.Written written = Export.text(project, database.judgements(project), shape);
      SafeFiles.replace(out, written.text());
      String unit = shape.isList() ? " record" : " line";
      System.err.println(out + ": " + written.count() + unit + (written.count() == 1 ? "" : "s"));
    }
  }

  /// Measures how far people agree.
  @Command(
      name = "agreement",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      header = "Measures how far people agree.",
      description = {
        "",
        "Of a project: Krippendorff's alpha and Kendall's W of its tiers, pairwise agreement, and"
            + " what biases annotators. Of a file whose lines have 'annotator', 'unit' and 'value':"
            + " alpha, and W where everybody rated several units.",
        ""
      })
  static final class Agreement implements Runnable {
    @Spec @Nullable CommandSpec spec;

    @Option(names = PROJECT, paramLabel = "DIR", description = "A project's folder.")
    @Nullable Path project;

    @Option(names = "--in", paramLabel = "FILE", description = "A file of ratings.")
    @Nullable Path file;

    @Option(
        names = "--scale",
        paramLabel = "SCALE",
        description =
            "What differences mean, with --in: ${COMPLETION-CANDIDATES}. Default: nominal.")
    @Nullable Scale scale;

    @Option(names = "--json", description = "Writes one JSON object instead of lines.")
    boolean json;

    @Mixin DatabaseOption database = new DatabaseOption();

    @Override
    public void run() {
      boolean isFile = file != null;
      if (isFile == (project != null) || (scale != null && !isFile)) {
        throw new ParameterException(
            Objects.requireNonNull(spec).commandLine(),
            "either --project DIR must be given, or --in FILE and perhaps --scale");
      }
      Scale chosen = Objects.requireNonNullElse(scale, Scale.NOMINAL);
      ObjectNode measured =
          isFile
              ? Ratings.agreement(Ratings.read(Objects.requireNonNull(file), chosen), chosen)
              : ofProject(Project.open(Objects.requireNonNull(project)));
      System.out.print(json ? Json.line(measured) + "\n" : lines("", measured));
    }

    private ObjectNode ofProject(Project of) {
      return ProjectAgreement.of(of, database.judgements(of));
    }

    private static String lines(String before, JsonNode json) {
      StringBuilder text = new StringBuilder();
      json.properties()
          .forEach(e -> {
            JsonNode value = e.getValue();
            if (value.isObject()) {
              text.append(lines(before + e.getKey() + ".", value));
            } else if (value.isArray()) {
              for (JsonNode one : value) {
                text.append(before)
                    .append(e.getKey())
                    .append(": ")
                    .append(Json.line(one))
                    .append('\n');
              }
            } else {
              text.append(before)
                  .append(e.getKey())
                  .append(": ")
                  .append(value.asString())
                  .append('\n');
            }
          });
      return text.toString();
    }
  }
}
