package dev.tesuji.bench;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.tensor.Processor;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Measures Tesuji and its peers in turn.
@Command(
    name = "peers",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Measures Tesuji beside transformers, TRL and llama.cpp, in turn.",
    description = {
      "",
      "Each turn is a process of its own, with a warm-up that does not count; turns go there and"
          + " back again (A B B A), so that a machine that drifts does so for all. A figure is the"
          + " median of all runs of all turns. Peers compute in float32 and in bfloat16, Tesuji in"
          + " float32 and as it does where nothing is said; the table compares each side at its"
          + " faster setting, and both in float32.",
      "",
      "Python needs torch, transformers, trl and datasets; what is run there is"
          + " peers/trl_bench.py. llama-bench and Tesuji continue one text with the weights of the"
          + " same .gguf file.",
      "",
      "  ./tesuji bench peers --python venv/bin/python",
      "  ./tesuji bench peers --python venv/bin/python --shapes small --what train --rounds 3",
      "  ./tesuji bench peers --llama-bench llama.cpp/build/bin/llama-bench --gguf model.gguf",
      ""
    })
final class BenchPeersCommand implements Runnable {
  private static final int ONE_STREAM = 128; // new tokens

  private static final List<BenchShape.Name> SHAPES =
      List.of(BenchShape.Name.TINY, BenchShape.Name.SMALL, BenchShape.Name.HALF);

  @Option(
      names = "--python",
      paramLabel = "PATH",
      description = "A Python with torch, transformers, trl and datasets.")
  @Nullable String python;

  @Option(
      names = "--llama-bench",
      paramLabel = "PATH",
      description = "llama.cpp's llama-bench; goes with --gguf.")
  @Nullable String llamaBench;

  @Option(
      names = "--gguf",
      paramLabel = "FILE",
      description = "The model that llama-bench and Tesuji both read.")
  @Nullable Path gguf;

  @Option(
      names = "--shapes",
      split = ",",
      defaultValue = "TINY,SMALL,HALF",
      paramLabel = "SHAPE",
      description = "Among tiny, small and half. Default: all.")
  List<BenchShape.Name> shapes = SHAPES;

  @Option(
      names = "--what",
      split = ",",
      defaultValue = "GENERATE,TRAIN,GRPO",
      paramLabel = "WHAT",
      description = "Among generate, train and grpo. Default: all.")
  List<Bench.What> whats = List.of();

  @Option(
      names = "--runs",
      defaultValue = "3",
      paramLabel = "N",
      description = "Runs of a turn that count. Default: ${DEFAULT-VALUE}.")
  int runs = 3;

  @Option(
      names = "--rounds",
      defaultValue = "1",
      paramLabel = "N",
      description = "How often turns go there and back. Default: ${DEFAULT-VALUE}.")
  int rounds = 1;

  @Option(
      names = "--warm-up",
      defaultValue = "3",
      paramLabel = "SECONDS",
      description =
          "For how long runs of Tesuji do not count, the first in any case: a JVM compiles meanwhile."
              + " Default: ${DEFAULT-VALUE}.")
  double warmUp = 3;

  @Option(
      names = "--limit",
      defaultValue = "1800",
      paramLabel = "SECONDS",
      description =
          "Ends a turn that takes longer; who measures so has no further one. Default:"
              + " ${DEFAULT-VALUE}.")
  double limit = 1800;

  @Option(
      names = "--script",
      hidden = true,
      description = "The peers' script; that of the checkout otherwise.")
  @Nullable Path script;

  @Option(names = "--json", description = "Prints JSON as the last line.")
  boolean json;

  @Override
  public void run() {
    List<PeerMatch> matches = matches();
    String head = head();
    System.out.println(head);
    Alternation turns = new Alternation(rounds, limit, BenchPeersCommand::say);
    List<PeerMatch> measured = new ArrayList<>();
    for (PeerMatch match : matches) {
      say(match.shape() + ", " + match.word());
      measured.add(match.measured(turns.run(match.all())));
    }
    System.out.println();
    System.out.print(PeerTable.of(measured));
    if (json) {
      System.out.println(Json.line(report(head, measured)));
    }
  }

  private static void say(String line) {
    System.err.println(line);
  }

  private List<PeerMatch> matches() {
    if (runs < 1 || rounds < 1 || !(limit > 0) || !(warmUp >= 0)) {
      throw new BadInput(
          "options --runs and --rounds must be at least 1, --limit above 0 and --warm-up at least 0");
    }
    List<PeerMatch> all = new ArrayList<>();
    if (python != null) {
      versions = "; " + addPython(python, all);
    }
    if (llamaBench != null) {
      all.add(oneStream(llamaBench));
    }
    if (all.isEmpty()) {
      throw new BadInput(
          "bench peers needs --python PATH (with torch, transformers, trl and datasets), or"
              + " --llama-bench PATH and --gguf FILE");
    }
    return all;
  }

