package dev.tesuji.serve;

import dev.tesuji.compute.PromptKey;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.generate.PromptScores;
import dev.tesuji.json.Json;
import dev.tesuji.serve.answer.AnswerText;
import dev.tesuji.serve.answer.Delta;
import dev.tesuji.serve.answer.TokenText;
import dev.tesuji.serve.api.ApiError;
import dev.tesuji.serve.api.RequestBody;
import dev.tesuji.serve.api.TokenJson;
import dev.tesuji.serve.api.Usage;
import dev.tesuji.serve.http.Exchange;
import dev.tesuji.serve.http.HttpAnswer;
import dev.tesuji.serve.model.ModelThread;
import dev.tesuji.serve.model.ServedModel;
import dev.tesuji.serve.model.SlowWork;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/completions`.
final class CompletionsEndpoint implements Endpoint {
  private static final int TOKEN = 64; // writing one out takes as long as reading so many bytes

  private final Models models;
  private final ModelThread thread;

  CompletionsEndpoint(Models models, ModelThread thread) {
    this.models = models;
    this.thread = thread;
  }

  @Override
  public void answer(Exchange exchange, RequestBody body, Served served)
      throws InterruptedException {
    ServedModel model = models.of(body);
    served.model(model.name());
    int size = exchange.body().length;
    CompletionRequest request =
        SlowWork.on(size, exchange::whenGone, () -> CompletionRequest.of(body, model));
    served.unknown(body.unread());
    requireRoom(model, request);
    Drawing drawing =
        new Drawing(
            model, request.drawing(), Math.max(1, request.maxTokens()), request.logProbs(), false);
    for (CompletionRequest.Prompt prompt : request.prompts()) {
      requireRoom(drawing, request, prompt);
    }
    List<GenerationRequest> draws = new ArrayList<>();
    List<Choice> choices = new ArrayList<>();
    for (int p = 0; p < request.prompts().size(); p++) {
      CompletionRequest.Prompt prompt = request.prompts().get(p);
      EchoedPrompt echoed = request.echoes() ? echoed(exchange, model, request, prompt) : null;
      for (int i = 0; i < request.drawing().choices(); i++) {
        draws.add(drawing.request(prompt.tokens(), p, i));
        choices.add(new Choice(prompt, echoed, drawing.text(prompt.tokens(), null, false)));
      }
    }
    Answer answer = new Answer(exchange, model, request, choices, served);
    if (request.maxTokens() == 0) {
      answer.begun();
      for (int i = 0; i < choices.size(); i++) {
        answer.ended(i, "length");
      }
    } else {
      List<AnswerText> texts = choices.stream().map(c -> c.text).toList();
      try {
        new Answering(model, thread, exchange, served).run(draws, texts, answer);
      } finally {
        Usage usage = answer.usage();
        served.tokens(usage.prompt(), usage.completion());
      }
    }
    answer.finish();
  }

  /// Refuses more completions than there could ever be room for.
  private static void requireRoom(ServedModel model, CompletionRequest request) {
    long wanted = (long) request.prompts().size() * request.drawing().choices();
    int room = model.rows() + model.waiting();
    if (wanted > room && request.maxTokens() > 0) {
      throw ApiError.invalid(
          "n",
          "n must be such that all prompts have at most "
              + room
              + " completions, which is all that this server has room for, got "
              + wanted);
    }
  }

  private static void requireRoom(
      Drawing drawing, CompletionRequest request, CompletionRequest.Prompt prompt) {
    boolean scores =
        request.maxTokens() == 0 && prompt.tokens().length == drawing.model().context();
    if (!scores) {
      drawing.requireRoom("prompt", prompt.tokens());
    }
  }

  private EchoedPrompt echoed(
      Exchange exchange,
      ServedModel model,
      CompletionRequest request,
      CompletionRequest.Prompt prompt)
      throws InterruptedException {
    long size = (long) prompt.tokens().length * TOKEN;
    if (request.logProbs() < 0) {
      return SlowWork.on(size, exchange::whenGone, () -> EchoedPrompt.of(model, prompt, null));
    }
    CompletableFuture<PromptScores> scores;
    try {
      PromptKey key = new PromptKey(model.adapter(), request.drawing().cacheSalt());
      scores = model.engine().score(prompt.tokens(), request.logProbs(), key);
    } catch (IllegalStateException e) {
      throw ApiError.unavailable("the model is not ready; try again");
    }
    thread.wake();
    exchange.whenGone(() -> scores.cancel(false));
    try {
      PromptScores known = scores.get();
      return SlowWork.on(size, exchange::whenGone, () -> EchoedPrompt.of(model, prompt, known));
    } catch (ExecutionException e) {
      throw ApiError.defect("the prompt could not be scored");
    }
  }

  /// A completion on its way.
  private static final class Choice {
    final CompletionRequest.Prompt prompt;
    final @Nullable EchoedPrompt echoed;
    final AnswerText text;
    final StringBuilder written = new StringBuilder();
    final List<TokenText> tokens = new ArrayList<>();
    private int offset; // in characters, of
    private int offsetAt; // this place
    String finishReason = "";

    Choice(CompletionRequest.Prompt prompt, @Nullable EchoedPrompt echoed, AnswerText text) {
      this.prompt = prompt;
      this.echoed = echoed;
      this.text = text;
      offset = echoed == null ? 0 : echoed.text().codePointCount(0, echoed.text().length());
    }

    /// Returns the place of a token of the completion, in characters as Python counts them.
    int offset(TokenText token) {
      int at = (int) Math.min(token.start(), written.length());
      offset += written.codePointCount(Math.min(offsetAt, at), at);
      offsetAt = at;
      return offset;
    }
  }

  /// One answer on its way.
  private static final class Answer implements Answering.Sink {
    private final Exchange exchange;
    private final CompletionRequest request;
    private final List<Choice> choices;
    private final TokenJson json;
    private final String id;
    private final String model;
    private final long created = Instant.now().getEpochSecond();

    Answer(
        Exchange exchange,
        ServedModel model,
        CompletionRequest request,
        List<Choice> choices,
        Served served) {
      this.exchange = exchange;
      this.request = request;
      this.choices = choices;
      this.model = model.name();
      json = new TokenJson(model.tokenizer());
      id = "cmpl-" + served.id();
    }

    Usage usage() {
      int asked = request.prompts().stream().mapToInt(p -> p.tokens().length).sum();
      int found = 0;
      for (int i = 0; i < choices.size(); i += request.drawing().choices()) {
        found += choices.get(i).text.found();
      }
      return new Usage(asked, found, choices.stream().mapToInt(c -> c.text.tokens()).sum(), 0);
    }

    private ObjectNode head() {
      ObjectNode head = Json.MAPPER.createObjectNode();
      head.put("id", id).put("object", "text_completion").put("created", created);
      head.put("model", model).putArray("choices");
      return head;
    }

    @Override
    public boolean isStream() {
      return request.output().streams();
    }

    @Override
    public void begun() {
      if (request.output().streams()) {
        exchange.stream(Map.of());
        for (int i = 0; i < choices.size(); i++) {
          EchoedPrompt echoed = choices.get(i).echoed;
          if (echoed != null || request.output().tokenIds()) {
            send(i, echoed == null ? "" : echoed.text(), List.of(), null, true);
          }
        }
      }
    }

    @Override
    public void more(int choice, Delta delta) {
      Choice to = choices.get(choice);
      to.written.append(delta.answer());
      if (!request.output().streams()) {
        to.tokens.addAll(delta.tokens());
      } else if (!delta.answer().isEmpty()
          || request.logProbs() >= 0
          || request.output().tokenIds()) {
        send(choice, delta.answer(), delta.tokens(), null, false);
      }
    }

    @Override
    public void ended(int choice, String finishReason) {
      choices.get(choice).finishReason = finishReason;
      if (request.output().streams()) {
        send(choice, "", List.of(), finishReason, false);
      }
    }

    private void send(
        int i, String text, List<TokenText> tokens, @Nullable String finishReason, boolean first) {
      ObjectNode chunk = head();
      ObjectNode entry = chunk.withArray("choices").addObject().put("index", i).put("text", text);
      put(entry, choices.get(i), tokens, first);
      entry.put("finish_reason", finishReason);
      if (request.output().usageAtEnd()) {
        chunk.putNull("usage");
      }
      exchange.send("data: " + Json.line(chunk) + "\n\n");
    }

    /// Adds log-probabilities and ids where they are asked for.
    ///
    /// @param first whether the prompt's come before
    private void put(ObjectNode entry, Choice choice, List<TokenText> tokens, boolean first) {
      EchoedPrompt echoed = first ? choice.echoed : null;
      boolean some = !tokens.isEmpty() || echoed != null;
      if (request.logProbs() < 0 || !some) {
        entry.putNull("logprobs");
      } else {
        TokenJson.Legacy told = json.legacy();
        if (echoed != null) {
          putPrompt(told, echoed);
        }
        for (TokenText t : tokens) {
          told.add(t.id(), t.text(), t.logProb(), t.top(), choice.offset(t));
        }
        entry.set("logprobs", told.json());
      }
      if (request.output().tokenIds()) {
        ChatJson.putIds(
            entry.putArray("token_ids"), tokens.stream().mapToInt(TokenText::id).toArray());
        if (first) {
          ChatJson.putIds(entry.putArray("prompt_token_ids"), choice.prompt.tokens());
        }
      }
    }

    private static void putPrompt(TokenJson.Legacy told, EchoedPrompt echoed) {
      String text = echoed.text();
      for (int i = 0; i < echoed.tokens().size(); i++) {
        TokenText t = echoed.tokens().get(i);
        int offset = text.codePointCount(0, (int) Math.min(t.start(), text.length()));
        told.add(t.id(), t.text(), i == 0 ? null : t.logProb(), t.top(), offset);
      }
    }

    void finish() {
      if (request.output().streams()) {
        if (request.output().usageAtEnd()) {
          ObjectNode chunk = head();
          chunk.set("usage", usage().json());
          exchange.send("data: " + Json.line(chunk) + "\n\n");
        }
        exchange.send("data: [DONE]\n\n");
        exchange.end();
        return;
      }
      ObjectNode whole = head();
      for (int i = 0; i < choices.size(); i++) {
        Choice choice = choices.get(i);
        EchoedPrompt echoed = choice.echoed;
        ObjectNode entry = whole.withArray("choices").addObject().put("index", i);
        entry.put("text", (echoed == null ? "" : echoed.text()) + choice.written);
        put(entry, choice, choice.tokens, true);
        entry.put("finish_reason", choice.finishReason);
      }
      whole.set("usage", usage().json());
      exchange.answer(HttpAnswer.of(200, "application/json", Json.line(whole)));
    }
  }
}
