package dev.tesuji.recipe;

import dev.tesuji.check.BadInput;
import dev.tesuji.check.Require;
import dev.tesuji.endpoint.Attempts;
import dev.tesuji.endpoint.Endpoint;
import dev.tesuji.endpoint.Prices;
import dev.tesuji.env.PromptTemplate;
import dev.tesuji.json.Json;
import dev.tesuji.rollout.EndpointPolicy;
import dev.tesuji.yaml.Default;
import dev.tesuji.yaml.Shorthand;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/// A server that speaks OpenAI's interface and whose model is asked ([dev.tesuji.endpoint]).
///
/// @param url where its interface begins, such as `https://api.deepseek.com/v1`
/// @param model the name of its model; absent for the only one that it lists
/// @param api `chat`, whose server writes the prompt with its model's chat template, or
///   `completions`, which goes on from the text of the task's prompt
/// @param keyVariable the environment variable that holds the key; absent for none. The key itself
///   is stored nowhere
/// @param system the system message of conversations that have none; with api `chat`
/// @param template the user's turn, a text with {problem} in it; the task's own where absent; with
///   api `chat`
/// @param body further fields of each request as a JSON object, such as `{"reasoning_effort":
///   "high"}`; null takes a field away that would be sent, such as `{"seed": null}`
/// @param concurrency the most questions at once
/// @param timeoutSeconds how long an answer may take
/// @param attempts how often a question is asked before the run halts
/// @param prices the price of a million tokens; absent where nobody counts the cost
/// @param maxCost what the answers may cost in all before the run halts; absent for no limit
public record EndpointSettings(
    @Shorthand String url,
    @Nullable String model,
    @Default("chat") Endpoint.Api api,
    @Nullable String keyVariable,
    @Nullable String system,
    @Nullable String template,
    @Nullable String body,
    @Default("16") int concurrency,
    @Default("600") double timeoutSeconds,
    @Default("6") int attempts,
    @Nullable Prices prices,
    @Nullable Double maxCost) {
  static final String KEY = "endpoint";

  /// Why reinforcement learning cannot have one.
  static final String NO_TOKENS =
      "reinforcement learning needs the tokens that were drawn and their log-probabilities, which an"
          + " endpoint does not give; a 'rejection' stage can take its answers as data";

  /// Why distillation of distributions cannot have one.
  static final String NO_DISTRIBUTIONS =
      "this distillation needs the teacher's probabilities of all tokens, which an endpoint does not"
          + " give; let a 'rejection' stage with 'endpoint' write data for an 'sft' stage";

  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int MILLIS = 1000;

  /// Checks what can be checked without the environment and the server.
  public EndpointSettings {
    Endpoint.address(url);
    Require.that(
        timeoutSeconds > 0 && timeoutSeconds < 1e6, "timeoutSeconds", "above 0", timeoutSeconds);
    Require.atLeast(1, "concurrency", concurrency);
    Require.atLeast(1, "attempts", attempts);
    if (keyVariable != null && !keyVariable.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      throw new IllegalArgumentException( // which does not repeat what may be the key
          "keyVariable must be the name of an environment variable, not the key itself");
    }
    if (maxCost != null && prices == null) {
      throw new IllegalArgumentException("maxCost needs 'prices', by which the cost is counted");
    }
    budget(prices, maxCost);
    fields(body);
    asking(api, system, template);
  }

  /// Returns the same with another model.
  public EndpointSettings withModel(String other) {
    return new EndpointSettings(
        url,
        other,
        api,
        keyVariable,
        system,
        template,
        body,
        concurrency,
        timeoutSeconds,
        attempts,
        prices,
        maxCost);
  }

  /// Returns how problems are put to it.
  public EndpointPolicy.Asking asking() {
    return asking(api, system, template);
  }

  private static EndpointPolicy.Asking asking(
      Endpoint.Api api, @Nullable String system, @Nullable String template) {
    return new EndpointPolicy.Asking(
        api, system, template == null ? null : new PromptTemplate(template));
  }

  private static Endpoint.@Nullable Budget budget(
      @Nullable Prices prices, @Nullable Double maxCost) {
    return prices == null ? null : new Endpoint.Budget(prices, maxCost);
  }

  private static ObjectNode fields(@Nullable String body) {
    if (body == null) {
      return Json.MAPPER.createObjectNode();
    }
    try {
      if (Json.MAPPER.readTree(body) instanceof ObjectNode object) {
        return object;
      }
      throw notFields(body, null);
    } catch (JacksonException e) {
      throw notFields(body, e);
    }
  }

  private static IllegalArgumentException notFields(String body, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "body must be a JSON object of fields of a request, such as"
            + " '{\"reasoning_effort\": \"high\"}', got "
            + BadInput.brief(body),
        cause);
  }

  /// Returns the endpoint, with the key that the environment holds.
  ///
  /// @param environment the value of an environment variable; null where it is not set
  /// @throws BadInput when the key's variable is not set, or holds no key
  public Endpoint endpoint(Function<String, @Nullable String> environment) {
    return new Endpoint(
        Endpoint.address(url),
        model,
        api,
        keyVariable == null ? null : key(keyVariable, environment.apply(keyVariable)),
        concurrency,
        Duration.ofMillis((long) (timeoutSeconds * MILLIS)),
        new Attempts(attempts, PAUSE),
        budget(prices, maxCost),
        fields(body));
  }

  private static Endpoint.Key key(String variable, @Nullable String value) {
    if (value == null || value.isBlank()) {
      throw new BadInput(
          "the environment variable '"
              + variable
              + "', which 'keyVariable' names, must hold the endpoint's key, and is not set");
    }
    try {
      return new Endpoint.Key(value.strip());
    } catch (IllegalArgumentException e) {
      throw new BadInput("the environment variable '" + variable + "': " + e.getMessage(), e);
    }
  }
}
