package dev.tesuji.env;

import dev.tesuji.text.CompletionText;
import dev.tesuji.toolcall.ToolCallParser;
import dev.tesuji.toolcall.ToolFormat;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// A conversation without a chat template: everything is appended.
///
/// @param hasTools whether turns may call tools
/// @param framed writes a message of the world
record PlainHistory(boolean hasTools, Function<ObjectNode, String> framed, CompletionText text)
    implements History {
  private static final String THOUGHT = "</think>";

  @Override
  public Dialogue.Said said(Turn turn, int number, boolean isLast) {
    return said(text.of(turn.tokens()), ToolFormat.HERMES, hasTools, new Place(number, isLast));
  }

  /// The place of a turn among the others.
  record Place(int number, boolean isLast) {}

  static Dialogue.Said said(String whole, ToolFormat format, boolean hasTools, Place place) {
    int thought = whole.lastIndexOf(THOUGHT);
    String answer = thought < 0 ? whole : whole.substring(thought + THOUGHT.length());
    if (!hasTools) {
      return new Dialogue.Said(whole, answer, List.of(), place.number, place.isLast);
    }
    ToolCallParser.Answer parsed =
        ToolCallParser.of(format, () -> "call_" + place.number).parse(answer);
    return new Dialogue.Said(whole, parsed.text(), parsed.calls(), place.number, place.isLast);
  }

  @Override
  public Step.Observation next(
      Turn turn, Dialogue.Said said, List<ObjectNode> replies, double points) {
    StringBuilder all = new StringBuilder();
    replies.forEach(r -> all.append(framed.apply(r)));
    return new Step.Observation(text.tokenizer().encode(all.toString()), points, false);
  }
}
