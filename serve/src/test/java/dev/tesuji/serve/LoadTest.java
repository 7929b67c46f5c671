package dev.tesuji.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.generate.GenerationEngine;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.RandomKey;
import dev.tesuji.generate.Sampling;
import dev.tesuji.json.Json;
import dev.tesuji.random.Rng;
import dev.tesuji.serve.http.HttpSettings;
import dev.tesuji.serve.model.ServedModel;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Memory;
import dev.tesuji.weights.LoadedModel;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What a server of a model with random weights does under load, with numbers. Minutes, and only on
/// a machine that nobody else uses: asked for with `-Dtesuji.load=tiny` or `small`, and with
/// `-Dtesuji.load.type=bfloat16` for weights of that type.
class LoadTest {
  private static final int TOKENS = 128;
  private static final Dtype TYPE = Dtype.named(System.getProperty("tesuji.load.type", "float32"));
  private static final Map<String, int[]> SIZES =
      Map.of("tiny", new int[] {128, 352, 4, 4}, "small", new int[] {512, 1376, 8, 8});

  @TempDir static Path folder;
  private static Server server;
  private static ServedModel served;

  /// Reads a stream of completions and when its pieces came.
  ///
  /// @param single of each piece, whether it is of one token: others waited for the rest of a
  ///   character, which random tokens seldom make
  private record Streamed(int tokens, List<Long> at, List<Boolean> single, String text) {
    /// Returns how long single tokens came after what came before them, in milliseconds.
    ///
    /// @param from a time from which on they came
    /// @param until and before which
    List<Double> gaps(long from, long until) {
      List<Double> gaps = new ArrayList<>();
      for (int i = 1; i < at.size(); i++) {
        if (single.get(i) && at.get(i) > from && at.get(i) < until) {
          gaps.add((at.get(i) - at.get(i - 1)) / 1e6);
        }
      }
      return gaps;
    }
  }

  @BeforeAll
  static void serve() {
    int[] size = SIZES.get(System.getProperty("tesuji.load", ""));
    Assumptions.assumeTrue(size != null, "SKIPPED: say -Dtesuji.load=tiny or small to put load on");
    Path model = RandomModel.write(folder, size);
    LoadedModel loaded = LoadedModel.load(model, TYPE, Device.CPU);
    served = new ServedModel("load", loaded, new ServedModel.Room(64, 256, 8192, 256L << 20));
    served.warmUp();
    HttpSettings http = new HttpSettings("127.0.0.1", 0);
    server =
        new Server(
            new ServerSettings(http, List.of(), Duration.ofMillis(500), "", _ -> {}),
            () -> List.of(served));
  }

  @AfterAll
  static void close() {
    if (server != null) {
      server.close();
    }
  }

  private static int[] prompt(int length, int seed) {
    int[] text = new int[length];
    Arrays.setAll(text, i -> Rng.below(200, seed, i, 0, 0));
    return text;
  }

  private static String body(int[] prompt, int tokens, String more) {
    return whole(prompt, tokens, ", \"logprobs\": 0, \"stream\": true" + more);
  }

  /// Returns a request whose answer comes whole.
  private static String whole(int[] prompt, int tokens, String more) {
    return "{\"prompt\": "
        + Arrays.toString(prompt)
        + ", \"max_tokens\": "
        + tokens
        + ", \"ignore_eos\": true"
        + more
        + "}";
  }

  /// Returns what is asked of a server, for a generator.
  private static GenerationRequest request(int[] prompt, int tokens, int number) {
    Limits limits = new Limits(tokens, Set.of());
    return new GenerationRequest(prompt, 1, Sampling.DEFAULT, limits, new RandomKey(1, number));
  }

  private static Socket ask(String body) throws Exception {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setTcpNoDelay(true);
    String head =
        "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Connection: close\r\nContent-Length: "
            + bytes.length
            + "\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return socket;
  }

