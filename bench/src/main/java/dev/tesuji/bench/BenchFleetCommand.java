package dev.tesuji.bench;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.run.Progress;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Says how long a fleet of any size would take, and what that would cost.
@Command(
    name = "fleet",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Simulates sampling on 1 to 512 workers: time, cost, efficiency.",
    description = {
      "",
      "A simulation, event by event, of './tesuji spark': chunks of samples go to slots of workers,"
          + " engines draw many rows at once, workers fail, and what they had begun is drawn again."
          + " Nothing is drawn here; what comes out is as good as what goes in.",
      "",
      "The defaults are 600,000 samples of 5,000 tokens from a 7B model on H100s. Where each comes"
          + " from is said with it; put in what you measured: --rate from './tesuji bench generate'"
          + " or from the section on the fleet of a run's report, --lengths from a run's rollouts.",
      "",
      "  ./tesuji bench fleet --simulate",
      "  ./tesuji bench fleet --simulate --rate 2000 --price 1.9",
      "  ./tesuji bench fleet --simulate --lengths runs/r1/rollouts/rl/step-000040.jsonl",
      "  ./tesuji bench fleet --simulate --faults 24       machines that are taken away once a day",
      "",
      "The same options and seed print the same. docs/scale.md says how to size a fleet with it.",
      ""
    })
final class BenchFleetCommand implements Runnable {
  private static final double HOUR = 3600;

  @Option(names = "--simulate", description = "Simulates; nothing else is built.")
  boolean simulate;

  @Option(
      names = "--samples",
      defaultValue = "600000",
      paramLabel = "N",
      description = "Samples to draw. Default: ${DEFAULT-VALUE}, DeepSeek-R1's reasoning traces.")
  int samples = 600_000;

  @Option(
      names = "--tokens",
      defaultValue = "5000",
      paramLabel = "T",
      description = "Their mean length. Default: ${DEFAULT-VALUE} (an assumption).")
  double tokens = 5000;

  @Option(
      names = "--longest",
      defaultValue = "16384",
      paramLabel = "T",
      description = "The length limit, which cuts samples. Default: ${DEFAULT-VALUE}.")
  int longest = 16_384;

  @Option(
      names = "--spread",
      defaultValue = "0.6",
      paramLabel = "S",
      description =
          "Standard deviation of the logarithm of lengths, 0 for none. Default: ${DEFAULT-VALUE}"
              + " (an assumption: one sample in 14 is twice as long as the mean).")
  double spread = 0.6;

  @Option(
      names = "--lengths",
      paramLabel = "FILE",
      description =
          "Draws lengths from the field 'tokens' of these JSON lines instead: a step of a run's"
              + " rollouts, or a file of samples.")
  @Nullable Path lengths;

  @Option(
      names = "--rate",
      defaultValue = "6000",
      paramLabel = "R",
      description =
          "Tokens a second of a worker whose rows are all taken. Default: ${DEFAULT-VALUE}, an"
              + " engine of vLLM's class on an H100, on paper; the roofline is 14,900; Tesuji's GPU"
              + " path has not been measured.")
  double rate = 6000;

  @Option(
      names = "--alone",
      defaultValue = "44",
      paramLabel = "R",
      description =
          "Tokens a second of a row that is alone. Default: ${DEFAULT-VALUE}: 16k tokens in six"
              + " minutes, on paper.")
  double alone = 44;

  @Option(
      names = "--rows",
      defaultValue = "256",
      paramLabel = "B",
      description = "Samples that a worker draws at once. Default: ${DEFAULT-VALUE}.")
  int rows = 256;

  @Option(
      names = "--slots",
      defaultValue = "64",
      paramLabel = "S",
      description =
          "Chunks that a worker has at once (--executor-cores). Default: ${DEFAULT-VALUE}; slots"
              + " times chunk well above rows keeps rows taken while chunks wait for their longest.")
  int slots = 64;

  @Option(
      names = "--chunk",
      defaultValue = "16",
      paramLabel = "C",
      description = "Samples of a chunk. Default: ${DEFAULT-VALUE}.")
  int chunk = 16;

  @Option(
      names = "--start",
      defaultValue = "60",
      paramLabel = "SECONDS",
      description =
          "Until a worker draws first. Default: ${DEFAULT-VALUE} (an assumption: 3 s to load"
              + " libraries, measured; 12 s for 15 GB over 10 GbE, on paper; the rest for placing"
              + " weights).")
  double start = 60;

  @Option(
      names = "--overhead",
      defaultValue = "0.2",
      paramLabel = "SECONDS",
      description =
          "From asking for a chunk to its first token. Default: ${DEFAULT-VALUE} (an assumption).")
  double overhead = 0.2;

