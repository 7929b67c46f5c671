package dev.tesuji.mcp;

import dev.tesuji.check.BadInput;
import dev.tesuji.endpoint.Transport;
import dev.tesuji.env.Ending;
import dev.tesuji.json.Json;
import dev.tesuji.tools.ToolBroken;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A server behind an address, by the protocol's Streamable HTTP: a message is a request, and the
/// answer is JSON, or comes in a stream of events which may go on after it.
final class HttpWire implements Wire {
  private static final int OK = 200;
  private static final int ACCEPTED = 202;
  private static final int BRIEF = 1 << 12; // bytes of a refusal that are read
  private static final String SESSION = "Mcp-Session-Id";
  private static final Duration FAREWELL = Duration.ofSeconds(1);
  private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);

  private final McpServer.Address address;
  private final McpServer.Limits limits;
  private final Transport transport;
  private volatile @Nullable String session;
  private @Nullable String version;

  HttpWire(McpServer.Address address, McpServer.Limits limits) {
    this.address = address;
    this.limits = limits;
    transport = new Transport(limits.answer());
  }

  @Override
  public ObjectNode ask(ObjectNode request) {
    return send(request, (status, headers, body) -> answer(request, status, headers, body));
  }

  private ObjectNode answer(ObjectNode request, int status, HttpHeaders headers, InputStream body)
      throws IOException {
    if (status != OK) {
      String said = new String(body.readNBytes(BRIEF), StandardCharsets.UTF_8);
      throw broken(
          Ending.TOOL_DIED, "answered with status " + status + ": " + BadInput.brief(said), null);
    }
    headers.firstValue(SESSION).ifPresent(s -> session = s);
    if (headers.firstValue("Content-Type").orElse("").startsWith("text/event-stream")) {
      return inEvents(request, body);
    }
    byte[] bytes = body.readNBytes(limits.bytes() + 1);
    if (bytes.length > limits.bytes()) {
      throw new MessageLines.TooLong();
    }
    ObjectNode message = Wire.read(bytes, address.toString());
    if (!isAnswer(message, request)) {
      throw broken(Ending.TOOL_LIED, "answered without the answer", null);
    }
    return message;
  }

  private static boolean isAnswer(ObjectNode message, ObjectNode request) {
    return !message.has("method") && message.path("id").equals(request.path("id"));
  }

  /// Reads events until one is the answer. What the server asks of us meanwhile is answered by
  /// requests of their own.
  private ObjectNode inEvents(ObjectNode request, InputStream body) throws IOException {
    MessageLines lines = new MessageLines(new BufferedInputStream(body), limits.bytes());
    for (int i = 0; i < Wire.MOST_NOTICES; i++) {
      byte[] event = event(lines);
      if (event == null) {
        throw broken(Ending.TOOL_LIED, "answered without the answer", null);
      }
      ObjectNode message = Wire.read(event, address.toString());
      if (isAnswer(message, request)) {
        return message;
      }
      ObjectNode declined = Wire.declined(message);
      if (declined != null) {
        tell(declined);
      }
    }
    throw broken(Ending.TOOL_FLOODED, "sent notices and no answer", null);
  }

  /// Returns the data of the next event that has some, whose bytes need be no text; null at the
  /// end.
  private byte @Nullable [] event(MessageLines lines) throws IOException {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    byte[] line = lines.next();
    for (; line != null; line = lines.next()) {
      if (line.length == 0 && !new String(data.toByteArray(), StandardCharsets.UTF_8).isBlank()) {
        return data.toByteArray();
      }
      if (line.length >= DATA.length && startsWithData(line)) {
        if (data.size() + line.length > limits.bytes()) {
          throw new MessageLines.TooLong();
        }
        data.write(line, DATA.length, line.length - DATA.length);
        data.write('\n'); // the parts of an event are lines
      }
    }
    return data.size() > 0 ? data.toByteArray() : null;
  }

  private static boolean startsWithData(byte[] line) {
    for (int i = 0; i < DATA.length; i++) {
      if (line[i] != DATA[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void tell(ObjectNode notification) {
    int status = send(notification, (code, _, _) -> code);
    if (status != ACCEPTED && status != OK) {
      throw broken(Ending.TOOL_DIED, "answered with status " + status + " to a notice", null);
    }
  }

  @Override
  public void agreed(String protocol) {
    version = protocol;
  }

  private HttpRequest.Builder request() {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address.url())
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream");
    String agreed = version;
    if (agreed != null) {
      request.header("MCP-Protocol-Version", agreed);
    }
    String known = session;
    if (known != null) {
      request.header(SESSION, known);
    }
    return request;
  }

  private <T> T send(ObjectNode message, Transport.Reader<T> reader) {
    HttpRequest request =
        request().POST(HttpRequest.BodyPublishers.ofString(Json.line(message))).build();
    try {
      return transport.send(request, reader);
    } catch (HttpTimeoutException e) {
      throw broken(Ending.TOOL_HUNG, "gave no answer in " + limits.answer().toMillis() + " ms", e);
    } catch (MessageLines.TooLong e) {
      throw broken(Ending.TOOL_FLOODED, "answered more than " + limits.bytes() + " bytes", e);
    } catch (IOException e) {
      String why = e.getMessage() == null ? "no connection" : e.getMessage();
      throw broken(Ending.TOOL_DIED, "cannot be reached: " + why, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw broken(Ending.TOOL_DIED, "were interrupted", e);
    }
  }

  private ToolBroken broken(Ending ending, String what, @Nullable Exception e) {
    return Wire.broken(ending, address.toString(), what, e);
  }

  /// Ends the session, which the server would keep else.
  @Override
  public void close() {
    if (session != null) {
      try (Transport brief = new Transport(FAREWELL)) {
        brief.send(request().DELETE().build(), (status, _, _) -> status);
      } catch (IOException _) {
        // it has gone, or keeps its sessions to itself
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
    transport.close();
  }
}
