package dev.tesuji.serve;

import dev.tesuji.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Clients that ask the same things over and over, and whose answers must stay what they were.
final class HonestClients extends Clients implements AutoCloseable {
  private static final List<String> PASSING = List.of("id", "created", "created_at", "usage");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /// A question that one of them asks.
  private record Question(String path, String body) {
    boolean streams() {
      return body.contains("\"stream\": true");
    }
  }

  private static final String LONG = "A long text, of which each letter counts. ";
  private static final String SCHEMA =
      "{\"type\": \"object\", \"properties\": {\"n\": {\"type\": \"integer\", \"minimum\": 0,"
          + " \"maximum\": 99}, \"on\": {\"type\": \"boolean\"}}, \"required\": [\"n\", \"on\"],"
          + " \"additionalProperties\": false}";
  private static final List<Question> QUESTIONS =
      List.of(
          new Question("/v1/chat/completions", chat("\"max_tokens\": 40")),
          new Question(
              "/v1/chat/completions",
              chat(
                  "\"max_tokens\": 40, \"stream\": true, \"logprobs\": true, \"top_logprobs\": 3")),
          new Question("/v1/completions", completion(LONG.repeat(15), 0, "\"echo\": true")),
          new Question("/v1/completions", completion(LONG.repeat(8), 60, "\"stream\": true")),
          new Question("/v1/completions", completion(LONG.repeat(30), 8, "\"n\": 2")),
          new Question(
              "/v1/responses",
              "{\"input\": \"Well?\", \"max_output_tokens\": 30, \"temperature\": 0}"),
          new Question(
              "/v1/chat/completions",
              chat(
                  "\"max_tokens\": 60, \"response_format\": {\"type\": \"json_schema\","
                      + " \"json_schema\": {\"name\": \"s\", \"schema\": "
                      + SCHEMA
                      + "}}")));

  private static String chat(String more) {
    return "{\"messages\": [{\"role\": \"user\", \"content\": \"Who is there?\"}], \"seed\": 5, "
        + more
        + "}";
  }

  private static String completion(String prompt, int tokens, String more) {
    return "{\"prompt\": \""
        + prompt
        + "\", \"seed\": 5, \"logprobs\": 2, \"ignore_eos\": true, \"max_tokens\": "
        + tokens
        + ", "
        + more
        + "}";
  }

  private final HttpClient client = HttpClient.newHttpClient();
  private final int port;
  private final List<String> expected = new ArrayList<>();
  private final Queue<Double> seconds = new ConcurrentLinkedQueue<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicInteger refused = new AtomicInteger();

  /// Asks everything once, of a server that nobody else uses.
  HonestClients(int port) throws Exception {
    this.port = port;
    for (Question question : QUESTIONS) {
      HttpResponse<String> got = ask(question);
      if (got.statusCode() != 200) {
        throw new AssertionError(question.path() + " must answer, got " + got.body());
      }
      expected.add(told(question, got.body()));
    }
  }

  private HttpResponse<String> ask(Question question) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + question.path()))
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + ServerChild.KEY)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(question.body()))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /// Returns what an answer tells, without what is another each time.
  private static String told(Question question, String answer) {
    if (!question.streams()) {
      JsonNode json = Json.MAPPER.readTree(answer);
      forget(json);
      return Json.line(json);
    }
    Map<Integer, StringBuilder> choices = new TreeMap<>();
    for (String line : answer.lines().filter(l -> l.startsWith("data: {")).toList()) {
      JsonNode event = Json.MAPPER.readTree(line.substring("data: ".length()));
      if (event.has("error")) {
        return line;
      }
      for (JsonNode choice : event.path("choices")) {
        forget(choice);
        choices
            .computeIfAbsent(choice.path("index").asInt(), _ -> new StringBuilder())
            .append(Json.line(choice))
            .append('\n');
      }
    }
    return choices.toString() + answer.endsWith("data: [DONE]\n\n");
  }

  private static void forget(JsonNode json) {
    if (json instanceof ObjectNode object) {
      object.remove(PASSING);
    }
    json.forEach(HonestClients::forget);
  }

  /// Begins to ask, on some threads.
  void start(int count) {
    over = false;
    for (int i = 0; i < count; i++) {
      int first = i;
      begin(() -> run(first));
    }
  }

  private void run(int first) {
    try {
      for (int i = first; !over; i++) {
        answered(i % QUESTIONS.size());
        Thread.sleep(20);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answered(int i) throws InterruptedException {
    long began = System.nanoTime();
    boolean again = true;
    boolean wasDown = down;
    while (true) {
      wasDown |= down;
      String got;
      try {
        HttpResponse<String> response = ask(QUESTIONS.get(i));
        boolean busy = response.statusCode() == 429 || (down && response.statusCode() == 503);
        got = busy ? "" : told(QUESTIONS.get(i), response.body());
        refused.addAndGet(busy ? 1 : 0);
      } catch (IOException e) {
        got = down || again ? "" : String.valueOf(e);
        again = false; // once: an idle connection may end just when it is used again
      }
      if (!got.isEmpty()) {
        boolean cutOff =
            down && !got.equals(expected.get(i)); // a stream of a server that was killed
        if (!got.equals(expected.get(i)) && !cutOff) {
          wrong.add(QUESTIONS.get(i).path() + " " + difference(expected.get(i), got));
        }
        if (!down && !wasDown) {
          seconds.add((System.nanoTime() - began) / 1e9);
        }
        return;
      }
      if (over) {
        return;
      }
      Thread.sleep(50);
    }
  }

  private static String difference(String want, String got) {
    int at = Math.max(0, Arrays.mismatch(want.toCharArray(), got.toCharArray()) - 40);
    return "must be answered ..." + brief(want, at) + "..., got ..." + brief(got, at) + "...";
  }

  private static String brief(String text, int from) {
    return text.substring(Math.min(from, text.length()), Math.min(text.length(), from + 200));
  }

  /// Returns the answers that were other than they had been, or did not come.
  List<String> wrong() {
    return List.copyOf(wrong);
  }

  /// Returns how long answers took, with the waits after refusals, in order.
  List<Double> seconds() {
    return seconds.stream().sorted().toList();
  }

  /// Returns how often the queue was full.
  int refused() {
    return refused.get();
  }

  @Override
  public void close() {
    over = true;
    client.close();
  }
}
