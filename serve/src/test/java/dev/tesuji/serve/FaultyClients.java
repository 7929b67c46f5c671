package dev.tesuji.serve;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Clients that mean harm, or know no better. Each fault is a kind that a server on a network
/// meets.
final class FaultyClients extends Clients {
  private static final int SLACK = 10_000; // milliseconds beyond the server's patience

  /// A thing to do to a server.
  @FunctionalInterface
  private interface Fault {
    /// Does it.
    ///
    /// @throws IOException when the server hangs up
    void commit(Random dice) throws IOException, InterruptedException;
  }

  private final int port;
  private final Duration patience;
  private final List<Map.Entry<String, Fault>> faults;
  private final Map<String, AtomicInteger> committed = new ConcurrentHashMap<>();
  private final Queue<String> surprises = new ConcurrentLinkedQueue<>();

  FaultyClients(int port, Duration patience) {
    this.port = port;
    this.patience = patience;
    List<Map.Entry<String, Fault>> all =
        List.of(
            Map.entry("goes away at some moment", this::goAway),
            Map.entry("goes away while its text is scored", this::goAwayWhileScored),
            Map.entry("reads slowly", this::readSlowly),
            Map.entry("never reads", this::neverRead),
            Map.entry("says nothing", dice -> hungUpOn("")),
            Map.entry("says half a head", dice -> hungUpOn("POST /v1/completions HTTP/1.1\r\nHo")),
            Map.entry("sends half a body", this::halfBody),
            Map.entry("sends its head byte by byte", this::trickle),
            Map.entry("announces too large a body", this::announceTooMuch),
            Map.entry("sends too large a body", this::sendTooMuch),
            Map.entry("sends the largest body", this::sendTheMost),
            Map.entry("sends what is no JSON", this::badJson),
            Map.entry("asks for what there is not", this::badFields),
            Map.entry("has a wrong key", this::wrongKey),
            Map.entry("looks for other paths", this::otherPaths),
            Map.entry("speaks no HTTP", this::noHttp),
            Map.entry("asks for everything at once", this::pipeline),
            Map.entry("asks for a hard structure", this::hardStructure),
            Map.entry("asks for many answers", this::manyAnswers),
            Map.entry("tokenizes a long text", this::tokenizeMuch));
    String only = System.getProperty("tesuji.fault", ""); // to find out which one does harm
    faults = all.stream().filter(f -> f.getKey().contains(only)).toList();
  }

