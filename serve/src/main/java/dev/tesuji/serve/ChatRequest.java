package dev.tesuji.serve;

import dev.tesuji.constrain.Grammar;
import dev.tesuji.json.Json;
import dev.tesuji.serve.api.ApiError;
import dev.tesuji.serve.api.DrawingFields;
import dev.tesuji.serve.api.OutputFields;
import dev.tesuji.serve.api.ReasoningFields;
import dev.tesuji.serve.api.RequestBody;
import dev.tesuji.serve.api.ToolFields;
import dev.tesuji.serve.model.ServedModel;
import dev.tesuji.toolcall.ToolCallIds;
import dev.tesuji.toolcall.ToolCallParser;
import dev.tesuji.toolcall.ToolFormat;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A request for a chat completion, checked.
///
/// @param asked the conversation
/// @param drawing how tokens are chosen
/// @param output how the answer is sent
/// @param reasoning how long the model thinks and who sees it
/// @param maxTokens the most tokens of an answer; null for as many as there is room for
/// @param logProbs for how many of the most likely tokens the log-probability is told; -1 where
///   none are told at all
/// @param tools what the model may call
/// @param grammar what the answer must keep; null where it is free
record ChatRequest(
    ChatPrompt.Asked asked,
    DrawingFields drawing,
    OutputFields output,
    ReasoningFields reasoning,
    @Nullable Integer maxTokens,
    int logProbs,
    ToolFields tools,
    @Nullable Grammar grammar) {
  private static final int MOST_TOP = 20;

  /// Reads one.
  ///
  /// @throws ApiError naming the field that is wrong
  static ChatRequest of(RequestBody body, ServedModel model) {
    body.ignore("user", "metadata", "store", "service_tier", "safety_identifier", "verbosity");
    body.ignore("prompt_cache_key", "prompt_cache_retention", "model");
    body.refuse("functions", "function_call", "audio", "prediction", "web_search_options");
    body.refuse("use_beam_search", "prompt_logprobs", "best_of", "echo");
    modalities(body);
    List<ObjectNode> messages = Messages.of(body);
    ReasoningFields reasoning = ReasoningFields.of(body, ReasoningFields.Format.DEEPSEEK);
    boolean continues = continues(body, messages);
    ToolFields tools = ToolFields.of(body);
    return new ChatRequest(
        new ChatPrompt.Asked(messages, tools.tools(), variables(body, reasoning), continues),
        DrawingFields.of(body, model.vocabularySize()),
        OutputFields.of(body),
        reasoning,
        maxTokens(body),
        logProbs(body),
        tools,
        Structure.of(body, tools, model.toolFormat()));
  }

  /// Returns what tells calls of tools from text; null where no tools may be called.
  @Nullable ToolCallParser parser(ToolFormat format, ToolCallIds ids) {
    if (tools.tools() == null) {
      return null;
    }
    return tools.mustCall()
        ? ToolCallParser.ofForcedCalls(format, ids)
        : ToolCallParser.of(format, ids);
  }

  private static void modalities(RequestBody body) {
    JsonNode modalities = body.get("modalities");
    if (modalities != null
        && !(modalities.size() == 1 && modalities.path(0).asString("").equals("text"))) {
      throw ApiError.unsupported(
          "modalities", "modalities must be [\"text\"], which is all that this server writes");
    }
  }

  private static boolean continues(RequestBody body, List<ObjectNode> messages) {
    boolean continues = body.flag("continue_final_message", false);
    boolean prompts = body.flag("add_generation_prompt", !continues);
    if (continues == prompts) {
      throw ApiError.invalid(
          "add_generation_prompt",
          "add_generation_prompt must be "
              + !continues
              + " where continue_final_message is "
              + continues
              + ", got "
              + prompts);
    }
    String last = messages.getLast().path("role").asString("");
    if (continues && !last.equals("assistant")) {
      throw ApiError.invalid(
          "continue_final_message",
          "continue_final_message must be false unless the last message is the assistant's, got a"
              + " message of role "
              + last);
    }
    return continues;
  }

  private static Map<String, JsonNode> variables(RequestBody body, ReasoningFields reasoning) {
    Map<String, JsonNode> variables = new HashMap<>();
    String effort = reasoning.effort();
    if (effort != null) {
      variables.put("reasoning_effort", Json.MAPPER.valueToTree(effort));
      variables.put("enable_thinking", Json.MAPPER.valueToTree(!effort.equals("none")));
    }
    RequestBody given = body.object("chat_template_kwargs");
    if (given != null) {
      given.fields().properties().forEach(e -> variables.put(e.getKey(), e.getValue()));
    }
    return variables;
  }

  private static @Nullable Integer maxTokens(RequestBody body) {
    Integer old = body.integer("max_tokens", 1, Integer.MAX_VALUE);
    Integer most = body.integer("max_completion_tokens", 1, Integer.MAX_VALUE);
    return most == null ? old : most;
  }

  private static int logProbs(RequestBody body) {
    boolean told = body.flag("logprobs", false);
    Integer top = body.integer("top_logprobs", 0, MOST_TOP);
    if (top != null && top > 0 && !told) {
      throw ApiError.invalid(
          "top_logprobs", "top_logprobs must be absent unless logprobs is true, got " + top);
    }
    return told ? top == null ? 0 : top : -1;
  }
}
