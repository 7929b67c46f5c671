package dev.tesuji.serve;

import dev.tesuji.generate.EngineFull;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.serve.answer.AnswerText;
import dev.tesuji.serve.answer.Delta;
import dev.tesuji.serve.api.ApiError;
import dev.tesuji.serve.http.Exchange;
import dev.tesuji.serve.model.Draws;
import dev.tesuji.serve.model.ModelThread;
import dev.tesuji.serve.model.ServedModel;
import java.util.List;

/// Follows the choices of an answer while they are generated.
final class Answering {
  private static final int GATHERED = 16; // tokens of an answer that is sent as a whole

  /// Takes what comes of the choices.
  interface Sink {
    /// Returns whether pieces are wanted as soon as they come.
    default boolean isStream() {
      return true;
    }

    /// Is told, once, that the choices were accepted and will be generated.
    default void begun() {}

    /// Takes more of a choice.
    void more(int choice, Delta delta) throws InterruptedException;

    /// Takes the end of a choice; what it wrote last came before.
    void ended(int choice, String finishReason) throws InterruptedException;
  }

  private final ServedModel model;
  private final ModelThread thread;
  private final Exchange exchange;
  private final Served served;

  Answering(ServedModel model, ModelThread thread, Exchange exchange, Served served) {
    this.model = model;
    this.thread = thread;
    this.exchange = exchange;
    this.served = served;
  }

  /// Generates all choices; ends early where the client goes away.
  ///
  /// @param requests one of a single sample for each choice
  /// @param texts how each is read
  /// @throws ApiError when too many wait, or the server stops or fails meanwhile
  void run(List<GenerationRequest> requests, List<AnswerText> texts, Sink sink)
      throws InterruptedException {
    boolean atOnce = sink.isStream() || texts.stream().anyMatch(AnswerText::mayStop);
    try (Draws draws = submitted(requests, atOnce ? 1 : GATHERED)) {
      exchange.whenGone(draws::close);
      sink.begun();
      boolean[] over = new boolean[texts.size()];
      int left = over.length;
      while (left > 0) {
        Draws.Event event = draws.next();
        int choice = event.choice();
        if (!over[choice]) {
          AnswerText text = texts.get(choice);
          over[choice] =
              switch (event) {
                case Draws.Event.Begun begun -> {
                  text.found(begun.found());
                  yield false;
                }
                case Draws.Event.Drawn drawn -> {
                  served.token(choice, drawn.nanos());
                  tell(sink, choice, text.add(drawn.token()));
                  yield text.isStopped();
                }
                case Draws.Event.Ended ended -> {
                  requireWhole(ended.completion().reason());
                  yield true;
                }
              };
          if (over[choice]) {
            draws.cancel(choice);
            tell(sink, choice, text.end());
            sink.ended(choice, reason(event));
            left--;
          }
        }
      }
    }
  }

  private static void tell(Sink sink, int choice, Delta delta) throws InterruptedException {
    if (!delta.isEmpty()) {
      sink.more(choice, delta);
    }
  }

  private static String reason(Draws.Event event) {
    return switch (event) {
      case Draws.Event.Begun _, Draws.Event.Drawn _ -> "stop"; // a stop string
      case Draws.Event.Ended ended ->
          switch (ended.completion().reason()) {
            case EOS, STOP -> "stop";
            case LENGTH, CANCELLED -> "length";
          };
    };
  }

  private void requireWhole(FinishReason reason) {
    if (reason == FinishReason.CANCELLED) {
      throw ApiError.unavailable(
          exchange.isGone() ? "the client went away" : "the answer was broken off; try again");
    }
  }

  private Draws submitted(List<GenerationRequest> requests, int gathers) {
    try {
      return new Draws(model, thread, requests, gathers);
    } catch (EngineFull e) {
      throw ApiError.busy(String.valueOf(e.getMessage()));
    } catch (IllegalStateException e) {
      throw ApiError.unavailable("the model is not ready; try again");
    }
  }
}
