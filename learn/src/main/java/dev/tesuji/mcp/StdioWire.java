package dev.tesuji.mcp;

import dev.tesuji.env.Ending;
import dev.tesuji.json.Json;
import dev.tesuji.tools.ToolBroken;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A server that is a process: a message is a line of JSON.
final class StdioWire implements Wire {
  private static final int MOST_NOTICES = 1000; // messages that are none of ours before an answer

  private final String server;
  private final McpServer.Limits limits;
  private final Process process;
  private final InputStream output;

  StdioWire(McpServer.Command command, McpServer.Limits limits) {
    server = command.toString();
    this.limits = limits;
    try {
      process = new ProcessBuilder(command.words()).redirectError(Redirect.DISCARD).start();
    } catch (IOException e) {
      throw Wire.broken(Ending.TOOL_DIED, server, "could not be started: " + e.getMessage(), e);
    }
    output = new BufferedInputStream(process.getInputStream());
  }

  @Override
  public ObjectNode ask(ObjectNode request) {
    FutureTask<ObjectNode> answer =
        new FutureTask<>(() -> {
          write(request);
          return answer(request.path("id"));
        });
    Thread.ofVirtual().name("mcp").start(answer);
    try {
      return answer.get(limits.answer().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      close(); // which ends the reading
      throw Wire.broken(
          Ending.TOOL_HUNG, server, "gave no answer in " + limits.answer().toMillis() + " ms", e);
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw Wire.broken(Ending.TOOL_DIED, server, "were interrupted", e);
    } catch (ExecutionException e) {
      close();
      throw e.getCause() instanceof ToolBroken broken
          ? broken
          : Wire.broken(Ending.TOOL_DIED, server, "ended", e);
    }
  }

  @Override
  public void tell(ObjectNode notification) {
    try {
      write(notification);
    } catch (IOException e) {
      throw Wire.broken(Ending.TOOL_DIED, server, "ended", e);
    }
  }

  private void write(ObjectNode message) throws IOException {
    process.getOutputStream().write((Json.line(message) + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  private ObjectNode answer(JsonNode id) throws IOException {
    for (int i = 0; i < MOST_NOTICES; i++) {
      ObjectNode message = Wire.read(line(), server);
      if (message.has("method")) {
        decline(message);
      } else if (message.path("id").equals(id)) {
        return message;
      }
    }
    throw Wire.broken(Ending.TOOL_FLOODED, server, "sent notices and no answer", null);
  }

  /// Answers what the server asks of us, which offers nothing but its presence.
  private void decline(ObjectNode question) throws IOException {
    if (question.has("id")) {
      ObjectNode answer = Json.MAPPER.createObjectNode().put("jsonrpc", "2.0");
      answer.set("id", question.path("id"));
      if (question.path("method").asString("").equals("ping")) {
        answer.putObject("result");
      } else {
        answer.putObject("error").put("code", -32601).put("message", "not offered");
      }
      write(answer);
    }
  }

  private byte[] line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = output.read(); b != '\n'; b = output.read()) {
      if (b < 0) {
        throw Wire.broken(Ending.TOOL_DIED, server, "ended", null);
      }
      if (line.size() >= limits.bytes()) {
        throw Wire.broken(
            Ending.TOOL_FLOODED, server, "answered more than " + limits.bytes() + " bytes", null);
      }
      line.write(b);
    }
    return line.toByteArray();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
