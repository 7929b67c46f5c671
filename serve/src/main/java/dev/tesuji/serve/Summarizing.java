package dev.tesuji.serve;

import dev.tesuji.serve.answer.Delta;
import dev.tesuji.serve.api.ReasoningFields;
import java.util.ArrayList;
import java.util.List;

/// Keeps the thinking of an answer back and hands a summary of it on in its place, before the first
/// of what comes after it. The answer is generated on meanwhile.
final class Summarizing implements Answering.Sink {
  private final Answering.Sink to;
  private final Summarizer summarizer;
  private final ReasoningFields.Detail detail;
  private final List<StringBuilder> thoughts = new ArrayList<>(); // emptied when summed up

  private Summarizing(
      Answering.Sink to, Summarizer summarizer, ReasoningFields.Detail detail, int choices) {
    this.to = to;
    this.summarizer = summarizer;
    this.detail = detail;
    for (int i = 0; i < choices; i++) {
      thoughts.add(new StringBuilder());
    }
  }

  /// Returns a sink that hands on summaries where a request asks for them; else the sink itself.
  static Answering.Sink where(ChatRequest request, Answering.Sink to, Summarizer summarizer) {
    ReasoningFields reasoning = request.reasoning();
    return reasoning.format() == ReasoningFields.Format.SUMMARY
        ? new Summarizing(to, summarizer, reasoning.detail(), request.drawing().choices())
        : to;
  }

  @Override
  public void begun() {
    to.begun();
  }

  @Override
  public void more(int choice, Delta delta) throws InterruptedException {
    thoughts.get(choice).append(delta.thinking());
    if (!delta.answer().isEmpty()) {
      tell(choice);
    }
    Delta rest = new Delta("", delta.answer(), delta.tokens());
    if (!rest.isEmpty()) {
      to.more(choice, rest);
    }
  }

  @Override
  public void ended(int choice, String finishReason) throws InterruptedException {
    tell(choice);
    to.ended(choice, finishReason);
  }

  private void tell(int choice) throws InterruptedException {
    String thinking = thoughts.get(choice).toString();
    thoughts.get(choice).setLength(0);
    if (!thinking.isBlank()) {
      summarizer.write(thinking, detail, piece -> to.more(choice, new Delta(piece, "", List.of())));
    }
  }
}
