package dev.tesuji.serve;

import dev.tesuji.json.Json;
import dev.tesuji.serve.answer.Delta;
import dev.tesuji.serve.answer.TokenText;
import dev.tesuji.serve.api.ReasoningFields.Format;
import dev.tesuji.serve.api.RequestBody;
import dev.tesuji.serve.api.TokenJson;
import dev.tesuji.serve.api.Usage;
import dev.tesuji.serve.http.Exchange;
import dev.tesuji.serve.http.HttpAnswer;
import dev.tesuji.serve.model.ModelThread;
import dev.tesuji.serve.model.ServedModel;
import dev.tesuji.serve.model.SlowWork;
import dev.tesuji.toolcall.ToolCallIds;
import dev.tesuji.toolcall.ToolCallParser;
import dev.tesuji.toolcall.ToolFormat;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/chat/completions`.
final class ChatEndpoint implements Endpoint {
  private final Models models;
  private final ModelThread thread;
  private final RunningAnswers running;

  ChatEndpoint(Models models, ModelThread thread, RunningAnswers running) {
    this.models = models;
    this.thread = thread;
    this.running = running;
  }

  @Override
  public void answer(Exchange exchange, RequestBody body, Served served)
      throws InterruptedException {
    ServedModel model = models.of(body);
    served.model(model.name());
    int size = exchange.body().length;
    ChatRequest request = SlowWork.on(size, exchange::whenGone, () -> ChatRequest.of(body, model));
    served.unknown(body.unread());
    ChatDraw draw = SlowWork.on(size, exchange::whenGone, () -> ChatDraw.of(model, request));
    String id = "chatcmpl-" + served.id();
    TokenJson tokens = new TokenJson(model.tokenizer());
    ChatJson json = new ChatJson(id, model.name(), Instant.now().getEpochSecond(), request, tokens);
    Answer answer = new Answer(exchange, request, draw, json);
    answer.expectCalls(model.toolFormat());
    Answering answering = new Answering(model, thread, exchange, served);
    Answering.Sink sink = request.output().streams() ? answer.new Streamed() : answer.new Whole();
    try {
      Summarizer summarizer = new Summarizer(models.summarizer(model), thread, exchange, served);
      Answering.Sink to = Summarizing.where(request, sink, summarizer);
      running.during(id, draw, () -> answering.run(draw.requests(), draw.texts(), to));
    } finally {
      Usage usage = draw.usage();
      served.tokens(usage.prompt(), usage.completion());
    }
    answer.finish();
  }

  /// One answer on its way.
  private static final class Answer {
    private final Exchange exchange;
    private final ChatRequest request;
    private final ChatDraw draw;
    private final ChatJson json;
    private final List<Choice> choices = new ArrayList<>();

    /// A choice of an answer that is sent as a whole.
    private static final class Choice {
      final StringBuilder thinking = new StringBuilder();
      final List<TokenText> tokens = new ArrayList<>();
      final List<dev.tesuji.toolcall.Delta> parts = new ArrayList<>();
      @Nullable ToolCallParser parser; // null where no tools may be called
      String finishReason = "";

      /// Returns what a piece of the answer brings.
      List<dev.tesuji.toolcall.Delta> parts(String piece) {
        if (parser != null) {
          return parser.accept(piece);
        }
        return piece.isEmpty() ? List.of() : List.of(new dev.tesuji.toolcall.Delta.Text(piece));
      }

      /// Returns what was held back at the end.
      List<dev.tesuji.toolcall.Delta> rest() {
        return parser == null ? List.of() : parser.finish();
      }

      /// Returns why it ended, as a client is told.
      String reason(String reason) {
        boolean called = parser != null && parser.calls() > 0;
        return called && reason.equals("stop") ? "tool_calls" : reason;
      }
    }

    /// Looks for calls of tools, where the model may call any.
    void expectCalls(ToolFormat format) {
      ToolCallIds ids = new ToolCallIds(new SecureRandom());
      choices.forEach(c -> c.parser = request.parser(format, ids));
    }

    Answer(Exchange exchange, ChatRequest request, ChatDraw draw, ChatJson json) {
      this.exchange = exchange;
      this.request = request;
      this.draw = draw;
      this.json = json;
      draw.texts().forEach(_ -> choices.add(new Choice()));
    }

    /// Returns the tag that the prompt opened, where the thinking stays in the text.
    private String opening() {
      boolean inline = request.reasoning().format() == Format.NONE && !request.asked().continues();
      return inline ? draw.prompt().opened() : "";
    }

    void finish() {
      if (request.output().streams()) {
        if (request.output().usageAtEnd()) {
          send(json.usage(draw.usage()));
        }
        exchange.send("data: [DONE]\n\n");
        exchange.end();
      } else {
        exchange.answer(HttpAnswer.of(200, "application/json", Json.line(whole())));
      }
    }

    private ObjectNode whole() {
      ObjectNode all = json.whole(draw.prompt().tokens());
      for (int i = 0; i < choices.size(); i++) {
        Choice choice = choices.get(i);
        ObjectNode entry = all.withArray("choices").addObject().put("index", i);
        ObjectNode message = entry.putObject("message").put("role", "assistant");
        ToolCallParser.Answer parsed = ToolCallParser.joined(choice.parts);
        String content = opening() + parsed.text();
        message.put("content", content.isEmpty() && !parsed.calls().isEmpty() ? null : content);
        message.putNull("refusal");
        ChatJson.putCalls(message, parsed.calls());
        json.putThinking(message, choice.thinking.toString());
        json.putTokens(entry, choice.tokens);
        entry.put("finish_reason", choice.finishReason);
      }
      all.set("usage", draw.usage().json());
      return all;
    }

    private void send(ObjectNode event) {
      exchange.send("data: " + Json.line(event) + "\n\n");
    }

    /// Gathers the choices.
    private final class Whole implements Answering.Sink {
      @Override
      public boolean isStream() {
        return false;
      }

      @Override
      public void more(int choice, Delta delta) {
        Choice to = choices.get(choice);
        to.thinking.append(delta.thinking());
        to.parts.addAll(to.parts(delta.answer()));
        to.tokens.addAll(delta.tokens());
      }

      @Override
      public void ended(int choice, String finishReason) {
        Choice to = choices.get(choice);
        to.parts.addAll(to.rest());
        to.finishReason = to.reason(finishReason);
      }
    }

    /// Sends each piece as it comes.
    private final class Streamed implements Answering.Sink {
      @Override
      public void begun() {
        exchange.stream(Map.of());
        for (int i = 0; i < choices.size(); i++) {
          ObjectNode delta = Json.MAPPER.createObjectNode().put("role", "assistant");
          ObjectNode chunk = json.chunk(i, delta.put("content", opening()), List.of(), null);
          if (i == 0 && request.output().tokenIds()) {
            ChatJson.putIds(chunk.putArray("prompt_token_ids"), draw.prompt().tokens());
          }
          send(chunk);
        }
      }

      @Override
      public void more(int choice, Delta delta) {
        ObjectNode fields = Json.MAPPER.createObjectNode();
        json.putThinking(fields, delta.thinking());
        List<TokenText> tokens = delta.tokens();
        for (dev.tesuji.toolcall.Delta part : choices.get(choice).parts(delta.answer())) {
          ChatJson.put(fields, part);
          send(json.chunk(choice, fields, tokens, null));
          fields = Json.MAPPER.createObjectNode();
          tokens = List.of();
        }
        if (!fields.isEmpty() || json.tellsOf(tokens)) {
          send(json.chunk(choice, fields, tokens, null));
        }
      }

      @Override
      public void ended(int choice, String finishReason) {
        Choice to = choices.get(choice);
        for (dev.tesuji.toolcall.Delta part : to.rest()) {
          ObjectNode fields = Json.MAPPER.createObjectNode();
          ChatJson.put(fields, part);
          send(json.chunk(choice, fields, List.of(), null));
        }
        ObjectNode nothing = Json.MAPPER.createObjectNode();
        send(json.chunk(choice, nothing, List.of(), to.reason(finishReason)));
      }
    }
  }
}