  @Option(
      names = "--faults",
      defaultValue = "50700",
      paramLabel = "HOURS",
      description =
          "Between the faults of a worker, in the mean; 0 for none. Default: ${DEFAULT-VALUE}: 419"
              + " unexpected interruptions in 54 days of 16,384 H100s (Llama 3,"
              + " arxiv.org/abs/2407.21783).")
  double faults = 50_700;

  @Option(
      names = "--recover",
      defaultValue = "120",
      paramLabel = "SECONDS",
      description =
          "From a fault until the worker draws again. Default: ${DEFAULT-VALUE} (an assumption).")
  double recover = 120;

  @Option(
      names = "--price",
      defaultValue = "2.5",
      paramLabel = "DOLLARS",
      description = "Of a worker's hour. Default: ${DEFAULT-VALUE} (an assumption; put in yours).")
  double price = 2.5;

  @Option(
      names = "--workers",
      split = ",",
      defaultValue = "1,2,4,8,16,32,64,128,256,512",
      paramLabel = "N,...",
      description = "Sizes of fleets. Default: ${DEFAULT-VALUE}.")
  int[] workers = {};

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "SEED",
      description = "Of lengths and faults. Default: ${DEFAULT-VALUE}.")
  long seed = 1;

  @Option(names = "--json", description = "Prints JSON as the last line.")
  boolean json;

  @Override
  public void run() {
    if (!simulate) {
      throw new BadInput("bench fleet needs --simulate: it measures no fleet, it simulates one");
    }
    if (samples < 1 || chunk < 1 || price < 0 || faults < 0) {
      throw new BadInput(
          "options --samples and --chunk must be at least 1, --price and --faults at least 0");
    }
    SimulatedFleet one = fleet();
    int[] drawn = lengths();
    ObjectNode report = Json.MAPPER.createObjectNode().put("bench", "fleet").put("seed", seed);
    long all = 0;
    int most = 0;
    for (int length : drawn) {
      all += length;
      most = Math.max(most, length);
    }
    report.put("samples", samples).put("tokens", all).put("longest", most);
    System.out.printf(
        Locale.ROOT,
        "%,d samples of %,.0f tokens in the mean, %,d at most; on paper %,.1f worker-hours at"
            + " %,.0f tokens/s%n%n",
        samples,
        (double) all / samples,
        most,
        all / rate / HOUR,
        rate);
    System.out.println("workers        time  worker-hours        cost  efficiency  lost chunks");
    ArrayNode rowsOut = report.putArray("fleets");
    for (int count : workers) {
      FleetSimulation.Result result =
          new FleetSimulation(one.withWorkers(count), drawn, chunk, seed).run();
      rowsOut.add(row(count, result));
    }
    Peers.print(System.out);
    if (json) {
      System.out.println(Json.line(report));
    }
  }

  private SimulatedFleet fleet() {
    try {
      for (int count : workers) {
        if (count < 1) {
          throw new IllegalArgumentException("workers must be at least 1, got " + count);
        }
      }
      return new SimulatedFleet(
          1,
          slots,
          new SimulatedFleet.Engine(rows, alone, rate),
          start,
          overhead,
          faults == 0
              ? SimulatedFleet.Faults.NONE
              : new SimulatedFleet.Faults(faults * HOUR, recover));
    } catch (IllegalArgumentException e) {
      throw new BadInput("--" + e.getMessage(), e);
    }
  }

  private int[] lengths() {
    if (lengths != null) {
      return SampleLengths.like(lengths, samples, seed);
    }
    try {
      return SampleLengths.logNormal(samples, tokens, spread, longest, seed);
    } catch (IllegalArgumentException e) {
      throw new BadInput("--" + e.getMessage(), e);
    }
  }

  private ObjectNode row(int count, FleetSimulation.Result r) {
    double hours = count * r.seconds() / HOUR;
    System.out.printf(
        Locale.ROOT,
        "%7d  %10s  %12.1f  %10s  %9.1f%%  %11d%n",
        count,
        Progress.time(r.seconds()),
        hours,
        String.format(Locale.ROOT, "$%,.0f", hours * price),
        100 * r.efficiency(),
        r.lost());
    ObjectNode row = Json.MAPPER.createObjectNode().put("workers", count);
    row.put("seconds", r.seconds()).put("worker_hours", hours).put("cost", hours * price);
    row.put("efficiency", r.efficiency()).put("chunks", r.chunks()).put("lost_chunks", r.lost());
    return row.put("lost_tokens", Math.max(0, Math.round(r.drawn() - r.tokens())));
  }
}
