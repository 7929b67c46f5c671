package dev.tesuji.serve.go;

import dev.tesuji.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Chromium without a window, over its debugging protocol.
final class Browser implements AutoCloseable {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final List<Path> PLACES =
      List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/google-chrome"));

  private final Process process;
  private final HttpClient client = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
  private int sent;

  /// Opens a page.
  ///
  /// @param folder takes the browser's own files
  Browser(Path chromium, Path folder, String address) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            chromium.toString(),
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--remote-debugging-port=0",
            "--user-data-dir=" + folder,
            address);
    builder.environment().put("TMPDIR", folder.toString());
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    process = builder.start();
    int port = port(folder);
    socket =
        client
            .newWebSocketBuilder()
            .buildAsync(URI.create(pageOf(port, address)), new Listener())
            .get(LONG.toSeconds(), TimeUnit.SECONDS);
    long end = System.nanoTime() + LONG.toNanos();
    while (!run("document.readyState + location.protocol").equals("completehttp:")) {
      if (System.nanoTime() > end) {
        throw new IOException("the browser did not load the page");
      }
      Thread.sleep(50);
    }
  }

  /// Returns where a browser is; null where none is.
  static @Nullable Path find() {
    return PLACES.stream().filter(Files::isExecutable).findFirst().orElse(null);
  }

  private int port(Path folder) throws IOException, InterruptedException {
    Path file = folder.resolve("DevToolsActivePort");
    long end = System.nanoTime() + LONG.toNanos();
    while (System.nanoTime() < end && process.isAlive()) {
      if (Files.exists(file) && Files.size(file) > 0) {
        return Integer.parseInt(Files.readAllLines(file).getFirst());
      }
      Thread.sleep(50);
    }
    throw new IOException("the browser did not start");
  }

  private String pageOf(int port, String address) throws Exception {
    URI list = URI.create("http://127.0.0.1:" + port + "/json/list");
    long end = System.nanoTime() + LONG.toNanos();
    while (System.nanoTime() < end) {
      String body =
          client
              .send(
                  java.net.http.HttpRequest.newBuilder(list).build(),
                  java.net.http.HttpResponse.BodyHandlers.ofString())
              .body();
      for (JsonNode page : Json.MAPPER.readTree(body)) {
        if (page.path("url").asString().startsWith(address)) {
          return page.path("webSocketDebuggerUrl").asString();
        }
      }
      Thread.sleep(50);
    }
    throw new IOException("the browser did not open the page");
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        messages.add(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  /// Runs a script, waits for what it promises, and returns that as text.
  String run(String script) throws Exception {
    ObjectNode message = Json.MAPPER.createObjectNode().put("id", ++sent);
    message.put("method", "Runtime.evaluate");
    message
        .putObject("params")
        .put("expression", script)
        .put("awaitPromise", true)
        .put("returnByValue", true);
    socket.sendText(Json.line(message), true).get(LONG.toSeconds(), TimeUnit.SECONDS);
    while (true) {
      String answer = messages.poll(LONG.toSeconds(), TimeUnit.SECONDS);
      if (answer == null) {
        throw new IOException("the browser did not answer");
      }
      JsonNode json = Json.MAPPER.readTree(answer);
      if (json.path("id").intValue() == sent) {
        if (json.has("error") || json.path("result").has("exceptionDetails")) {
          throw new IOException("the script failed: " + answer);
        }
        return json.path("result").path("result").path("value").asString();
      }
    }
  }

  @Override
  public void close() {
    socket.abort();
    client.shutdownNow();
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(one -> one.onExit().join()); // its folder can be removed then
  }
}
