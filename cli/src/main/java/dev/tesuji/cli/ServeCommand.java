package dev.tesuji.cli;

import dev.tesuji.check.BadInput;
import dev.tesuji.serve.ApiKeys;
import dev.tesuji.serve.ServeProcess;
import dev.tesuji.serve.ServerSettings;
import dev.tesuji.serve.http.HttpSettings;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.SharedAdapter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Serves a model.
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Serves a model to the programs that speak OpenAI's interface.",
    description = {
      "",
      "Prints 'listening on http://HOST:PORT' on standard error and answers /health with 200 once"
          + " the model is loaded and warm. SIGTERM lets answers finish for --grace seconds, and stops.",
      "",
      "  ./tesuji serve --model DIR --port 8000",
      "  curl localhost:8000/v1/chat/completions -H 'Content-Type: application/json' \\",
      "    -d '{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}'",
      ""
    })
final class ServeCommand implements Runnable {
  @Mixin ModelOptions model = new ModelOptions();

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      paramLabel = "HOST",
      description = "The address to listen at; 0.0.0.0 for all. Default: ${DEFAULT-VALUE}.")
  String host = "127.0.0.1";

  @Option(
      names = "--port",
      defaultValue = "8000",
      paramLabel = "PORT",
      description = "The port to listen at; 0 for any that is free. Default: ${DEFAULT-VALUE}.")
  int port = 8000;

  @Option(
      names = "--adapters",
      paramLabel = "NAME=DIR",
      arity = "1..*",
      description = "Adapters of the model that are served under names of their own.")
  Map<String, Path> adapters = new LinkedHashMap<>();

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      description =
          "A file with a key on each line; without one of them nothing but /health and the"
              + " page is answered.")
  @Nullable Path keys;

  @Option(
      names = "--max-queue",
      defaultValue = "256",
      paramLabel = "N",
      description = "How many answers may wait; more are refused. Default: ${DEFAULT-VALUE}.")
  int waiting = 256;

  @Option(
      names = "--rows",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "How many answers are generated at once; 0: as many as memory allows, at most 64."
              + " Default: ${DEFAULT-VALUE}.")
  int rows;

  @Option(
      names = "--context",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "The most tokens of a prompt and its answer; 0: what the model can, at most 8192."
              + " Default: ${DEFAULT-VALUE}.")
  int context;

  @Option(
      names = "--grace",
      defaultValue = "10",
      paramLabel = "SECONDS",
      description = "How long answers may go on after SIGTERM. Default: ${DEFAULT-VALUE}.")
  int grace = 10;

  @Option(
      names = "--summary-model",
      defaultValue = "",
      paramLabel = "NAME",
      description =
          "The served model that sums up thinking where a client asks for a summary. Default: the"
              + " one that thought.")
  String summaryModel = "";

  @Option(
      names = "--no-prefix-cache",
      description =
          "Reads every prompt anew; otherwise what was read is kept for prompts that begin alike, in"
              + " at most a quarter of the free memory.")
  boolean noPrefixCache;

  @Option(
      names = "--no-warmup",
      description =
          "Serves as soon as the model is loaded. Otherwise it generates for nobody first, for up to 4"
              + " seconds, so that Java has compiled what the first clients need.")
  boolean noWarmUp;

  @Mixin LookupOption lookup = new LookupOption();

  @Option(names = "--no-access-log", description = "Writes no line for each request.")
  boolean quiet;

  @Override
  public void run() {
    List<String> known = keys == null ? List.of() : ApiKeys.read(keys);
    ServerSettings settings =
        new ServerSettings(
            new HttpSettings(host, checkedPort()),
            known,
            Duration.ofSeconds(Math.max(0, grace)),
            summaryModel,
            quiet ? _ -> {} : System.err::println);
    ServeProcess.run(
        settings,
        new ServeProcess.Room(rows, waiting, context, !noPrefixCache, lookup.checked(), !noWarmUp),
        this::load);
  }

  private int checkedPort() {
    if (port < 0 || port > 65_535) {
      throw new BadInput("option --port must be from 0 to 65535, got " + port);
    }
    return port;
  }

  private ServeProcess.Weights load() {
    Map<String, LoadedModel> models = new LinkedHashMap<>();
    Map<String, SharedAdapter> shared = new LinkedHashMap<>();
    LoadedModel base = model.load();
    models.put(name(model.directory), base);
    adapters.forEach((name, directory) -> {
      if (models.containsKey(name)) {
        throw new BadInput(
            "option --adapters must give names other than the model's, got '" + name + "'");
      }
      Optional<SharedAdapter> adapter = base.share(directory);
      if (adapter.isPresent()) {
        shared.put(name, adapter.get());
      } else {
        System.err.println(
            "Note: adapter "
                + name
                + " cannot share the model's weights, which are loaded again for it");
        models.put(name, model.load(directory));
      }
    });
    return new ServeProcess.Weights(models, shared);
  }

  private static String name(Path directory) {
    Path last = directory.toAbsolutePath().normalize().getFileName();
    String name = last == null ? "model" : last.toString();
    return name.endsWith(".gguf") ? name.substring(0, name.length() - ".gguf".length()) : name;
  }
}
