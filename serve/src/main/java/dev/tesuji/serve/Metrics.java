package dev.tesuji.serve;

import dev.tesuji.compute.PromptReader.KeptPrompts;
import dev.tesuji.serve.model.ServedModel;
import dev.tesuji.tensor.Memory;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/// Counts, as Prometheus reads them.
final class Metrics {
  private static final double[] SECONDS = {
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60
  };

  private static final double[] GAPS = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5
  };

  /// Paths with counts of their own; there is no end of others.
  private static final List<String> PATHS =
      List.of(
          "/v1/chat/completions",
          "/v1/completions",
          "/v1/responses",
          "/v1/chat/completions/control",
          "/v1/models",
          "/tokenize",
          "/detokenize");

  private final Map<String, LongAdder> requests = new ConcurrentSkipListMap<>();
  private final Map<String, LongAdder> promptTokens = new ConcurrentSkipListMap<>();
  private final Map<String, LongAdder> completionTokens = new ConcurrentSkipListMap<>();
  private final Histogram firstToken = new Histogram(SECONDS);
  private final Histogram gaps = new Histogram(GAPS);
  private final Histogram duration = new Histogram(SECONDS);

  /// Counts of values by size.
  private static final class Histogram {
    private final double[] bounds;
    private final LongAdder[] counts;
    private final DoubleAdder sum = new DoubleAdder();

    Histogram(double[] bounds) {
      this.bounds = bounds;
      counts = new LongAdder[bounds.length + 1];
      for (int i = 0; i < counts.length; i++) {
        counts[i] = new LongAdder();
      }
    }

    void add(double seconds) {
      int i = 0;
      while (i < bounds.length && seconds > bounds[i]) {
        i++;
      }
      counts[i].increment();
      sum.add(seconds);
    }

    void write(StringBuilder to, String name, String help) {
      head(to, name, "histogram", help);
      long total = 0;
      for (int i = 0; i < counts.length; i++) {
        total += counts[i].sum();
        String bound = i < bounds.length ? Double.toString(bounds[i]) : "+Inf";
        line(to, name + "_bucket", "{le=\"" + bound + "\"}", total);
      }
      line(to, name + "_sum", "", sum.sum());
      line(to, name + "_count", "", total);
    }
  }

  /// Counts the seconds between a token and the one before.
  void gap(double seconds) {
    gaps.add(seconds);
  }

  /// Counts a request.
  void count(String path, int status, Served served) {
    String label = PATHS.stream().filter(path::equals).findFirst().orElse("other");
    String labels = "{path=\"" + escaped(label) + "\",status=\"" + status + "\"}";
    requests.computeIfAbsent(labels, _ -> new LongAdder()).increment();
    if (!served.model().isEmpty()) {
      for (Served.Pass pass : served.passes()) {
        String model = "{model=\"" + escaped(pass.model()) + "\"}";
        promptTokens.computeIfAbsent(model, _ -> new LongAdder()).add(pass.promptTokens());
        completionTokens.computeIfAbsent(model, _ -> new LongAdder()).add(pass.completionTokens());
      }
      duration.add(served.seconds());
      if (served.secondsToFirst() > 0) {
        firstToken.add(served.secondsToFirst());
      }
    }
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  /// Returns all of them.
  ///
  /// @param connections that are open
  /// @param active requests that are being answered
  String text(List<ServedModel> models, int connections, int active) {
    StringBuilder to = new StringBuilder();
    counter(to, "tesuji_requests_total", "Requests answered.", requests);
    counter(to, "tesuji_prompt_tokens_total", "Tokens read.", promptTokens);
    counter(to, "tesuji_completion_tokens_total", "Tokens written.", completionTokens);
    firstToken.write(
        to, "tesuji_first_token_seconds", "Seconds from a request to its first token.");
    gaps.write(to, "tesuji_token_gap_seconds", "Seconds from one token of an answer to the next.");
    duration.write(to, "tesuji_request_seconds", "Seconds from a request to its end.");
    Map<String, Number> running = new TreeMap<>();
    Map<String, Number> waiting = new TreeMap<>();
    Map<String, Number> rows = new TreeMap<>();
    Map<String, Number> asked = new TreeMap<>();
    Map<String, Number> found = new TreeMap<>();
    Map<String, Number> pages = new TreeMap<>();
    Map<String, Number> kept = new TreeMap<>();
    Map<String, Number> room = new TreeMap<>();
    Map<String, Number> dropped = new TreeMap<>();
    for (ServedModel model : models.stream().filter(m -> m.adapter() == 0).toList()) {
      String label = "{model=\"" + escaped(model.name()) + "\"}";
      running.put(label, model.engine().running());
      waiting.put(label, model.engine().waiting());
      rows.put(label, model.rows());
      KeptPrompts prompts = model.engine().kept();
      asked.put(label, prompts.asked());
      found.put(label, prompts.found());
      pages.put(label, prompts.pages());
      kept.put(label, prompts.bytes());
      room.put(label, prompts.limit());
      dropped.put(label, prompts.dropped());
    }
    gauge(to, "tesuji_running", "Answers that are being generated.", running);
    gauge(to, "tesuji_waiting", "Answers that wait for a row.", waiting);
    gauge(to, "tesuji_rows", "Answers that can be generated at once.", rows);
    total(to, "tesuji_prefix_cache_queries_total", "Tokens of prompts that were begun.", asked);
    total(to, "tesuji_prefix_cache_hits_total", "Tokens that had been read before.", found);
    gauge(to, "tesuji_prefix_cache_pages", "Pages that are kept of prompts.", pages);
    gauge(to, "tesuji_prefix_cache_bytes", "Memory of what is kept of prompts.", kept);
    gauge(to, "tesuji_prefix_cache_limit_bytes", "The most of that.", room);
    total(to, "tesuji_prefix_cache_dropped_bytes_total", "Memory let go for newer.", dropped);
    lookups(to, models);
    gauge(to, "tesuji_connections", "Connections that are open.", only(connections));
    gauge(to, "tesuji_requests_active", "Requests that are being answered.", only(active));
    process(to);
    return to.toString();
  }

  private static void process(StringBuilder to) {
    Runtime java = Runtime.getRuntime();
    long heap = java.totalMemory() - java.freeMemory();
    gauge(to, "tesuji_heap_bytes", "Java memory in use, without the model's.", only(heap));
    gauge(
        to,
        "process_resident_memory_bytes",
        "Memory in use, Java's and the model's.",
        only(Memory.resident()));
    gauge(
        to,
        "tesuji_native_objects",
        "Objects outside of Java's memory that are held.",
        only(Memory.nativeObjects()));
    gauge(
        to,
        "tesuji_native_bytes",
        "Memory outside of Java's that is handed out.",
        only(Memory.handedOut()));
  }

  private static Map<String, Number> only(Number value) {
    return Map.of("", value);
  }

  private static void lookups(StringBuilder to, List<ServedModel> models) {
    Map<String, Number> proposed = new TreeMap<>();
    Map<String, Number> accepted = new TreeMap<>();
    for (ServedModel model : models.stream().filter(m -> m.adapter() == 0).toList()) {
      String label = "{model=\"" + escaped(model.name()) + "\"}";
      proposed.put(label, model.engine().lookups().proposed());
      accepted.put(label, model.engine().lookups().accepted());
    }
    total(to, "tesuji_proposed_tokens_total", "Tokens proposed by prompt lookup.", proposed);
    total(to, "tesuji_accepted_tokens_total", "Of them, those that were drawn then.", accepted);
  }

  private static void counter(
      StringBuilder to, String name, String help, Map<String, LongAdder> values) {
    head(to, name, "counter", help);
    values.forEach((labels, value) -> line(to, name, labels, value.sum()));
  }

  private static void total(
      StringBuilder to, String name, String help, Map<String, Number> values) {
    head(to, name, "counter", help);
    values.forEach((labels, value) -> line(to, name, labels, value));
  }

  private static void gauge(
      StringBuilder to, String name, String help, Map<String, Number> values) {
    head(to, name, "gauge", help);
    values.forEach((labels, value) -> line(to, name, labels, value));
  }

  private static void head(StringBuilder to, String name, String type, String help) {
    to.append("# HELP ").append(name).append(' ').append(help).append('\n');
    to.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private static void line(StringBuilder to, String name, String labels, Number value) {
    String number =
        value instanceof Double d ? String.format(Locale.ROOT, "%.6f", d) : value.toString();
    to.append(name).append(labels).append(' ').append(number).append('\n');
  }
}
