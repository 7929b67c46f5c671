package dev.tesuji.cli;

import dev.tesuji.cluster.LocalCluster;
import dev.tesuji.cluster.SparkInstallation;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Starts and stops a local Spark cluster.
@Command(
    name = "spark-cluster",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Starts or stops a Spark cluster on this machine, to try './tesuji spark' with.",
    description = {
      "",
      "  ./tesuji spark-cluster start --workers 2 --cores 1",
      "  ./tesuji spark-cluster stop",
      "",
      "A master and workers come up as processes of their own that listen on 127.0.0.1 only. The"
          + " last line that 'start' prints is the master's address. 'stop' ends what 'start' began,"
          + " and nothing else.",
      "",
      "Needs no installation of Spark: its jars come from Maven, once, at the first start (about 190"
          + " MB). A cluster that you have already is as good: give its address to './tesuji spark'.",
      ""
    },
    subcommands = {SparkClusterCommand.Start.class, SparkClusterCommand.Stop.class},
    synopsisSubcommandLabel = "COMMAND")
final class SparkClusterCommand implements Runnable {
  @Spec @Nullable CommandSpec spec;

  /// Is reached without start or stop.
  @Override
  public void run() {
    CommandSpec here = java.util.Objects.requireNonNull(spec);
    throw new ParameterException(here.commandLine(), "a command must follow: start or stop");
  }

  /// The folder that both commands share.
  private static Path folder(@Nullable Path given) {
    return given == null
        ? Path.of(System.getProperty("tesuji.home", "."), ".tesuji", "spark-cluster")
        : given;
  }

  /// Starts a cluster.
  @Command(
      name = "start",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      header = "Starts a master and workers, and prints the master's address.")
  static final class Start implements Runnable {
    @Option(
        names = "--workers",
        paramLabel = "W",
        defaultValue = "2",
        description = "How many workers. Default: ${DEFAULT-VALUE}.")
    int workers = 2;

    @Option(
        names = "--cores",
        paramLabel = "C",
        defaultValue = "1",
        description = "How many cores each of them offers. Default: ${DEFAULT-VALUE}.")
    int cores = 1;

    @Option(
        names = "--dir",
        paramLabel = "DIR",
        description =
            "Where it keeps logs and remembers its processes. Default: .tesuji/spark-cluster beside"
                + " the launcher.")
    @Nullable Path dir;

    @Override
    public void run() {
      LocalCluster cluster = new LocalCluster(folder(dir));
      String master =
          cluster.start(new LocalCluster.Size(workers, cores), SparkInstallation.ofLauncher());
      System.out.println(
          workers + " workers of " + cores + " cores each; logs in " + cluster.folder());
      System.out.println(master);
    }
  }

  /// Stops it.
  @Command(
      name = "stop",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      header = "Ends the processes that 'start' began.")
  static final class Stop implements Runnable {
    @Option(
        names = "--dir",
        paramLabel = "DIR",
        description = "The folder that was given to 'start'.")
    @Nullable Path dir;

    @Override
    public void run() {
      int ended = new LocalCluster(folder(dir)).stop();
      System.out.println(ended == 0 ? "No cluster was running." : "Ended " + ended + " processes.");
    }
  }
}
