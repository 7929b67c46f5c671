package dev.tesuji.serve.api;

import dev.tesuji.json.Json;
import tools.jackson.databind.node.ObjectNode;

/// How many tokens a request took.
///
/// @param prompt tokens read
/// @param cached of them, those that had been read before
/// @param completion tokens written, of all choices
/// @param reasoning of them, those of thinking
public record Usage(int prompt, int cached, int completion, int reasoning) {
  /// Returns it as chat completions have it.
  public ObjectNode json() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("prompt_tokens", prompt).put("completion_tokens", completion);
    json.put("total_tokens", prompt + completion);
    json.putObject("prompt_tokens_details").put("cached_tokens", cached);
    json.putObject("completion_tokens_details").put("reasoning_tokens", reasoning);
    return json;
  }
}
