package dev.tesuji.serve;

import dev.tesuji.json.Json;
import dev.tesuji.serve.answer.Delta;
import dev.tesuji.serve.answer.TokenText;
import dev.tesuji.serve.api.ApiError;
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
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/responses`, without a memory of earlier ones.
final class ResponsesEndpoint implements Endpoint {
  private final Models models;
  private final ModelThread thread;
  private final RunningAnswers running;

  ResponsesEndpoint(Models models, ModelThread thread, RunningAnswers running) {
    this.models = models;
    this.thread = thread;
    this.running = running;
  }

  @Override
  public void answer(Exchange exchange, RequestBody body, Served served)
      throws InterruptedException {
    ServedModel model = models.of(body);
    served.model(model.name());
    RequestBody chat = RequestBody.whole(ResponseRequest.chat(body));
    try {
      int size = exchange.body().length;
      ChatRequest request =
          SlowWork.on(size, exchange::whenGone, () -> ChatRequest.of(chat, model));
      served.unknown(chat.unread());
      ChatDraw draw = SlowWork.on(size, exchange::whenGone, () -> ChatDraw.of(model, request));
      Answer answer = new Answer(exchange, body, model, draw, served.id());
      Answering answering = new Answering(model, thread, exchange, served);
      try {
        Summarizer summarizer = new Summarizer(models.summarizer(model), thread, exchange, served);
        Answering.Sink to = Summarizing.where(request, answer, summarizer);
        running.during(
            "resp_" + served.id(), draw, () -> answering.run(draw.requests(), draw.texts(), to));
      } finally {
        served.tokens(draw.usage().prompt(), draw.usage().completion());
      }
      answer.finish();
    } catch (ApiError e) {
      throw e.renamed("messages", "input")
          .renamed("max_completion_tokens", "max_output_tokens")
          .renamed("response_format", "text.format");
    }
  }

  /// One response on its way.
  private static final class Answer implements Answering.Sink {
    private final Exchange exchange;
    private final RequestBody body;
    private final ServedModel model;
    private final ChatRequest request;
    private final ChatDraw draw;
    private final String id;
    private final ResponseItems items;
    private final @Nullable ToolCallParser parser;
    private final long created = Instant.now().getEpochSecond();
    private final TokenJson tokens;
    private final List<TokenText> pending = new ArrayList<>(); // not told of yet
    private String reason = "";

    Answer(Exchange exchange, RequestBody body, ServedModel model, ChatDraw draw, String id) {
      this.exchange = exchange;
      this.body = body;
      this.model = model;
      this.request = draw.request();
      this.draw = draw;
      this.id = id;
      tokens = new TokenJson(model.tokenizer());
      boolean streams = request.output().streams();
      items = new ResponseItems(id, streams ? this::send : _ -> {});
      parser = request.parser(model.toolFormat(), new ToolCallIds(new SecureRandom()));
    }

    private void send(ObjectNode event) {
      String type = event.path("type").asString();
      exchange.send("event: " + type + "\ndata: " + Json.line(event) + "\n\n");
    }

    @Override
    public boolean isStream() {
      return request.output().streams();
    }

    @Override
    public void begun() {
      if (request.output().streams()) {
        exchange.stream(Map.of());
      }
      items.tell("response.created", response("in_progress"));
      items.tell("response.in_progress", response("in_progress"));
    }

    @Override
    public void more(int choice, Delta delta) {
      Format format = request.reasoning().format();
      if (!delta.thinking().isEmpty() && format.isTold()) {
        items.think(delta.thinking(), format == Format.SUMMARY);
      }
      List<TokenText> written = new ArrayList<>(delta.tokens());
      written.removeIf(t -> t.thinking() || t.text().isEmpty());
      pending.addAll(written);
      if (!delta.answer().isEmpty()) {
        put(
            parser == null
                ? List.of(new dev.tesuji.toolcall.Delta.Text(delta.answer()))
                : parser.accept(delta.answer()));
      }
    }

    private void put(List<dev.tesuji.toolcall.Delta> parts) {
      for (dev.tesuji.toolcall.Delta part : parts) {
        items.add(part, logProbs());
      }
    }

    /// Takes the log-probabilities of the tokens that have come.
    private ArrayNode logProbs() {
      boolean told = request.logProbs() >= 0;
      ArrayNode some = told ? tokens.responses(pending) : Json.MAPPER.createArrayNode();
      pending.clear();
      return some;
    }

    @Override
    public void ended(int choice, String finishReason) {
      if (parser != null) {
        put(parser.finish());
      }
      reason = finishReason;
      items.close(isWhole() ? "completed" : "incomplete");
    }

    private boolean isWhole() {
      return !reason.equals("length");
    }

    void finish() {
      String status = isWhole() ? "completed" : "incomplete";
      ObjectNode response = response(status);
      if (request.output().streams()) {
        items.tell("response." + status, response);
        exchange.end();
      } else {
        exchange.answer(HttpAnswer.of(200, "application/json", Json.line(response)));
      }
    }

    private ObjectNode response(String status) {
      ObjectNode json = Json.MAPPER.createObjectNode();
      json.put("id", "resp_" + id).put("object", "response").put("created_at", created);
      json.put("status", status).putNull("error");
      if (status.equals("incomplete")) {
        json.putObject("incomplete_details").put("reason", "max_output_tokens");
      } else {
        json.putNull("incomplete_details");
      }
      json.put("model", model.name()).set("output", items.output().deepCopy());
      json.put("store", false).put("truncation", "disabled").putNull("previous_response_id");
      json.put("parallel_tool_calls", request.tools().several());
      echo(json, "instructions", null);
      echo(json, "max_output_tokens", null);
      echo(json, "temperature", Json.MAPPER.valueToTree(1.0));
      echo(json, "top_p", Json.MAPPER.valueToTree(1.0));
      echo(json, "tools", Json.MAPPER.createArrayNode());
      echo(json, "tool_choice", Json.MAPPER.valueToTree("auto"));
      echo(json, "metadata", Json.MAPPER.createObjectNode());
      echo(json, "reasoning", null);
      ObjectNode text = Json.MAPPER.createObjectNode();
      text.putObject("format").put("type", "text");
      echo(json, "text", text);
      if (status.equals("in_progress")) {
        json.putNull("usage");
      } else {
        json.set("usage", usage(draw.usage()));
      }
      return json;
    }

    private void echo(ObjectNode json, String name, @Nullable JsonNode otherwise) {
      JsonNode given = body.get(name);
      json.set(name, given == null ? otherwise : given);
    }

    private static ObjectNode usage(Usage usage) {
      ObjectNode json = Json.MAPPER.createObjectNode();
      json.put("input_tokens", usage.prompt());
      json.putObject("input_tokens_details").put("cached_tokens", usage.cached());
      json.put("output_tokens", usage.completion());
      json.putObject("output_tokens_details").put("reasoning_tokens", usage.reasoning());
      return json.put("total_tokens", usage.prompt() + usage.completion());
    }
  }
}
