package dev.tesuji.serve;

import dev.tesuji.json.Json;
import dev.tesuji.toolcall.Delta;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The items of a response while they are written: thinking, text, calls. Each change is told as an
/// event; who wants the response whole listens to none of them.
final class ResponseItems {
  /// The kinds of items.
  private enum Kind {
    THINKING("reasoning", "rs_"),
    SUMMARY("reasoning", "rs_"),
    TEXT("message", "msg_"),
    CALL("function_call", "fc_");

    final String type;
    final String prefix;

    Kind(String type, String prefix) {
      this.type = type;
      this.prefix = prefix;
    }
  }

  private final String id;
  private final Consumer<ObjectNode> events;
  private final ArrayNode output = Json.MAPPER.createArrayNode();
  private final StringBuilder written = new StringBuilder(); // of the item that is open
  private final ArrayNode logProbs = Json.MAPPER.createArrayNode(); // of the same item's tokens
  private @Nullable Kind open;
  private int sequence;

  /// @param id makes the items' ids different from those of other responses
  /// @param events takes each event
  ResponseItems(String id, Consumer<ObjectNode> events) {
    this.id = id;
    this.events = events;
  }

  /// Returns the items.
  ArrayNode output() {
    return output;
  }

  /// Tells an event about the response as a whole.
  void tell(String type, ObjectNode response) {
    ObjectNode event = event(type);
    event.set("response", response);
    events.accept(event);
  }

  private ObjectNode event(String type) {
    return Json.MAPPER.createObjectNode().put("type", type).put("sequence_number", sequence++);
  }

  private ObjectNode itemEvent(String type) {
    ObjectNode event = event(type).put("item_id", current().path("id").asString());
    return event.put("output_index", output.size() - 1);
  }

  private ObjectNode current() {
    return (ObjectNode) output.get(output.size() - 1);
  }

  /// Adds to the thinking, or to a summary of it.
  void think(String piece, boolean summary) {
    Kind kind = summary ? Kind.SUMMARY : Kind.THINKING;
    if (open != kind) {
      begin(kind);
      ObjectNode item = current();
      item.putArray("summary");
      if (!summary) {
        item.putArray("content");
      }
      added();
      part("added", "");
    }
    written.append(piece);
    ObjectNode event =
        itemEvent(
            summary ? "response.reasoning_summary_text.delta" : "response.reasoning_text.delta");
    events.accept(event.put(summary ? "summary_index" : "content_index", 0).put("delta", piece));
  }

  /// Adds a part of the answer.
  ///
  /// @param tokens log-probabilities of the tokens that wrote it; empty where none are told
  void add(Delta part, ArrayNode tokens) {
    switch (part) {
      case Delta.Text text -> write(text.text(), tokens);
      case Delta.Begin begin -> {
        begin(Kind.CALL);
        current().put("call_id", begin.id()).put("name", begin.name()).put("arguments", "");
        added();
      }
      case Delta.Arguments some -> {
        written.append(some.json());
        events.accept(
            itemEvent("response.function_call_arguments.delta").put("delta", some.json()));
      }
    }
  }

  private void write(String piece, ArrayNode tokens) {
    if (open != Kind.TEXT) {
      begin(Kind.TEXT);
      current().put("role", "assistant").putArray("content");
      added();
      part("added", "");
    }
    written.append(piece);
    ObjectNode event = itemEvent("response.output_text.delta").put("content_index", 0);
    event.put("delta", piece).set("logprobs", tokens);
    logProbs.addAll(tokens);
    events.accept(event);
  }

  private void begin(Kind kind) {
    close("completed");
    logProbs.removeAll();
    open = kind;
    ObjectNode item = output.addObject().put("id", kind.prefix + id + output.size());
    item.put("type", kind.type).put("status", "in_progress");
  }

  private void added() {
    ObjectNode event = event("response.output_item.added").put("output_index", output.size() - 1);
    event.set("item", current().deepCopy());
    events.accept(event);
  }

  /// Tells that the one part of an item begins or ends.
  private void part(String what, String text) {
    boolean summary = open == Kind.SUMMARY;
    ObjectNode part = Json.MAPPER.createObjectNode();
    switch (open) {
      case THINKING -> part.put("type", "reasoning_text").put("text", text);
      case SUMMARY -> part.put("type", "summary_text").put("text", text);
      case TEXT -> {
        part.put("type", "output_text").put("text", text).putArray("annotations");
        part.set("logprobs", logProbs.deepCopy());
      }
      case CALL -> {}
      case null -> {}
    }
    if (what.equals("done")) {
      current().withArray(summary ? "summary" : "content").add(part);
    }
    ObjectNode event =
        itemEvent(
            summary ? "response.reasoning_summary_part." + what : "response.content_part." + what);
    event.put(summary ? "summary_index" : "content_index", 0).set("part", part.deepCopy());
    events.accept(event);
  }

  /// Ends the item that is open.
  ///
  /// @param status completed or incomplete
  void close(String status) {
    if (open == null) {
      return;
    }
    String text = written.toString();
    written.setLength(0);
    switch (open) {
      case THINKING ->
          events.accept(
              itemEvent("response.reasoning_text.done").put("content_index", 0).put("text", text));
      case SUMMARY ->
          events.accept(
              itemEvent("response.reasoning_summary_text.done")
                  .put("summary_index", 0)
                  .put("text", text));
      case TEXT -> {
        ObjectNode event = itemEvent("response.output_text.done").put("content_index", 0);
        event.put("text", text).set("logprobs", logProbs.deepCopy());
        events.accept(event);
      }
      case CALL -> {
        current().put("arguments", text);
        events.accept(
            itemEvent("response.function_call_arguments.done")
                .put("name", current().path("name").asString())
                .put("arguments", text));
      }
    }
    if (open != Kind.CALL) {
      part("done", text);
    }
    current().put("status", status);
    ObjectNode event = event("response.output_item.done").put("output_index", output.size() - 1);
    event.set("item", current().deepCopy());
    events.accept(event);
    open = null;
  }
}
