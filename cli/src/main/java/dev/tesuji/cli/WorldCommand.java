package dev.tesuji.cli;

import dev.tesuji.check.BadInput;
import dev.tesuji.world.WorldFiles;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Writes the data of the built-in world.
@Command(
    name = "world",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Writes what can be learned from the built-in world, as JSON lines.",
    description = {
      "",
      "Two folders, train and test, which share no question: demonstrations (general), pairs and"
          + " ranked lists by a judge of helpfulness, pairs and labels by a judge of harmlessness."
          + " All of it is synthetic.",
      "",
      "  ./tesuji world --out runs/world-data --count 2000",
      ""
    })
final class WorldCommand implements Runnable {
  @Option(names = "--out", required = true, paramLabel = "DIR", description = "The folder.")
  Path out = Path.of("");

  @Option(
      names = "--count",
      defaultValue = "2000",
      paramLabel = "N",
      description =
          "How many questions each file is made of, to train on. Default: ${DEFAULT-VALUE}.")
  int count = 2000;

  @Option(
      names = "--candidates",
      defaultValue = "4",
      paramLabel = "K",
      description = "How many responses to a question are ranked. Default: ${DEFAULT-VALUE}.")
  int candidates = 4;

  @Option(
      names = "--noise",
      defaultValue = "0.1",
      paramLabel = "SIGMA",
      description = "How far the judge errs, on a scale from 0 to 1. Default: ${DEFAULT-VALUE}.")
  double noise = 0.1;

  @Option(
      names = "--margin",
      defaultValue = "0.1",
      paramLabel = "D",
      description = "Pairs whose scores are closer are left out. Default: ${DEFAULT-VALUE}.")
  double margin = 0.1;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "SEED",
      description = "Decides everything. Default: ${DEFAULT-VALUE}.")
  long seed = 1;

  @Override
  public void run() {
    WorldFiles files;
    try {
      files = new WorldFiles(count, candidates, noise, margin, seed);
    } catch (IllegalArgumentException e) {
      throw new BadInput("option " + e.getMessage(), e);
    }
    files.write(out);
    System.out.println("Wrote " + out.resolve("train") + " and " + out.resolve("test") + ".");
  }
}
