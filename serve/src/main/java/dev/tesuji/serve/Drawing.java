package dev.tesuji.serve;

import dev.tesuji.compute.PromptKey;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.RandomKey;
import dev.tesuji.generate.Steering;
import dev.tesuji.generate.TokenConstraint;
import dev.tesuji.serve.answer.AnswerText;
import dev.tesuji.serve.answer.ThinkingTags;
import dev.tesuji.serve.api.ApiError;
import dev.tesuji.serve.api.DrawingFields;
import dev.tesuji.serve.model.ServedModel;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Turns the fields of a request into what an engine is asked, and how its tokens are read.
///
/// @param maxTokens the most tokens of an answer; null for as many as there is room for
/// @param logProbs for how many of the most likely tokens the log-probability is told; negative
///   where none are told
/// @param hidesThinking whether nobody may see the thinking, in which nothing stops an answer then
record Drawing(
    ServedModel model,
    DrawingFields fields,
    @Nullable Integer maxTokens,
    int logProbs,
    boolean hidesThinking) {

  /// Refuses a prompt that leaves no room for an answer.
  ///
  /// @param param the field that the prompt stands in
  void requireRoom(String param, int[] prompt) {
    if (prompt.length == 0) {
      throw ApiError.invalid(param, param + " must have at least one token, got none");
    }
    if (prompt.length >= model.context()) {
      throw ApiError.tooLong(
          param,
          param
              + " must have at most "
              + (model.context() - 1)
              + " tokens to leave room for an answer, got "
              + prompt.length);
    }
  }

  /// Refuses a text that is too long for a prompt, whatever its tokens are: to write it in tokens
  /// would take longer than it is worth.
  ///
  /// @param param the field that the text stands in
  static void requireRoom(ServedModel model, String param, String text) {
    if (text.length() > model.longestText()) {
      throw ApiError.tooLong(
          param,
          param
              + " must have at most "
              + (model.context() - 1)
              + " tokens to leave room for an answer, got a text of "
              + text.length()
              + " characters");
    }
  }

  /// Returns how many tokens an answer may have.
  int room(int[] prompt) {
    int room = model.context() - prompt.length;
    return maxTokens == null ? room : Math.min(maxTokens, room);
  }

  /// Returns what is asked for a choice that is held to something.
  ///
  /// @param constraint makes what it is held to; null for nothing
  GenerationRequest request(
      int[] prompt, int choice, @Nullable IntFunction<TokenConstraint> constraint) {
    return request(prompt, 0, choice, constraint);
  }

  /// Returns what is asked for a choice of one of several prompts.
  GenerationRequest request(int[] prompt, int stream, int choice) {
    return request(prompt, stream, choice, null);
  }

  private GenerationRequest request(
      int[] prompt, int stream, int choice, @Nullable IntFunction<TokenConstraint> constraint) {
    Set<Integer> ends = fields.ignoresEnd() ? Set.of() : model.endTokens();
    Set<Integer> stops = hidesThinking ? Set.of() : fields.stopTokens(); // else found in the text
    Limits limits = new Limits(room(prompt), ends, stops, List.of());
    Steering steering =
        new Steering(
            fields.logitBias(),
            fields.presencePenalty(),
            fields.frequencyPenalty(),
            fields.minTokens(),
            constraint,
            logProbs >= 0);
    return new GenerationRequest(
        prompt,
        1,
        fields.sampling(),
        limits,
        new RandomKey(fields.seed(), stream, choice),
        Math.max(0, logProbs),
        steering,
        new PromptKey(model.adapter(), fields.cacheSalt()));
  }

  /// Returns how the tokens of a choice are read.
  ///
  /// @param tags the tags around the thinking; null where it stays in the text
  /// @param open whether the prompt opened the thinking
  AnswerText text(int[] prompt, @Nullable ThinkingTags tags, boolean open) {
    Set<Integer> silent = fields.ignoresEnd() ? Set.of() : model.endTokens();
    AnswerText.Stops stops =
        new AnswerText.Stops(
            fields.stops(), fields.stopTokens(), fields.minTokens(), hidesThinking);
    return new AnswerText(
        model.reader(), prompt, new AnswerText.Reading(stops, silent, tags, open));
  }
}
