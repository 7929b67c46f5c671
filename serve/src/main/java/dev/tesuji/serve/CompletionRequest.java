package dev.tesuji.serve;

import dev.tesuji.serve.api.ApiError;
import dev.tesuji.serve.api.DrawingFields;
import dev.tesuji.serve.api.OutputFields;
import dev.tesuji.serve.api.RequestBody;
import dev.tesuji.serve.model.ServedModel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A request for completions, checked.
///
/// @param prompts the texts to be completed, at least one
/// @param drawing how tokens are chosen
/// @param output how the answer is sent
/// @param maxTokens the most tokens of a completion; 0 for none at all
/// @param logProbs for how many of the most likely tokens the log-probability is told; -1 where
///   none are told at all
/// @param echoes whether each completion begins with its prompt
record CompletionRequest(
    List<Prompt> prompts,
    DrawingFields drawing,
    OutputFields output,
    int maxTokens,
    int logProbs,
    boolean echoes) {
  private static final int STANDARD_TOKENS = 16;
  private static final int MOST_TOP = 20;
  private static final int MOST_PROMPTS = 1024;

  /// A text to be completed.
  ///
  /// @param text null where it came as tokens
  record Prompt(int[] tokens, @Nullable String text) {}

  /// Reads one.
  ///
  /// @throws ApiError naming the field that is wrong
  static CompletionRequest of(RequestBody body, ServedModel model) {
    body.ignore("user", "metadata", "model");
    body.refuse("suffix", "use_beam_search", "prompt_logprobs", "prompt_embeds");
    DrawingFields drawing = DrawingFields.of(body, model.vocabularySize());
    Integer best = body.integer("best_of", 1, Integer.MAX_VALUE);
    if (best != null && best != drawing.choices()) {
      throw ApiError.unsupported(
          "best_of", "best_of must be n, since every completion is returned, got " + best);
    }
    Integer room = body.integer("max_tokens", 0, Integer.MAX_VALUE);
    Integer top = body.get("logprobs") == null || isFalse(body) ? null : top(body);
    return new CompletionRequest(
        prompts(body, model),
        drawing,
        OutputFields.of(body),
        room == null ? STANDARD_TOKENS : room,
        top == null ? -1 : top,
        body.flag("echo", false));
  }

  private static boolean isFalse(RequestBody body) {
    JsonNode logProbs = body.get("logprobs");
    return logProbs != null && logProbs.isBoolean() && !logProbs.booleanValue();
  }

  private static @Nullable Integer top(RequestBody body) {
    return body.integer("logprobs", 0, MOST_TOP);
  }

  private static List<Prompt> prompts(RequestBody body, ServedModel model) {
    JsonNode node = body.get("prompt");
    if (node == null) {
      throw body.wrong("prompt", "a text, a list of texts, or lists of token ids", "nothing");
    }
    if (node.isString()) {
      return List.of(prompt(model, node.stringValue()));
    }
    if (!node.isArray()
        || node.isEmpty()
        || (node.size() > MOST_PROMPTS && !node.get(0).isNumber())) {
      throw body.wrong(
          "prompt",
          "a text, or a list of 1 to " + MOST_PROMPTS + " texts or lists of token ids",
          node);
    }
    int vocabulary = model.vocabularySize();
    if (node.get(0).isNumber()) {
      return List.of(new Prompt(body.ids("prompt", node, vocabulary), null));
    }
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      JsonNode each = node.get(i);
      prompts.add(
          each.isString()
              ? prompt(model, each.stringValue())
              : new Prompt(body.ids("prompt[" + i + "]", each, vocabulary), null));
    }
    return prompts;
  }

  private static Prompt prompt(ServedModel model, String text) {
    Drawing.requireRoom(model, "prompt", text);
    return new Prompt(model.tokenizer().encodeWithSpecials(text), text);
  }
}
