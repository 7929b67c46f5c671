package dev.tesuji.serve.api;

import dev.tesuji.generate.Sampling;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The fields of a request that say how tokens are chosen and when an answer ends, which all
/// endpoints share.
///
/// @param choices how many answers are wanted
/// @param seed of their randomness; a fresh one where the request names none
/// @param sampling how tokens are chosen
/// @param logitBias what is added to the logits of tokens
/// @param presencePenalty for tokens that the answer has
/// @param frequencyPenalty for each time that the answer has a token
/// @param stops texts that end an answer
/// @param stopTokens tokens that end an answer
/// @param ignoresEnd whether the model's own end tokens do not end it
/// @param minTokens how many tokens come before an end token may
/// @param cacheSalt keeps what was read of prompts from requests that name another; empty for none
public record DrawingFields(
    int choices,
    long seed,
    Sampling sampling,
    Map<Integer, Double> logitBias,
    double presencePenalty,
    double frequencyPenalty,
    List<String> stops,
    Set<Integer> stopTokens,
    boolean ignoresEnd,
    int minTokens,
    String cacheSalt) {
  private static final int MOST_CHOICES = 128;
  private static final int MOST_STOPS = 16;
  private static final int LONGEST_SALT = 256; // it is kept with what is kept under it
  private static final double TINY = 1e-9; // keeps the most likely token alone
  private static final SecureRandom SEEDS = new SecureRandom();

  /// Copies the collections.
  public DrawingFields {
    logitBias = Map.copyOf(logitBias);
    stops = List.copyOf(stops);
    stopTokens = Set.copyOf(stopTokens);
  }

  /// Reads them.
  ///
  /// @param vocabulary how many tokens there are
  /// @throws ApiError naming the field that is wrong
  public static DrawingFields of(RequestBody body, int vocabulary) {
    int[] stopTokens = body.ids("stop_token_ids", vocabulary);
    Set<Integer> stopIds = new LinkedHashSet<>();
    if (stopTokens != null) {
      IntStream.of(stopTokens).forEach(stopIds::add);
    }
    String salt = body.text("cache_salt");
    if (salt != null && salt.length() > LONGEST_SALT) {
      throw body.wrong("cache_salt", "a text of at most " + LONGEST_SALT + " characters", salt);
    }
    return new DrawingFields(
        body.integer("n", 1, 1, MOST_CHOICES),
        seed(body),
        sampling(body),
        biases(body, vocabulary),
        body.number("presence_penalty", 0, -2, 2),
        body.number("frequency_penalty", 0, -2, 2),
        stops(body),
        stopIds,
        body.flag("ignore_eos", false),
        body.integer("min_tokens", 0, 0, Integer.MAX_VALUE),
        salt == null ? "" : salt);
  }

  private static Sampling sampling(RequestBody body) {
    int topK = body.integer("top_k", 0, -1, Integer.MAX_VALUE);
    double penalty = body.number("repetition_penalty", 1, 0, 100);
    if (penalty == 0) {
      throw body.wrong("repetition_penalty", "above 0", penalty);
    }
    return new Sampling(
        body.number("temperature", 1, 0, 2),
        Math.max(0, topK),
        Math.max(TINY, body.number("top_p", 1, 0, 1)),
        body.number("min_p", 0, 0, 1),
        penalty);
  }

  private static long seed(RequestBody body) {
    JsonNode seed = body.get("seed");
    if (seed == null) {
      return SEEDS.nextLong();
    }
    if (!seed.isIntegralNumber() || !seed.canConvertToLong()) {
      throw body.wrong("seed", "a whole number of 64 bits", seed);
    }
    return seed.longValue();
  }

  private static Map<Integer, Double> biases(RequestBody body, int vocabulary) {
    RequestBody given = body.object("logit_bias");
    Map<Integer, Double> biases = new LinkedHashMap<>();
    if (given != null) {
      for (String token : given.fields().propertyNames()) {
        Integer id = id(token, vocabulary);
        if (id == null) {
          throw body.wrong(
              "logit_bias", "an object of token ids from 0 to " + (vocabulary - 1), token);
        }
        biases.put(id, given.number(token, 0, -100, 100));
      }
    }
    return biases;
  }

  private static @Nullable Integer id(String token, int vocabulary) {
    try {
      int id = Integer.parseInt(token);
      return id >= 0 && id < vocabulary ? id : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static List<String> stops(RequestBody body) {
    JsonNode node = body.get("stop");
    if (node == null) {
      return List.of();
    }
    List<JsonNode> all = node.isArray() ? node.valueStream().toList() : List.of(node);
    if (all.size() > MOST_STOPS) {
      throw body.wrong("stop", "at most " + MOST_STOPS + " texts", all.size());
    }
    for (JsonNode stop : all) {
      if (!stop.isString() || stop.stringValue().isEmpty()) {
        throw body.wrong("stop", "a text that is not empty, or a list of them", node);
      }
    }
    return all.stream().map(JsonNode::stringValue).toList();
  }
}
