package dev.tesuji.mcp;

import dev.tesuji.check.BadInput;
import dev.tesuji.endpoint.Transport;
import dev.tesuji.env.Ending;
import dev.tesuji.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A server behind an address, by the protocol's Streamable HTTP: a message is a request, and the
/// answer is JSON or a stream of events that holds it.
final class HttpWire implements Wire {
  private static final int OK = 200;
  private static final int ACCEPTED = 202;
  private static final String SESSION = "Mcp-Session-Id";

  private final McpServer.Address address;
  private final McpServer.Limits limits;
  private final Transport transport;
  private @Nullable String session;

  HttpWire(McpServer.Address address, McpServer.Limits limits) {
    this.address = address;
    this.limits = limits;
    transport = new Transport(limits.answer());
  }

  @Override
  public ObjectNode ask(ObjectNode request) {
    Transport.Reply reply = send(request);
    String server = address.toString();
    if (reply.status() != OK) {
      String body = new String(reply.body(), StandardCharsets.UTF_8);
      throw Wire.broken(
          Ending.TOOL_DIED,
          server,
          "answered with status " + reply.status() + ": " + BadInput.brief(body),
          null);
    }
    if (reply.body().length > limits.bytes()) {
      throw Wire.broken(
          Ending.TOOL_FLOODED, server, "answered more than " + limits.bytes() + " bytes", null);
    }
    reply.headers().firstValue(SESSION).ifPresent(s -> session = s);
    boolean stream =
        reply.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
    List<byte[]> messages = stream ? events(reply.body()) : List.of(reply.body());
    for (byte[] message : messages) {
      ObjectNode read = Wire.read(message, server);
      if (!read.has("method") && read.path("id").equals(request.path("id"))) {
        return read;
      }
    }
    throw Wire.broken(Ending.TOOL_LIED, server, "answered without the answer", null);
  }

  @Override
  public void tell(ObjectNode notification) {
    Transport.Reply reply = send(notification);
    if (reply.status() != ACCEPTED && reply.status() != OK) {
      throw Wire.broken(
          Ending.TOOL_DIED,
          address.toString(),
          "answered with status " + reply.status() + " to a notice",
          null);
    }
  }

  private Transport.Reply send(ObjectNode message) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address.url())
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .header("MCP-Protocol-Version", McpTools.VERSION)
            .POST(HttpRequest.BodyPublishers.ofString(Json.line(message)));
    if (session != null) {
      request.header(SESSION, session);
    }
    String server = address.toString();
    try {
      return transport.send(request.build());
    } catch (HttpTimeoutException e) {
      throw Wire.broken(
          Ending.TOOL_HUNG, server, "gave no answer in " + limits.answer().toMillis() + " ms", e);
    } catch (IOException e) {
      boolean large = String.valueOf(e.getMessage()).contains("capacity");
      throw Wire.broken(
          large ? Ending.TOOL_FLOODED : Ending.TOOL_DIED,
          server,
          large ? "answered more than can be taken" : "cannot be reached: " + e.getMessage(),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Wire.broken(Ending.TOOL_DIED, server, "were interrupted", e);
    }
  }

  /// Returns the data of the events of a stream, whose bytes need be no text.
  static List<byte[]> events(byte[] stream) {
    List<byte[]> events = new ArrayList<>();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    int at = 0;
    while (at <= stream.length) {
      int end = at;
      while (end < stream.length && stream[end] != '\n') {
        end++;
      }
      int length = end - at - (end > at && stream[end - 1] == '\r' ? 1 : 0);
      if (length == 0 && data.size() > 0) {
        events.add(data.toByteArray());
        data.reset();
      }
      String head = new String(stream, at, Math.min(length, 5), StandardCharsets.ISO_8859_1);
      if (head.equals("data:")) {
        data.write(stream, at + 5, length - 5);
      }
      at = end + 1;
    }
    return events;
  }

  @Override
  public void close() {
    transport.close();
  }
}
