package dev.tesuji.serve;

import dev.tesuji.json.Json;
import dev.tesuji.serve.answer.Delta;
import dev.tesuji.serve.api.ApiError;
import dev.tesuji.serve.api.ReasoningFields.Detail;
import dev.tesuji.serve.api.RequestBody;
import dev.tesuji.serve.http.Exchange;
import dev.tesuji.serve.model.ModelThread;
import dev.tesuji.serve.model.ServedModel;
import dev.tesuji.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// Has a model write a summary of a finished thinking: a conversation of its own, in which the
/// model is shown the thinking and does not think itself.
///
/// Thinking that does not fit into the context is summed up in pieces, one after the other, so that
/// nothing of it is left out silently.
final class Summarizer {
  /// Takes a summary, piece by piece.
  @FunctionalInterface
  interface Pieces {
    /// Takes the next piece.
    void accept(String piece) throws InterruptedException;
  }

  private static final long AGAIN_MILLIS = 20;
  private static final int TRIES = 3_000; // a minute

  private final ServedModel model;
  private final ModelThread thread;
  private final Exchange exchange;
  private final Served served;

  /// @param model what writes the summary
  /// @param served is told of the tokens that it takes
  Summarizer(ServedModel model, ModelThread thread, Exchange exchange, Served served) {
    this.model = model;
    this.thread = thread;
    this.exchange = exchange;
    this.served = served;
  }

  /// Writes a summary.
  ///
  /// @param pieces takes it, piece by piece
  /// @throws ApiError when the client goes away, or the model breaks off
  void write(String thinking, Detail detail, Pieces pieces) throws InterruptedException {
    boolean first = true;
    for (String part : parts(thinking, detail)) {
      if (!first) {
        pieces.accept("\n\n");
      }
      first = false;
      pass(draw(part, detail), pieces);
    }
  }

  /// Returns the thinking in pieces that leave room for a prompt and a summary.
  private List<String> parts(String thinking, Detail detail) {
    Tokenizer tokenizer = model.tokenizer();
    int[] all = tokenizer.encode(thinking);
    int frame = ChatPrompt.of(model, request("", detail).asked()).tokens().length;
    int room = Math.max(1, model.context() - frame - answer(detail) - 1);
    List<String> parts = new ArrayList<>();
    for (int from = 0; from < all.length; from += room) {
      int[] some = Arrays.copyOfRange(all, from, Math.min(all.length, from + room));
      parts.add(all.length <= room ? thinking : tokenizer.decode(some));
    }
    return parts;
  }

  /// Returns the most tokens of a summary: a quarter of a small context.
  private int answer(Detail detail) {
    return Math.max(1, Math.min(detail.tokens(), model.context() / 4));
  }

  private ChatRequest request(String thinking, Detail detail) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    String text =
        "Sum up the following notes of somebody who thinks about a question, in "
            + detail.length()
            + ", in the first person and without quoting them. Write the summary and nothing"
            + " else.\n\n"
            + thinking;
    json.putArray("messages").addObject().put("role", "user").put("content", text);
    json.put("temperature", 0).put("max_completion_tokens", answer(detail));
    json.put("reasoning_effort", "none").put("reasoning_format", "hidden");
    return ChatRequest.of(RequestBody.whole(json), model);
  }

  private ChatDraw draw(String thinking, Detail detail) {
    return ChatDraw.of(model, request(thinking, detail));
  }

  private void pass(ChatDraw draw, Pieces pieces) throws InterruptedException {
    Answering answering = new Answering(model, thread, exchange, new Served(served.id(), _ -> {}));
    Answering.Sink sink =
        new Answering.Sink() {
          @Override
          public void more(int choice, Delta delta) throws InterruptedException {
            if (!delta.answer().isEmpty()) {
              pieces.accept(delta.answer());
            }
          }

          @Override
          public void ended(int choice, String finishReason) {}
        };
    try {
      patiently(answering, draw, sink);
    } finally {
      served.summarized(model.name(), draw.usage());
    }
  }

  /// Generates a summary once there is room: its answer was accepted before, so that it may not be
  /// refused now.
  private void patiently(Answering answering, ChatDraw draw, Answering.Sink sink)
      throws InterruptedException {
    for (int i = 1; ; i++) {
      try {
        answering.run(draw.requests(), draw.texts(), sink);
        return;
      } catch (ApiError e) {
        if (!e.isBusy() || exchange.isGone() || i == TRIES) {
          throw e;
        }
        Thread.sleep(AGAIN_MILLIS);
      }
    }
  }
}
