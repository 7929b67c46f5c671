package dev.tesuji.cli;

import dev.tesuji.bench.BenchCommand;
import dev.tesuji.check.BadInput;
import dev.tesuji.endpoint.EndpointFailure;
import dev.tesuji.labels.Unavailable;
import dev.tesuji.run.Halted;
import dev.tesuji.tensor.TensorException;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/// The command line of Tesuji.
@Command(
    name = "tesuji",
    mixinStandardHelpOptions = true,
    version = "tesuji " + Main.VERSION,
    header = "Teaches language models to reason, on the JVM.",
    description = {
      "",
      "A base model, problems whose answers can be checked, and a recipe go in; a model that thinks"
          + " before it answers comes out, with the evidence.",
      "",
      "Start here:",
      "  ./tesuji run recipes/r1-zero.yaml          a tiny base learns to reason, in minutes",
      "  open runs/r1-zero/report.html              what happened, in curves and transcripts",
      "  ./tesuji doctor                            what this machine can do",
      ""
    },
    subcommands = {
      RunCommand.class,
      SparkCommand.class,
      SparkClusterCommand.class,
      AuditCommand.class,
      ChatCommand.class,
      ServeCommand.class,
      StudioCommand.class,
      LabelsCommand.class,
      GenerateCommand.class,
      ScoreCommand.class,
      EvaluateCommand.class,
      TestTimeCommand.class,
      GradeCommand.class,
      GtpCommand.class,
      GoCommand.class,
      TokenizeCommand.class,
      RenderCommand.class,
      InspectCommand.class,
      TrackCommand.class,
      ConvertCommand.class,
      FetchCommand.class,
      PushCommand.class,
      SchemaCommand.class,
      WorldCommand.class,
      BenchCommand.class,
      DoctorCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "'./tesuji COMMAND --help' teaches each command."})
public final class Main {
  static final String VERSION = "0.2.0";

  private static final int FAILED = 1;
  private static final int BAD_INPUT = 2;

  private Main() {}

  /// Runs a command and exits with its status: 0 well, 1 failed, 2 wrong input, 130 stopped.
  public static void main(String[] args) {
    int status = execute(args);
    System.out.flush();
    System.exit(status);
  }

  /// Runs a command and returns its status.
  static int execute(String... args) {
    CommandLine line = new CommandLine(new Main());
    line.setExecutionExceptionHandler(handler());
    line.setParameterExceptionHandler((e, _) -> {
      PrintWriter err = e.getCommandLine().getErr();
      err.println("tesuji: " + e.getMessage());
      err.println("Try './" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
      return BAD_INPUT;
    });
    line.setExecutionStrategy(HubArguments::resolveAndRun);
    line.setUsageHelpAutoWidth(true);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    return line.execute(args);
  }

  private static IExecutionExceptionHandler handler() {
    return (Exception e, CommandLine line, ParseResult _) -> {
      PrintWriter err = line.getErr();
      return switch (e) {
        case BadInput bad -> {
          err.println("tesuji: " + bad.getMessage());
          yield BAD_INPUT;
        }
        case EndpointFailure failure -> {
          err.println("tesuji: " + failure.getMessage());
          yield FAILED;
        }
        case Unavailable unavailable -> {
          err.println("tesuji: " + unavailable.getMessage());
          yield FAILED;
        }
        case Halted halted -> {
          err.println("tesuji: " + halted.getMessage());
          yield FAILED;
        }
        case TensorException tensor when tensor.isOutOfMemory() -> {
          err.println(
              "tesuji: memory ran out ("
                  + tensor.getMessage()
                  + "); lower tokensPerDevice, groupSize or maxNewTokens, or take a smaller model");
          yield FAILED;
        }
        default -> {
          StringWriter trace = new StringWriter();
          e.printStackTrace(new PrintWriter(trace));
          err.println("tesuji: this is a defect of Tesuji, please report it:");
          err.print(trace);
          err.flush();
          yield FAILED;
        }
      };
    };
  }
}
