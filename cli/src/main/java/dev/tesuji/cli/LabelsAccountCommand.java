package dev.tesuji.cli;

import dev.tesuji.check.BadInput;
import dev.tesuji.labels.shared.Database;
import dev.tesuji.labels.shared.SharedAccounts;
import dev.tesuji.studio.access.Accounts;
import dev.tesuji.studio.access.Role;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Makes an account of the studio.
@Command(
    name = "account",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Makes an account of the studio, or gives one another password.",
    description = {
      "",
      "Asks for the password on a terminal; else reads it from the first line of standard input."
          + " With one account, everybody must log in. A running studio knows it once it is"
          + " started again.",
      ""
    })
final class LabelsAccountCommand implements Runnable {
  @Option(
      names = "--labels",
      defaultValue = "labels",
      paramLabel = "DIR",
      description = "The folder of label projects. Default: ${DEFAULT-VALUE}.")
  Path labels = Path.of("labels");

  @Option(names = "--name", required = true, paramLabel = "NAME", description = "Who.")
  String name = "";

  @Option(
      names = "--role",
      defaultValue = "annotator",
      paramLabel = "ROLE",
      description = {
        "${COMPLETION-CANDIDATES}: an annotator judges, a lead also sees runs and agreement."
            + " Default: ${DEFAULT-VALUE}."
      })
  Role role = Role.ANNOTATOR;

  @Mixin DatabaseOption database = new DatabaseOption();

  @Override
  public void run() {
    Database shared = database.database();
    Accounts accounts =
        shared == null ? new Accounts(labels) : Accounts.shared(new SharedAccounts(shared));
    accounts.put(name, role, password());
    System.err.println(
        "account " + name + " (" + role + ") in " + (shared == null ? labels : shared));
  }

  private static String password() {
    Optional<Console> terminal = Optional.ofNullable(System.console()).filter(Console::isTerminal);
    if (terminal.isPresent()) {
      char[] typed = terminal.get().readPassword("Password: ");
      return typed == null ? "" : new String(typed);
    }
    try {
      String line =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      throw new BadInput("the password could not be read from standard input", e);
    }
  }
}