  private static Streamed stream(String body) throws Exception {
    List<Long> at = new ArrayList<>();
    List<Boolean> single = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    int tokens = 0;
    try (Socket socket = ask(body);
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("data: {")) {
          JsonNode choice = Json.MAPPER.readTree(line.substring(6)).path("choices").path(0);
          int some = choice.path("logprobs").path("tokens").size();
          if (some > 0) {
            at.add(System.nanoTime());
            single.add(some == 1);
            tokens += some;
            text.append(choice.path("text").asString());
          }
        } else if (line.equals("data: [DONE]")) {
          break;
        }
      }
    }
    return new Streamed(tokens, at, single, text.toString());
  }

  private static <T> List<T> together(List<Callable<T>> all) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<T> done = new ArrayList<>();
      for (Future<T> one : threads.invokeAll(all)) {
        done.add(one.get());
      }
      return done;
    }
  }

  private static void say(String line) {
    System.out.println("LOAD " + line);
  }

  private static double quantile(List<Double> values, double part) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get((int) Math.min(sorted.size() - 1, Math.floor(part * sorted.size())));
  }

  private static void awaitIdle() throws InterruptedException {
    while (served.engine().hasWork()) {
      Thread.sleep(1);
    }
  }

  /// Rates in tokens a second, of turns that come one after the other: a machine that others use as
  /// well is fast in one minute and slow in the next, so that a turn is set beside its own.
  private static final class Rates {
    private final List<Double> server = new ArrayList<>();
    private final List<Double> parts = new ArrayList<>();

    void add(double rate, double generator) {
      server.add(rate);
      parts.add(rate / generator);
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%.0f tokens/s, %.1f %% (%.1f to %.1f)",
          quantile(server, 0.5),
          100 * quantile(parts, 0.5),
          100 * quantile(parts, 0),
          100 * quantile(parts, 1));
    }
  }

  private static double rate(int tokens, long began) {
    return tokens / ((System.nanoTime() - began) / 1e9);
  }

  @Test
  void sixtyFourAtOnceAreAsFastAsTheGenerator() throws Exception {
    int tokens = 64 * TOKENS;
    Rates streamed = new Rates();
    Rates whole = new Rates();
    try (LoadedModel own = LoadedModel.load(folder.resolve("model"), TYPE, Device.CPU)) {
      for (int run = 0; run < 6; run++) {
        List<Callable<Integer>> streams = new ArrayList<>();
        List<Callable<Integer>> answers = new ArrayList<>();
        List<GenerationRequest> requests = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
          int[] prompt = prompt(24, 100 * run + i);
          int[] other = prompt(24, 100 * run + i + 10_000); // not kept of the streamed one
          streams.add(() -> stream(body(prompt, TOKENS, ", \"seed\": 1")).tokens());
          answers.add(() -> answer(whole(other, TOKENS, ", \"seed\": 1")));
          requests.add(request(prompt, TOKENS, i));
        }
        double generator = generated(own, requests, tokens);
        double first = asked(answers, tokens);
        double second = asked(streams, tokens);
        generator = (generator + generated(own, requests, tokens)) / 2;
        if (run > 0) { // while the first is made, code is compiled
          whole.add(first, generator);
          streamed.add(second, generator);
        }
      }
    }
    say("64 at once, of the generator: whole answers " + whole);
    say("streamed token by token with log-probabilities, to clients on the same cores " + streamed);
  }

  private static double generated(LoadedModel own, List<GenerationRequest> requests, int tokens) {
    long began = System.nanoTime();
    GenerationEngine.generate(own.decoder(), requests, 64);
    return rate(tokens, began);
  }

  private static double asked(List<Callable<Integer>> clients, int tokens) throws Exception {
    long began = System.nanoTime();
    assertThat(together(clients).stream().mapToInt(n -> n).sum()).isEqualTo(tokens);
    return rate(tokens, began);
  }

  /// Sixty-four clients, each of whom asks again as soon as it is answered, against a generator
  /// that has all requests from the start.
  @Test
  void sixtyFourWhoGoOnAreAsFastAsTheGenerator() throws Exception {
    int each = 4;
    Rates whole = new Rates();
    try (LoadedModel own = LoadedModel.load(folder.resolve("model"), TYPE, Device.CPU)) {
      for (int run = 0; run < 4; run++) {
        List<Callable<Integer>> clients = new ArrayList<>();
        List<GenerationRequest> requests = new ArrayList<>();
        int all = 0;
        for (int c = 0; c < 64; c++) {
          List<String> bodies = new ArrayList<>();
          for (int i = 0; i < each; i++) {
            int number = (run * 64 + c) * each + i;
            int length = TOKENS / 2 + Rng.below(TOKENS, 5, number, 0, 0);
            int[] prompt = prompt(24, 50_000 + number);
            bodies.add(whole(prompt, length, ", \"seed\": 1"));
            requests.add(request(prompt, length, number));
            all += length;
          }
          clients.add(() -> {
            int tokens = 0;
            for (String body : bodies) {
              tokens += answer(body);
            }
            return tokens;
          });
        }
        double generator = generated(own, requests, all);
        double server = asked(clients, all);
        generator = (generator + generated(own, requests, all)) / 2;
        if (run > 0) {
          whole.add(server, generator);
        }
      }
    }
    say("64 who go on, of the generator: whole answers " + whole);
  }

  /// Returns how many tokens an answer that comes whole has.
  private static int answer(String body) throws Exception {
    try (Socket socket = ask(body);
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("{")) {
          return Json.MAPPER.readTree(line).path("usage").path("completion_tokens").intValue();
        }
      }
    }
    return 0;
  }

  @Test
  void aLongPromptDoesNotHoldUpAnswers() throws Exception {
    for (int running : new int[] {1, 8, 32}) {
      stream(body(prompt(4096, 900 + running), 2, "")); // compiled
      List<Callable<Streamed>> all = new ArrayList<>();
      for (int i = 0; i < running; i++) {
        int[] prompt = prompt(24, i);
        all.add(() -> stream(body(prompt, 1500, "")));
      }
      CompletableFuture<List<Streamed>> going =
          CompletableFuture.supplyAsync(() -> {
            try {
              return together(all);
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          });
      while (served.engine().running() < running) {
        Thread.sleep(1);
      }
      Thread.sleep(200);
      long from = System.nanoTime();
      Streamed late = stream(body(prompt(4096, running), 2, ""));
      long until = late.at.getFirst();
      List<Double> gaps = new ArrayList<>();
      List<Double> during = new ArrayList<>();
      for (Streamed one : going.get()) {
        gaps.addAll(one.gaps(Long.MIN_VALUE, Long.MAX_VALUE));
        during.addAll(one.gaps(from, until));
      }
      say(
          String.format(
              Locale.ROOT,
              "4096 tokens while %d run: gap median %.2f ms, p99 %.2f ms (%.2f times); while it is read"
                  + " median %.2f, p99 %.2f, longest %.2f; its first token after %.0f ms",
              running,
              quantile(gaps, 0.5),
              quantile(gaps, 0.99),
              quantile(gaps, 0.99) / quantile(gaps, 0.5),
              quantile(during, 0.5),
              quantile(during, 0.99),
              quantile(during, 1),
              (until - from) / 1e6));
    }
  }

  @Test
  void whoGoesAwayFreesTheRowAtOnce() throws Exception {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      awaitIdle();
      Socket socket = ask(body(prompt(24, i), 4000, ""));
      while (served.engine().running() == 0) {
        Thread.onSpinWait();
      }
      Thread.sleep(5);
      long began = System.nanoTime();
      socket.close();
      while (served.engine().hasWork()) {
        Thread.onSpinWait();
      }
      millis.add((System.nanoTime() - began) / 1e6);
    }
    say(
        String.format(
            Locale.ROOT,
            "row free after median %.2f ms, p99 %.2f ms",
            quantile(millis, 0.5),
            quantile(millis, 0.99)));
  }

  @Test
  void tenThousandWhoComeAndGoLeaveNothing() throws Exception {
    come(1000);
    long objects = Memory.nativeObjects();
    long resident = Memory.resident();
    int threads = Thread.getAllStackTraces().size();
    come(10_000);
    say(
        String.format(
            Locale.ROOT,
            "10,000 came and went: %d rows, threads %d to %d, native objects %d to %d, resident %.1f to"
                + " %.1f MiB",
            served.engine().running(),
            threads,
            Thread.getAllStackTraces().size(),
            objects,
            Memory.nativeObjects(),
            resident / 1048576.0,
            Memory.resident() / 1048576.0));
    assertThat(served.engine().running()).isZero();
    assertThat(served.engine().waiting()).isZero();
  }

  private static void come(int times) throws Exception {
    for (int i = 0; i < times; i++) {
      try (Socket socket = ask(body(prompt(16, i % 50), 50, i % 2 == 0 ? "" : ", \"n\": 2"))) {
        if (i % 3 == 0) {
          socket.setSoLinger(true, 0);
        }
        if (i % 5 == 0) {
          assertThat(socket.getInputStream().read()).isNotNegative();
        }
      }
    }
    awaitIdle();
    while (server.connections() > 0) {
      Thread.sleep(1);
    }
    System.gc();
    Thread.sleep(500);
  }

  @Test
  void greedyTextsAreTheSameHoweverManyRun() throws Exception {
    List<Callable<Streamed>> all = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      int[] prompt = prompt(20 + 7 * i, i);
      all.add(() -> stream(body(prompt, 60, ", \"temperature\": 0")));
    }
    List<String> one = new ArrayList<>();
    for (Callable<Streamed> each : all) {
      one.add(each.call().text);
    }
    List<String> eight = new ArrayList<>();
    for (int i = 0; i < 64; i += 8) {
      together(all.subList(i, i + 8)).forEach(s -> eight.add(s.text));
    }
    List<String> many = together(all).stream().map(Streamed::text).toList();
    long equal8 = IntStream.range(0, 64).filter(i -> eight.get(i).equals(one.get(i))).count();
    long equal64 = IntStream.range(0, 64).filter(i -> many.get(i).equals(one.get(i))).count();
    say(
        String.format(
            Locale.ROOT,
            "greedy texts equal to those alone: %d of 64 at 8, %d of 64 at 64",
            equal8,
            equal64));
    assertThat(equal8 + equal64).isEqualTo(128);
  }

  @Test
  void aSecondTurnBeginsSoonerThanTheFirst() throws Exception {
    stream(body(prompt(2100, 77), 2, ""));
    List<Double> cold = new ArrayList<>();
    List<Double> warm = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int[] first = prompt(2000, 1000 + i);
      long began = System.nanoTime();
      Streamed answer = stream(body(first, 30, ", \"temperature\": 0"));
      cold.add((answer.at.getFirst() - began) / 1e6);
      int[] second = Arrays.copyOf(first, 2050); // the answer and another question
      System.arraycopy(prompt(50, i), 0, second, 2000, 50);
      began = System.nanoTime();
      warm.add((stream(body(second, 2, "")).at.getFirst() - began) / 1e6);
    }
    say(
        String.format(
            Locale.ROOT,
            "first token of 2000 tokens %.1f ms, of the next turn %.1f ms: %.1f %%",
            quantile(cold, 0.5),
            quantile(warm, 0.5),
            100 * quantile(warm, 0.5) / quantile(cold, 0.5)));
  }
}