  private String versions = "";

  private String addPython(String program, List<PeerMatch> to) {
    Path home = Path.of(System.getProperty("tesuji.home", ""));
    PythonPeer peer =
        PythonPeer.open(program, script == null ? home.resolve("peers/trl_bench.py") : script);
    for (BenchShape.Name name : shapes) {
      if (!SHAPES.contains(name)) {
        throw new BadInput(
            "option --shapes must be among tiny, small and half, which peers/trl_bench.py has, got "
                + name.name().toLowerCase(Locale.ROOT));
      }
      whats.forEach(what -> to.add(match(peer, BenchShape.of(name), what)));
    }
    return peer.versions();
  }

  /// Half a billion weights are measured in bfloat16 only: in float32 a training step of theirs
  /// takes more memory than most such machines have.
  private PeerMatch match(PythonPeer peer, BenchShape shape, Bench.What what) {
    List<Contestant> ours = new ArrayList<>();
    List<Contestant> theirs = new ArrayList<>();
    ours.add(ours(what, shape, "as it is", List.of()));
    if (shape.weights() < 100_000_000) {
      List<String> wide = List.of("--dtype", "float32", "--products", "float32");
      ours.add(ours(what, shape, "float32", wide));
      theirs.add(peer.contestant(what, shape.name(), "float32", runs));
    }
    theirs.add(peer.contestant(what, shape.name(), "bfloat16", runs));
    long tokens =
        what == Bench.What.TRAIN
            ? (long) shape.batch() * shape.length()
            : (long) shape.prompts() * shape.group() * shape.newTokens();
    return new PeerMatch(what, shape.name(), tokens, ours, theirs, Map.of());
  }

  private Contestant ours(Bench.What what, BenchShape shape, String name, List<String> types) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("bench", what.name().toLowerCase(Locale.ROOT)));
    arguments.addAll(List.of("--shape", shape.name()));
    arguments.addAll(types);
    return tesuji(name, arguments);
  }

  private Contestant tesuji(String name, List<String> arguments) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of("--runs", Integer.toString(runs), "--warm-up", Double.toString(warmUp)));
    all.add("--json");
    return new Contestant("Tesuji, " + name, ChildProcess.command(all));
  }

  private PeerMatch oneStream(String program) {
    if (gguf == null || !Files.isRegularFile(gguf)) {
      throw new BadInput(
          "option --llama-bench needs --gguf FILE, a model that both read, got "
              + (gguf == null ? "none" : gguf + ", which is not there"));
    }
    if (!Files.isExecutable(Path.of(program))) {
      throw new BadInput("option --llama-bench must be a program that runs, got " + program);
    }
    List<String> own = List.of("bench", "generate", "--gguf", gguf.toString(), "--batch", "1");
    List<String> arguments = new ArrayList<>(own);
    arguments.addAll(List.of("--length", Integer.toString(ONE_STREAM)));
    List<String> command = new ArrayList<>(List.of(program, "-m", gguf.toString(), "-p", "0"));
    command.addAll(List.of("-n", Integer.toString(ONE_STREAM), "-r", Integer.toString(runs)));
    String threads = Integer.toString(Runtime.getRuntime().availableProcessors());
    command.addAll(List.of("-t", threads, "-o", "jsonl"));
    return new PeerMatch(
        Bench.What.GENERATE,
        gguf.getFileName() + ", one stream",
        ONE_STREAM,
        List.of(tesuji("as it is", arguments)),
        List.of(new Contestant("llama-bench", command)),
        Map.of());
  }

  private String head() {
    return String.format(
        Locale.ROOT,
        "%s, %d processors, load %.1f when this began%s; medians of %d runs, turns of %d there and"
            + " back %s",
        Processor.here(),
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        versions,
        2 * runs * rounds,
        runs,
        rounds == 1 ? "once" : rounds + " times");
  }

  private static ObjectNode report(String head, List<PeerMatch> matches) {
    ObjectNode report = Json.MAPPER.createObjectNode().put("bench", "peers").put("setting", head);
    report.put("kind", Processor.here().kind());
    ArrayNode all = report.putArray("measured");
    for (PeerMatch match : matches) {
      for (Contestant each : match.all()) {
        Contestant.Runs runs = match.of(each);
        ObjectNode row = all.addObject().put("what", match.what().name().toLowerCase(Locale.ROOT));
        row.put("shape", match.shape()).put("by", each.name()).put("tokens", match.tokens());
        ArrayNode seconds = row.putArray("runs");
        runs.seconds().forEach(seconds::add);
        row.put("peak_memory_bytes", runs.peak());
        if (runs.trouble() != null) {
          row.put("trouble", runs.trouble());
        }
      }
    }
    return report;
  }
}
