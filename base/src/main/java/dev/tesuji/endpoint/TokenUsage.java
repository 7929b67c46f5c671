package dev.tesuji.endpoint;

import dev.tesuji.json.Json;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The tokens that an endpoint has counted for an answer.
///
/// @param prompt tokens that it read
/// @param cached those among them that it had read before
/// @param completion tokens that it wrote
/// @param reasoning those among them that were thinking, where it tells
public record TokenUsage(long prompt, long cached, long completion, long reasoning) {
  /// No tokens.
  public static final TokenUsage NONE = new TokenUsage(0, 0, 0, 0);

  /// Reads what OpenAI's interface calls `usage`; nothing where the two totals are not there.
  static Optional<TokenUsage> read(JsonNode usage) {
    long prompt = count(usage.path("prompt_tokens"), -1);
    long completion = count(usage.path("completion_tokens"), -1);
    if (prompt < 0 || completion < 0) {
      return Optional.empty();
    }
    long cached = count(usage.path("prompt_tokens_details").path("cached_tokens"), 0);
    long hits = count(usage.path("prompt_cache_hit_tokens"), 0); // DeepSeek's name
    long reasoning = count(usage.path("completion_tokens_details").path("reasoning_tokens"), 0);
    return Optional.of(
        new TokenUsage(
            prompt,
            Math.min(prompt, Math.max(cached, hits)),
            completion,
            Math.min(completion, reasoning)));
  }

  private static long count(JsonNode node, long otherwise) {
    return node.canConvertToInt() && node.isIntegralNumber() && node.intValue() >= 0
        ? node.intValue()
        : otherwise;
  }

  /// Returns both together.
  public TokenUsage plus(TokenUsage other) {
    return new TokenUsage(
        prompt + other.prompt,
        cached + other.cached,
        completion + other.completion,
        reasoning + other.reasoning);
  }

  /// Writes it as [#read] reads it.
  ObjectNode json() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("prompt_tokens", prompt).put("completion_tokens", completion);
    json.putObject("prompt_tokens_details").put("cached_tokens", cached);
    json.putObject("completion_tokens_details").put("reasoning_tokens", reasoning);
    return json;
  }
}
