package dev.tesuji.endpoint;

import static java.util.Objects.requireNonNull;

import dev.tesuji.check.BadInput;
import dev.tesuji.endpoint.Attempts.GaveUp;
import dev.tesuji.endpoint.Attempts.Passing;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Asks an endpoint that speaks OpenAI's interface, from many threads at once.
///
/// What may pass (no connection, no whole answer in time, status 408, 425, 429, from 500) is tried
/// again, after the pause that `Retry-After` asks for, which holds for all askers. Everything else
/// is an [EndpointFailure] in one sentence.
public final class ChatClient implements AutoCloseable {
  private static final String LIMIT = "max_tokens";
  private static final String RENAMED = "max_completion_tokens"; // as o1 and its successors have it

  private final Endpoint endpoint;
  private final @Nullable ReplyFile had;
  private final Transport transport;
  private final Refusals refusals;
  private final Semaphore permits;
  private final Spending spending;
  private final AtomicLong heldUntil = new AtomicLong(System.nanoTime());
  private volatile @Nullable String model;
  private volatile boolean renamed; // the endpoint wants the limit under its new name

  /// Makes a client; nothing is asked yet.
  ///
  /// @param had the answers that were received before, and where new ones go; null to keep none.
  ///   The client closes it
  public ChatClient(Endpoint endpoint, @Nullable ReplyFile had) {
    this.endpoint = endpoint;
    this.had = had;
    transport = new Transport(endpoint.timeout());
    refusals = new Refusals(endpoint);
    permits = new Semaphore(endpoint.concurrency(), true);
    spending = new Spending(endpoint.budget());
    model = endpoint.model();
    if (had != null) {
      had.forEachUsage(spending::add);
    }
  }

  /// Returns what the answers have taken.
  public Spending.Totals spent() {
    return spending.totals();
  }

  /// Asks once for the list of models: says at once that an endpoint is not there, wants another
  /// key, or has no model of that name, and finds the model's name where none is given.
  ///
  /// @throws EndpointFailure when it is no endpoint that can be asked
  public void connect() {
    Optional<List<String>> listed = models();
    String wanted = model;
    if (wanted == null) {
      model = only(listed.orElse(List.of()));
    } else if (listed.isPresent() && !listed.get().isEmpty() && !listed.get().contains(wanted)) {
      throw refusals.noModel(wanted, listed.get());
    }
  }

  private String only(List<String> listed) {
    if (listed.size() != 1) {
      throw new EndpointFailure(
          refusals.where()
              + "needs 'model', the name of one of its models"
              + (listed.isEmpty() ? "" : ": " + BadInput.brief(String.join(", ", listed))));
    }
    return listed.getFirst();
  }

  /// Returns the names of the models; nothing where the endpoint does not list them.
  private Optional<List<String>> models() {
    Transport.Reply reply =
        insist(new Attempts(1, Duration.ZERO), () -> send(request("/models").GET().build()));
    if (reply.status() != Refusals.OK) {
      if (reply.status() == Refusals.NOT_FOUND || reply.status() == Refusals.NOT_ALLOWED) {
        return Optional.empty();
      }
      throw refusals.of(reply, "/models", null, "");
    }
    List<String> names = new ArrayList<>();
    try {
      for (JsonNode one : Json.MAPPER.readTree(reply.body()).path("data")) {
        names.add(one.path("id").asString(""));
      }
    } catch (JacksonException _) {
      return Optional.empty();
    }
    return Optional.of(names);
  }

  /// Asks a question, unless the answer is there already, and waits for the answer.
  ///
  /// @throws EndpointFailure when there is none
  public ChatReply ask(ChatQuestion question) {
    if (model == null) {
      connect();
    }
    ObjectNode body = body(question);
    String key = ReplyFile.key(question.id(), body);
    Optional<ChatReply> known = had == null ? Optional.empty() : had.find(key);
    if (known.isPresent()) {
      spending.addRemembered();
      return known.get();
    }
    try {
      permits.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EndpointFailure(refusals.where() + "was not asked: interrupted", e);
    }
    try {
      spending.requireRoom(refusals.where());
      ChatReply reply = insist(endpoint.attempts(), new Counted(body, question.about())::once);
      spending.add(reply.usage());
      if (had != null) {
        had.add(key, question.about(), reply);
      }
      return reply;
    } finally {
      permits.release();
    }
  }

