package dev.tesuji.serve;

import dev.tesuji.constrain.Grammar;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.generate.TokenConstraint;
import dev.tesuji.serve.answer.AnswerText;
import dev.tesuji.serve.answer.ThinkingTags;
import dev.tesuji.serve.api.ReasoningFields.Format;
import dev.tesuji.serve.api.Usage;
import dev.tesuji.serve.model.ServedModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A request to an engine for a conversation, and the way in which its text is read.
///
/// @param request the request
/// @param prompt the conversation in tokens
/// @param requests one for each choice
/// @param texts one for each choice
/// @param ended ends the thinking of all choices once it is set; null where it cannot be ended
record ChatDraw(
    ChatRequest request,
    ChatPrompt prompt,
    List<GenerationRequest> requests,
    List<AnswerText> texts,
    @Nullable AtomicBoolean ended) {
  /// Prepares a request.
  ///
  /// @throws dev.tesuji.serve.api.ApiError when the prompt is refused or leaves no room
  static ChatDraw of(ServedModel model, ChatRequest request) {
    ChatPrompt prompt = ChatPrompt.of(model, request.asked());
    Drawing drawing =
        new Drawing(
            model,
            request.drawing(),
            request.maxTokens(),
            request.logProbs(),
            request.reasoning().format().isSecret());
    drawing.requireRoom("messages", prompt.tokens());
    List<GenerationRequest> requests = new ArrayList<>();
    List<AnswerText> texts = new ArrayList<>();
    boolean apart = request.reasoning().format() != Format.NONE;
    boolean open = !prompt.opened().isEmpty();
    Integer budget = request.reasoning().most(drawing.room(prompt.tokens()));
    Supplier<TokenConstraint> constraint = constraint(model, request);
    boolean controlled = request.reasoning().control() || budget != null || constraint != null;
    AtomicBoolean ended = controlled ? new AtomicBoolean() : null;
    IntFunction<TokenConstraint> held = Held.of(model, prompt, budget, ended, constraint);
    for (int i = 0; i < request.drawing().choices(); i++) {
      requests.add(drawing.request(prompt.tokens(), i, held));
      ThinkingTags tags = apart ? ThinkingTags.DEFAULT : null;
      texts.add(drawing.text(prompt.tokens(), tags, apart && open));
    }
    return new ChatDraw(request, prompt, requests, texts, ended);
  }

  private static @Nullable Supplier<TokenConstraint> constraint(
      ServedModel model, ChatRequest request) {
    Grammar grammar = request.grammar();
    if (grammar == null) {
      return null;
    }
    Set<Integer> ends = new HashSet<>(request.drawing().stopTokens());
    if (!request.drawing().ignoresEnd()) {
      ends.addAll(model.endTokens());
    }
    return () -> new GrammarConstraint(grammar.start(model.trie()), ends);
  }

  /// Returns the counts of tokens so far.
  Usage usage() {
    int written = texts.stream().mapToInt(AnswerText::tokens).sum();
    int thought = texts.stream().mapToInt(AnswerText::thinkingTokens).sum();
    int found = texts.getFirst().found(); // all choices continue one prompt
    return new Usage(prompt.tokens().length, found, written, thought);
  }
}
