package dev.tesuji.cli;

import dev.tesuji.check.BadInput;
import dev.tesuji.hub.Address;
import dev.tesuji.hub.Hub;
import dev.tesuji.hub.Repository.Kind;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Uploads a model.
@Command(
    name = "push",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Uploads a model directory to the Hugging Face hub.",
    description = {
      "",
      "  HF_TOKEN=... ./tesuji push runs/mine/models/rl OWNER/NAME",
      "",
      "Every file of the directory goes along but for hidden ones, in one commit. A repository that"
          + " is not there is made, private unless --public is given. Nothing is sent without a token"
          + " that is given for it, HF_TOKEN or --token-file: one that a login has stored is not"
          + " taken. The last line printed is the repository's page.",
      ""
    })
final class PushCommand implements Runnable {
  @Parameters(index = "0", paramLabel = "DIR", description = "The directory to upload.")
  Path directory = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "OWNER/NAME[@BRANCH]",
      description = "The repository, and its branch. Default: main.")
  String name = "";

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Holds a token of the hub with write access. Default: the variable HF_TOKEN.")
  @Nullable Path tokenFile;

  @Option(names = "--public", description = "Lets everybody see a repository that is made.")
  boolean open;

  @Override
  public void run() {
    Address address = Address.of(name, Kind.MODEL);
    if (address.repository().kind() != Kind.MODEL || address.path() != null) {
      throw new BadInput("'" + name + "' must be OWNER/NAME[@BRANCH] of a model");
    }
    System.out.println(Hub.ofEnvironment().push(directory, address, tokenFile, !open));
  }
}