  private ObjectNode body(ChatQuestion question) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("model", requireNonNull(model));
    body.setAll(question.body());
    endpoint
        .extra()
        .properties()
        .forEach(e -> {
          if (e.getValue().isNull()) {
            body.remove(e.getKey());
          } else {
            body.set(e.getKey(), e.getValue());
          }
        });
    return body;
  }

  /// The attempts at one question.
  private final class Counted {
    private final ObjectNode body;
    private final String about;
    private boolean again;

    Counted(ObjectNode body, String about) {
      this.body = body;
      this.about = about;
    }

    ChatReply once() throws IOException, InterruptedException {
      if (again) {
        spending.addRetry();
      }
      again = true;
      Transport.Reply reply = post();
      if (reply.status() == Refusals.BAD_REQUEST && !renamed && wantsRenamed(reply)) {
        renamed = true;
        reply = post();
      }
      if (reply.status() != Refusals.OK) {
        throw refusals.of(reply, endpoint.api().path(), model, about);
      }
      return read(reply.body());
    }

    private Transport.Reply post() throws IOException, InterruptedException {
      ObjectNode sent = body;
      if (renamed && body.has(LIMIT)) {
        sent = body.deepCopy();
        sent.set(RENAMED, sent.remove(LIMIT));
      }
      return send(
          request(endpoint.api().path())
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString(Json.line(sent)))
              .build());
    }

    private boolean wantsRenamed(Transport.Reply reply) {
      return body.has(LIMIT) && Refusals.message(reply.body()).contains(RENAMED);
    }
  }

  private ChatReply read(byte[] bytes) throws IOException {
    JsonNode answer;
    try {
      answer = Json.MAPPER.readTree(bytes);
    } catch (JacksonException e) {
      Passing passing = new Passing("an answer that is no JSON", null);
      passing.initCause(e);
      throw passing;
    }
    if (!answer.path("choices").path(0).isObject()) {
      throw new Passing("an answer without choices: " + BadInput.brief(answer), null);
    }
    TokenUsage usage =
        TokenUsage.read(answer.path("usage"))
            .orElseThrow(() ->
                new EndpointFailure(
                    refusals.where()
                        + "must say in 'usage' how many tokens it has read and written, got "
                        + BadInput.brief(answer.path("usage"))
                        + "; take a server that counts them"));
    return ChatReply.read(answer, usage)
        .orElseThrow(() -> new Passing("an answer without text: " + BadInput.brief(answer), null));
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(endpoint.url() + path))
            .header("Accept", "application/json")
            .header("User-Agent", "tesuji/0.2.0");
    if (endpoint.key() != null) {
      request.header("Authorization", "Bearer " + endpoint.key().text());
    }
    return request;
  }

  /// Sends a request when nobody asks to wait; an answer that may be another later is an error that
  /// is tried again.
  private Transport.Reply send(HttpRequest request) throws IOException, InterruptedException {
    long wait = heldUntil.get() - System.nanoTime();
    if (wait > 0) {
      Thread.sleep(Duration.ofNanos(wait));
    }
    Transport.Reply reply = transport.send(request);
    if (refusals.passes(reply)) {
      Duration asked = refusals.pause(reply);
      if (asked != null) {
        long until = System.nanoTime() + asked.toNanos();
        heldUntil.accumulateAndGet(until, (a, b) -> b - a > 0 ? b : a);
      }
      throw new Passing(refusals.status(reply), asked);
    }
    return reply;
  }

  private <T> T insist(Attempts attempts, Attempts.Attempt<T> attempt) {
    try {
      return attempts.insist(attempt);
    } catch (GaveUp e) {
      throw new EndpointFailure(
          refusals.where()
              + "gave no answer in "
              + attempts.most()
              + (attempts.most() == 1 ? " attempt (" : " attempts (the last: ")
              + e.trouble()
              + "); see that it is up, that the address is right, and that it is quick enough",
          e);
    }
  }

  @Override
  public void close() {
    transport.close();
    if (had != null) {
      had.close();
    }
  }
}