  private Socket open() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(2048); // what is not read stays with the server
    socket.setSoTimeout((int) patience.toMillis() + 12 * SLACK);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 30_000);
    return socket;
  }

  private static String head(String path, String key, long length) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer "
        + key
        + (length < 0 ? "\r\nTransfer-Encoding: chunked" : "\r\nContent-Length: " + length)
        + "\r\n\r\n";
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private Socket ask(String path, String body) throws IOException {
    Socket socket = open();
    send(socket, head(path, ServerChild.KEY, body.length()) + body);
    return socket;
  }

  /// Returns the status of the next answer; -1 where the server hung up.
  private static int status(Socket socket) throws IOException {
    byte[] line = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
    String text = new String(line, StandardCharsets.ISO_8859_1);
    return text.length() < 12 ? -1 : Integer.parseInt(text.substring(9));
  }

  private void expect(String what, int got, Integer... wanted) {
    boolean late = got == 408; // on a machine that is busy a body may take longer than it may
    if (!down && !late && !Arrays.asList(wanted).contains(got)) {
      surprises.add(what + ": status must be of " + Arrays.toString(wanted) + ", got " + got);
    }
  }

  private void expectOf(String what, String path, String body, Integer... wanted)
      throws IOException {
    try (Socket socket = ask(path, body)) {
      expect(what, status(socket), wanted);
    }
  }

  private static String stream(int tokens, String more) {
    return "{\"prompt\": \"Go on and on\", \"stream\": true, \"ignore_eos\": true, \"max_tokens\": "
        + tokens
        + more
        + "}";
  }

  private void goAway(Random dice) throws IOException, InterruptedException {
    String[] more = {"", ", \"logprobs\": 2", ", \"n\": 3", ", \"stream\": false", ", \"n\": 2"};
    try (Socket socket = ask("/v1/completions", stream(500, more[dice.nextInt(more.length)]))) {
      Thread.sleep(dice.nextInt(150));
      if (dice.nextBoolean()) {
        socket.getInputStream().readNBytes(dice.nextInt(400));
      }
      if (dice.nextBoolean()) {
        socket.setSoLinger(true, 0); // a reset
      }
    }
  }

  private void goAwayWhileScored(Random dice) throws IOException, InterruptedException {
    String text = "x".repeat(ServerChild.CONTEXT - 1);
    String body =
        "{\"prompt\": \"" + text + "\", \"echo\": true, \"max_tokens\": 0, \"logprobs\": 20}";
    try (Socket _ = ask("/v1/completions", body)) {
      Thread.sleep(dice.nextInt(60));
    }
  }

  private void readSlowly(Random dice) throws IOException, InterruptedException {
    try (Socket socket = ask("/v1/completions", stream(400, ", \"logprobs\": 20"))) {
      InputStream in = socket.getInputStream();
      for (int i = 0; i < 40 && !over; i++) {
        in.readNBytes(1 + dice.nextInt(64));
        Thread.sleep(50);
      }
    }
  }

  /// A server must not wait for ever: whether it hangs up depends on how much it has to say.
  private void neverRead(Random dice) throws IOException, InterruptedException {
    try (Socket _ = ask("/v1/completions", stream(1500, ", \"logprobs\": 20"))) {
      for (int i = 0; i < 40 && !over; i++) {
        Thread.sleep(patience.toMillis() / 20);
      }
    }
  }

  private void hungUpOn(String some) throws IOException {
    long began = System.nanoTime();
    try (Socket socket = open()) {
      send(socket, some);
      int got = socket.getInputStream().read();
      double took = (System.nanoTime() - began) / 1e6;
      if (!down && (got >= 0 || took > patience.toMillis() * 1.5 + SLACK)) {
        surprises.add("'" + some + "' must be hung up on, got " + got + " after " + took + " ms");
      }
    }
  }

  private void halfBody(Random dice) throws IOException {
    try (Socket socket = open()) {
      send(socket, head("/v1/completions", ServerChild.KEY, 1000) + "{\"prompt\": ");
      expect("half a body", status(socket), 408);
    }
  }

  private void trickle(Random dice) throws IOException, InterruptedException {
    try (Socket socket = open()) {
      String head = head("/v1/completions", ServerChild.KEY, 10).repeat(3);
      long end = System.nanoTime() + 2 * patience.toNanos() + SLACK * 1_000_000L;
      for (int i = 0; !over && System.nanoTime() < end; i++) {
        send(socket, head.substring(i % 40, i % 40 + 1));
        Thread.sleep(20);
      }
      if (!over && !down) {
        surprises.add("a head that comes byte by byte must be hung up on");
      }
    } catch (IOException e) {
      // It was.
    }
  }

  private void announceTooMuch(Random dice) throws IOException {
    for (String length : new String[] {"16777217", "99999999999", "9".repeat(40)}) {
      try (Socket socket = open()) {
        String head = head("/v1/completions", ServerChild.KEY, 0);
        send(socket, head.replace("Length: 0", "Length: " + length));
        expect("a length of " + length, status(socket), 413, 400);
      }
    }
  }

  private void sendTooMuch(Random dice) throws IOException {
    String chunk = "100000\r\n" + "a".repeat(0x100000) + "\r\n";
    try (Socket socket = open()) {
      try {
        send(socket, head("/v1/completions", ServerChild.KEY, -1));
        for (int i = 0; i < 18; i++) {
          send(socket, chunk);
        }
      } catch (IOException e) {
        return; // hung up on
      }
      expect("18 MiB in chunks", status(socket), 413, 503, -1);
    }
  }

  /// Bodies that are within the limit, and as much work as that allows.
  private void sendTheMost(Random dice) throws IOException {
    int most = 15 << 20;
    String body =
        switch (dice.nextInt(5)) {
          case 0 -> "{\"prompt\": [" + "1,".repeat(most / 2) + "1]}";
          case 1 -> "{\"messages\": [" + "{},".repeat(most / 3) + "{}]}";
          case 2 -> "{\"prompt\": \"" + "a ".repeat(most / 2) + "\"}";
          case 3 -> "{" + "\"a\":[],".repeat(most / 7) + "\"b\":1}";
          default ->
              "{\"messages\": [{\"role\": \"user\", \"content\": \"" + "b".repeat(most) + "\"}]}";
        };
    String path = body.startsWith("{\"m") ? "/v1/chat/completions" : "/v1/completions";
    expectOf("15 MiB " + body.substring(0, 16), path, body, 400, 413, 429, 503);
  }

  private void badJson(Random dice) throws IOException {
    List<String> bodies =
        List.of(
            "",
            "{",
            "[]",
            "nonsense",
            "{\"a\": \"\\ud800\"}",
            "{\"prompt\": \"\u00ff\u00fe\"}",
            "[".repeat(100_000),
            "{\"a\":".repeat(50_000),
            "{\"a\":".repeat(100_000),
            "{\"prompt\": NaN}",
            "{\"prompt\": [1e999999999]}",
            "{\"max_tokens\": " + "9".repeat(100_000) + ", \"prompt\": \"a\"}",
            "{\"seed\": 1e1000000000, \"prompt\": \"a\"}",
            "\0\0\0\0");
    String body = bodies.get(dice.nextInt(bodies.size()));
    String what = body.substring(0, Math.min(20, body.length()));
    boolean large = body.length() > 256 << 10; // for which there may be no memory just now
    expectOf(what, "/v1/completions", body, large ? new Integer[] {400, 503} : new Integer[] {400});
  }

  private void badFields(Random dice) throws IOException {
    List<String> fields =
        List.of(
            "\"n\": 129",
            "\"max_tokens\": -1",
            "\"logprobs\": 21",
            "\"temperature\": 3",
            "\"stop\": [\"\"]",
            "\"cache_salt\": \"" + "s".repeat(10_000) + "\"",
            "\"model\": \"" + "m".repeat(10_000) + "\"",
            "\"logit_bias\": {\"999999\": 1}",
            "\"guided_regex\": \"" + "(".repeat(50_000) + "\"");
    for (String field : fields) {
      boolean unknown = field.startsWith("\"model");
      boolean chat = field.startsWith("\"guided");
      String body =
          chat
              ? "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], " + field + "}"
              : "{\"prompt\": \"a\", " + field + "}";
      String path = chat ? "/v1/chat/completions" : "/v1/completions";
      expectOf(field.substring(0, 8), path, body, unknown ? 404 : 400);
    }
  }

  private void wrongKey(Random dice) throws IOException {
    for (String path : new String[] {"/v1/completions", "/v1/models", "/metrics", "/tokenize"}) {
      try (Socket socket = open()) {
        String body = "{\"prompt\": \"a\"}";
        send(socket, head(path, "k".repeat(dice.nextInt(1000)), body.length()) + body);
        expect("a wrong key", status(socket), 401);
      }
    }
  }

  private void otherPaths(Random dice) throws IOException {
    for (String line :
        new String[] {
          "GET /v1/models/%zz",
          "POST /v1/models/" + dice.nextLong(),
          "GET /" + dice.nextLong(),
          "PUT /v1/completions",
          "OPTIONS /metrics",
          "GET /../../etc/passwd",
          "HEAD /v1/models/%00"
        }) {
      try (Socket socket = open()) {
        String key = "\r\nAuthorization: Bearer " + ServerChild.KEY;
        send(socket, line + " HTTP/1.1\r\nHost: x" + key + "\r\nContent-Length: 0\r\n\r\n");
        expect(line.substring(0, 12), status(socket), 400, 404, 405);
      }
    }
  }

  private void noHttp(Random dice) throws IOException {
    List<String> greetings =
        List.of(
            "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003" + "\0".repeat(500),
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "GET / HTTP/9.9\r\n\r\n",
            "GET " + "/a".repeat(20_000) + " HTTP/1.1\r\n\r\n",
            "GET /health HTTP/1.1\r\nX: " + "y".repeat(60_000) + "\r\n\r\n",
            "POST /v1/completions HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
            head("/v1/completions", ServerChild.KEY, -1) + "zz\r\n",
            "\r\n".repeat(500) + "what\r\n\r\n");
    try (Socket socket = open()) {
      send(socket, greetings.get(dice.nextInt(greetings.size())));
      expect("no HTTP", status(socket), -1, 400, 404, 408, 414, 431, 501, 505);
    }
  }

  private void pipeline(Random dice) throws IOException {
    try (Socket socket = open()) {
      send(socket, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n".repeat(50));
      String body = stream(50, "");
      send(socket, (head("/v1/completions", ServerChild.KEY, body.length()) + body).repeat(20));
      expect("fifty at once", status(socket), 200);
    }
  }

  private void hardStructure(Random dice) throws IOException {
    List<String> hard =
        List.of(
            "(a|b|ab)*c(a|b){500}",
            "(.*a){20}",
            "((a{1,50}){1,50}){1,50}",
            "(x+x+)+y",
            "\\\\w{1,1000}@\\\\w{1,1000}",
            "(" + IntStream.range(0, 3000).mapToObj(i -> "w" + i).collect(joined()) + ")*");
    String body =
        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"max_tokens\": 100,"
            + " \"guided_regex\": \""
            + hard.get(dice.nextInt(hard.size()))
            + dice.nextInt(1_000_000) // not known yet
            + "\"}";
    expectOf("a hard structure", "/v1/chat/completions", body, 200, 400, 429);
  }

  private static java.util.stream.Collector<CharSequence, ?, String> joined() {
    return Collectors.joining("|");
  }

  private void manyAnswers(Random dice) throws IOException, InterruptedException {
    String prompts =
        IntStream.range(0, 100).mapToObj(i -> "\"a\"").collect(Collectors.joining(","));
    String body = "{\"prompt\": [" + prompts + "], \"n\": 100, \"max_tokens\": 2000}";
    try (Socket socket = ask("/v1/completions", body)) {
      expect("10,000 answers", status(socket), 400);
    }
  }

  private void tokenizeMuch(Random dice) throws IOException {
    String text = "word after word ".repeat(1 << 16);
    expectOf("a long text", "/tokenize", "{\"content\": \"" + text + "\"}", 200, 503);
  }

  /// Begins, with some at once.
  void start(int count, long seed) {
    over = false;
    for (int i = 0; i < count; i++) {
      Random dice = new Random(seed + i);
      int first = i;
      begin(() -> run(dice, first));
    }
  }

  /// Begins to hold streams open: each is read to its end, a little at a time, and asked for again.
  void hold(int streams) {
    for (int i = 0; i < streams; i++) {
      begin(() -> repeat("holds a stream open", new Random(), this::hold));
    }
  }

  private void hold(Random dice) throws IOException, InterruptedException {
    try (Socket socket = ask("/v1/completions", stream(30, ""))) {
      InputStream in = socket.getInputStream();
      byte[] some = new byte[2000];
      while (!over && in.read(some) >= 0) {
        Thread.sleep(500);
      }
    }
  }

  private void run(Random dice, int first) {
    for (int i = first; !over; i++) {
      Map.Entry<String, Fault> fault = faults.get(i % faults.size());
      once(fault.getKey(), dice, fault.getValue());
    }
  }

  private void repeat(String name, Random dice, Fault fault) {
    while (!over) {
      once(name, dice, fault);
    }
  }

  private void once(String name, Random dice, Fault fault) {
    try {
      fault.commit(dice);
      committed.computeIfAbsent(name, _ -> new AtomicInteger()).incrementAndGet();
      Thread.sleep(20);
    } catch (IOException e) {
      pause(); // hung up on
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      surprises.add(name + ": " + e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Returns the answers that should have been others.
  List<String> surprises() {
    return surprises.stream().distinct().toList();
  }

  /// Returns how often each fault was committed without being hung up on.
  Map<String, AtomicInteger> committed() {
    return committed;
  }
}
