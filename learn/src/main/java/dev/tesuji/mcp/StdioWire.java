package dev.tesuji.mcp;

import dev.tesuji.env.Ending;
import dev.tesuji.json.Json;
import dev.tesuji.tools.ToolBroken;
import java.io.BufferedInputStream;
import java.io.IOException;
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
  private final String server;
  private final McpServer.Limits limits;
  private final Process process;
  private final MessageLines output;

  StdioWire(McpServer.Command command, McpServer.Limits limits) {
    server = command.toString();
    this.limits = limits;
    try {
      process = new ProcessBuilder(command.words()).redirectError(Redirect.DISCARD).start();
    } catch (IOException e) {
      throw Wire.broken(Ending.TOOL_DIED, server, "could not be started: " + e.getMessage(), e);
    }
    output = new MessageLines(new BufferedInputStream(process.getInputStream()), limits.bytes());
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
          : e.getCause() instanceof MessageLines.TooLong
              ? Wire.broken(
                  Ending.TOOL_FLOODED, server, "answered more than " + limits.bytes() + " bytes", e)
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
      byte[] line = output.next();
      if (line == null) {
        throw Wire.broken(Ending.TOOL_DIED, server, "ended", null);
      }
      ObjectNode message = Wire.read(line, server);
      if (!message.has("method") && message.path("id").equals(id)) {
        return message;
      }
      ObjectNode declined = Wire.declined(message);
      if (declined != null) {
        write(declined);
      }
    }
    throw Wire.broken(Ending.TOOL_FLOODED, server, "sent notices and no answer", null);
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
