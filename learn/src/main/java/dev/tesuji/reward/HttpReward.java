package dev.tesuji.reward;

import dev.tesuji.answer.Verdict;
import dev.tesuji.check.BadInput;
import dev.tesuji.check.Require;
import dev.tesuji.endpoint.Attempts;
import dev.tesuji.endpoint.Transport;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Asks an HTTP endpoint what responses are worth, several at a time.
///
/// ```
/// POST  {"completions": [{"prompt": "...", "gold": "...", "completion": "...", "tokens": 40,
///        "finish_reason": "eos", "problem_id": 7, "source": "train.jsonl:8"}, ...]}
/// 200   {"rewards": [0.5, null, ...]}
/// ```
///
/// The rewards come in the order of the completions; null withholds judgement, and that completion
/// is not trained on. What may pass (no connection, no answer in time, status 429 or from 500) is
/// tried again after a pause that doubles and varies by chance; what stays, or anything else, is a
/// [RewardFailure], on which a run saves and halts.
public final class HttpReward implements Reward {
  private static final int OK = 200;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;

  /// Reads NaN and Infinity too, which are no JSON and which Python writes all the same.
  private static final ObjectReader READER =
      Json.MAPPER.reader().with(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS);

  private final String name;
  private final Settings settings;
  private final Transport transport;
  private final Batching batching;

  /// How an endpoint is asked.
  ///
  /// @param url where it is
  /// @param batchSize the most completions of one request
  /// @param timeout how long it may take to answer
  /// @param attempts how often a request is made before the endpoint counts as down
  /// @param pause what is waited before the second attempt; twice as long before each further one,
  ///   at most 30 s, each shortened by up to a half by chance
  public record Settings(URI url, int batchSize, Duration timeout, int attempts, Duration pause) {
    /// Checks the ranges.
    public Settings {
      Require.that(
          url.getHost() != null
              && ("http".equals(url.getScheme()) || "https".equals(url.getScheme())),
          "url",
          "http://HOST... or https://HOST...",
          "'" + url + "'");
      Require.atLeast(1, "batchSize", batchSize);
      Require.that(timeout.isPositive(), "timeoutSeconds", "above 0", timeout.toMillis() / 1e3);
      Require.atLeast(1, "attempts", attempts);
    }

    private Attempts tries() {
      return new Attempts(attempts, pause);
    }
  }

  /// Makes the reward; nothing is asked yet.
  ///
  /// @param name the reward's, for messages
  public HttpReward(String name, Settings settings) {
    this.name = name;
    this.settings = settings;
    transport = new Transport(settings.timeout());
    batching = new Batching(settings.batchSize(), transport.threads(), this::ask);
  }

  @Override
  public Duration patience() {
    Duration all = settings.timeout().multipliedBy(settings.attempts() + 1L).plus(Batching.LINGER);
    for (int attempt = 2; attempt <= settings.attempts(); attempt++) {
      all = all.plus(settings.tries().pauseBefore(attempt));
    }
    return all;
  }

  @Override
  public Judgement judge(Response response) {
    return batching.judge(response);
  }

  private List<Judgement> ask(List<Response> batch) {
    return read(post(body(batch)), batch);
  }

  private static String body(List<Response> batch) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ArrayNode completions = body.putArray("completions");
    for (Response r : batch) {
      completions
          .addObject()
          .put("problem_id", r.problem().id())
          .put("source", r.problem().source())
          .put("prompt", r.problem().text())
          .put("gold", r.problem().answer())
          .put("completion", r.text())
          .put("tokens", r.tokens())
          .put("finish_reason", r.reason().toString());
    }
    return Json.line(body);
  }

  /// Returns the body of the answer.
  private String post(String body) {
    HttpRequest request =
        HttpRequest.newBuilder(settings.url())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return settings.tries().insist(() -> once(request));
    } catch (Attempts.GaveUp e) {
      throw new RewardFailure(
          where()
              + "gave no answer in "
              + settings.attempts()
              + " attempts (the last: "
              + e.trouble()
              + "); see that it is up and quick enough",
          e);
    }
  }

  private String once(HttpRequest request) throws IOException, InterruptedException {
    Transport.Reply reply = transport.send(request);
    String body = new String(reply.body(), StandardCharsets.UTF_8);
    int status = reply.status();
    if (status == OK) {
      return body;
    }
    String trouble = "status " + status + ": " + BadInput.brief(body);
    if (status == TOO_MANY_REQUESTS || status >= SERVER_ERROR) {
      throw new Attempts.Passing(trouble, null);
    }
    throw failure("must answer with status 200, got " + trouble);
  }

  private List<Judgement> read(String body, List<Response> batch) {
    JsonNode rewards;
    try {
      rewards = READER.readTree(body).path("rewards");
    } catch (JacksonException e) {
      throw new RewardFailure(where() + "must answer with JSON, got " + BadInput.brief(body), e);
    }
    if (!rewards.isArray()) {
      throw failure("must answer {\"rewards\": [...]}, got " + BadInput.brief(body));
    }
    if (rewards.size() != batch.size()) {
      throw failure(
          "must answer with one reward for each of "
              + batch.size()
              + " completions, got "
              + rewards.size()
              + "; the first was "
              + RewardMix.describe(batch.getFirst()));
    }
    List<Judgement> judgements = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      JsonNode reward = rewards.get(i);
      if (!reward.isNull() && !reward.isNumber()) {
        throw failure(
            "must answer with finite numbers or null, got "
                + BadInput.brief(reward)
                + " for "
                + RewardMix.describe(batch.get(i)));
      }
      judgements.add(
          reward.isNull()
              ? new Judgement.Withheld(Verdict.VERIFIER_ERROR)
              : new Judgement.Points(number(reward)));
    }
    return judgements;
  }

  /// Returns a number as it is nearest to it: whole numbers may be beyond all of floating point.
  private static double number(JsonNode reward) {
    return reward.isIntegralNumber()
        ? reward.bigIntegerValue().doubleValue()
        : reward.doubleValue();
  }

  private String where() {
    return "reward '" + name + "' at " + settings.url() + " ";
  }

  private RewardFailure failure(String problem) {
    return new RewardFailure(where() + problem);
  }
}
