package dev.tesuji.reward;

import dev.tesuji.answer.Verdict;
import dev.tesuji.check.BadInput;
import dev.tesuji.check.Require;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
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
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final int OK = 200;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;

  /// Reads NaN and Infinity too, which are no JSON and which Python writes all the same.
  private static final ObjectReader READER =
      Json.MAPPER.reader().with(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS);

  private final String name;
  private final Settings settings;
  private final HttpClient client;
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

    /// Returns the longest pause before an attempt, counted from 1.
    private Duration pauseBefore(int attempt) {
      long millis = pause.toMillis() << Math.min(attempt - 2, 20);
      return millis > LONGEST_PAUSE.toMillis() ? LONGEST_PAUSE : Duration.ofMillis(millis);
    }
  }

  /// Makes the reward; nothing is asked yet.
  ///
  /// @param name the reward's, for messages
  public HttpReward(String name, Settings settings) {
    this.name = name;
    this.settings = settings;
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.timeout())
            .executor(threads)
            .build();
    batching = new Batching(settings.batchSize(), threads, this::ask);
  }

  @Override
  public Duration patience() {
    Duration all = settings.timeout().multipliedBy(settings.attempts() + 1L).plus(Batching.LINGER);
    for (int attempt = 2; attempt <= settings.attempts(); attempt++) {
      all = all.plus(settings.pauseBefore(attempt));
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
            .timeout(settings.timeout())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    String trouble = "";
    for (int attempt = 1; attempt <= settings.attempts(); attempt++) {
      try {
        if (attempt > 1) {
          double share = ThreadLocalRandom.current().nextDouble(0.5, 1);
          Thread.sleep((long) (settings.pauseBefore(attempt).toMillis() * share));
        }
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        int status = answer.statusCode();
        if (status == OK) {
          return answer.body();
        }
        trouble = "status " + status + ": " + BadInput.brief(answer.body());
        if (status != TOO_MANY_REQUESTS && status < SERVER_ERROR) {
          throw failure("must answer with status 200, got " + trouble);
        }
      } catch (ConnectException e) {
        trouble = "no connection";
      } catch (IOException e) {
        trouble = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        trouble = "interrupted";
        break;
      }
    }
    throw failure(
        "gave no answer in "
            + settings.attempts()
            + " attempts (the last: "
            + trouble
            + "); see that it is up and quick enough");
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
      if (!reward.isNull()
          && !(reward.isNumber() && Double.isFinite(reward.doubleValue(Double.NaN)))) {
        throw failure(
            "must answer with finite numbers or null, got "
                + BadInput.brief(reward)
                + " for "
                + RewardMix.describe(batch.get(i)));
      }
      judgements.add(
          reward.isNull()
              ? new Judgement.Withheld(Verdict.VERIFIER_ERROR)
              : new Judgement.Points(reward.doubleValue()));
    }
    return judgements;
  }

  private String where() {
    return "reward '" + name + "' at " + settings.url() + " ";
  }

  private RewardFailure failure(String problem) {
    return new RewardFailure(where() + problem);
  }
}
