package dev.tesuji.cli;

import dev.tesuji.hub.Address;
import dev.tesuji.hub.Hub;
import dev.tesuji.hub.Repository.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Downloads a model or a data set.
@Command(
    name = "fetch",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Downloads a model or a data set from the Hugging Face hub into its cache.",
    description = {
      "",
      "  ./tesuji fetch HuggingFaceTB/SmolLM2-135M-Instruct",
      "  ./tesuji fetch openai/gsm8k --dataset --include 'main/*'",
      "",
      "The last line printed is the snapshot's directory. What is there already, also by Python's"
          + " tools, is not read again; a download that was broken off goes on where it was. Every"
          + " command takes hf://OWNER/NAME[@REVISION] in the place of a directory and downloads by"
          + " itself.",
      "",
      "HF_TOKEN opens private and gated repositories; HF_HUB_CACHE, HF_HOME, HF_ENDPOINT and"
          + " HF_HUB_OFFLINE mean what they mean to all tools.",
      ""
    })
final class FetchCommand implements Runnable {
  @Parameters(
      paramLabel = "OWNER/NAME[@REVISION]",
      description = "The repository, at a branch, tag or commit. Default: main.")
  String name = "";

  @Option(names = "--dataset", description = "It is a data set, not a model.")
  boolean dataset;

  @Option(
      names = "--include",
      paramLabel = "PATTERN",
      description =
          "The files to take, such as '*.gguf'; can be given several times. Default: of a model"
              + " *.json, *.safetensors, *.txt, *.model and *.jinja, of a data set every file.")
  List<String> patterns = new ArrayList<>();

  @Override
  public void run() {
    Address address = Address.of(name, dataset ? Kind.DATASET : Kind.MODEL);
    Path snapshot = Hub.ofEnvironment().fetch(address, patterns);
    System.err.flush();
    System.out.println(snapshot);
  }
}
