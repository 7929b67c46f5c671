package dev.tesuji.cli;

import dev.tesuji.check.BadInput;
import dev.tesuji.hub.HubPaths;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// The arguments of all commands that name a model or a data set, which may be names on the hub.
/// They are looked up when the whole command line is known to be right, and before the command.
final class HubArguments {
  private static final Set<String> MODELS = Set.of("--model", "--before", "--reward-model");
  private static final String DATA = "--data";
  private static final String INSPECTED = "inspect";

  private HubArguments() {}

  /// Fetches what is named on the hub and is not here, then runs the command.
  static int resolveAndRun(ParseResult parsed) {
    for (ParseResult at = parsed; at != null; at = at.hasSubcommand() ? at.subcommand() : null) {
      CommandLine command = at.commandSpec().commandLine();
      try {
        boolean served = at.hasMatchedOption(EvaluateCommand.ENDPOINT);
        at.matchedArgs().stream()
            .filter(argument -> !served || !isModel(argument)) // the name of another's model
            .forEach(HubArguments::resolve);
      } catch (BadInput e) {
        throw new ExecutionException(command, String.valueOf(e.getMessage()), e);
      }
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  private static void resolve(ArgSpec argument) {
    if (argument.getValue() instanceof Path given) {
      if (isModel(argument)) {
        argument.setValue(HubPaths.model(given));
      } else if (argument instanceof OptionSpec option && option.longestName().equals(DATA)) {
        argument.setValue(HubPaths.data(given));
      }
    }
  }

  private static boolean isModel(ArgSpec argument) {
    return argument instanceof OptionSpec option
        ? Arrays.stream(option.names()).anyMatch(MODELS::contains)
        : argument.command().name().equals(INSPECTED);
  }
}
