package dev.tesuji.browser;

import dev.tesuji.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Chromium without a window, over its debugging protocol.
///
/// It is one that reaches for nothing but what a page names: no updates, no first run, no
/// suggestions.
public final class Chromium implements AutoCloseable {
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
  public Chromium(Path chromium, Path folder, String address) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            chromium.toString(),
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
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
    while (!state().equals("completehttp:")) {
      if (System.nanoTime() > end) {
        throw new IOException("the browser did not load the page");
      }
      Thread.sleep(50);
    }
  }

  private String state() throws Exception {
    try {
      return run("document.readyState + location.protocol");
    } catch (IOException e) {
      return ""; // between two pages there is nothing that a script could run in
    }
  }

  /// Returns where a browser is; null where none is.
  public static @Nullable Path find() {
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
  public String run(String script) throws Exception {
    JsonNode json =
        send(
            "Runtime.evaluate",
            parameters()
                .put("expression", script)
                .put("awaitPromise", true)
                .put("returnByValue", true));
    if (json.has("exceptionDetails")) {
      throw new IOException("the script failed: " + json);
    }
    return json.path("result").path("value").asString();
  }

  /// Waits until a script returns `true`; one that fails, as between two pages, is run again.
  public void await(String script) throws Exception {
    long end = System.nanoTime() + LONG.toNanos();
    while (!isTrue(script)) {
      if (System.nanoTime() > end) {
        String text = run("document.body.innerText");
        throw new IOException("the page never came to: " + script + "\n" + text);
      }
      Thread.sleep(20);
    }
  }

  private boolean isTrue(String script) throws Exception {
    try {
      return run("String(" + script + ")").equals("true");
    } catch (IOException e) {
      return false;
    }
  }

  /// Presses a key: a sign, or one of [Key]; `Shift+Tab` and `Alt+r` are held with another.
  public void press(String key) throws Exception {
    Key pressed = Key.of(key);
    for (String type : List.of("keyDown", "keyUp")) {
      ObjectNode event = parameters().put("type", type).put("key", pressed.name());
      event.put("code", pressed.place()).put("modifiers", pressed.held());
      event.put("windowsVirtualKeyCode", pressed.number());
      if (type.equals("keyDown") && !pressed.text().isEmpty()) {
        event.put("text", pressed.text());
      }
      send("Input.dispatchKeyEvent", event);
    }
  }

  /// Presses Tab until what has the focus is named so.
  public void tabTo(String name) throws Exception {
    String focused =
        "(() => { const e = document.activeElement; return (e.getAttribute('aria-label') ||"
            + " (e.labels && e.labels[0] && e.labels[0].innerText) || e.innerText || '').trim();"
            + " })()";
    List<String> passed = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      String now = run(focused);
      if (now.startsWith(name)) {
        return;
      }
      passed.add(now);
      press("Tab");
    }
    throw new AssertionError("Tab never came to '" + name + "', but to " + passed);
  }

  /// Moves the mouse to the middle of what a selector finds first.
  public void point(String selector) throws Exception {
    JsonNode at =
        Json.MAPPER.readTree(
            run(
                "(() => { const r = document.querySelector("
                    + quoted(selector)
                    + ").getBoundingClientRect();"
                    + " return JSON.stringify([r.x + r.width / 2, r.y + r.height / 2]); })()"));
    send(
        "Input.dispatchMouseEvent",
        parameters()
            .put("type", "mouseMoved")
            .put("x", at.path(0).asDouble())
            .put("y", at.path(1).asDouble()));
  }

  /// Returns a text as a script writes it.
  public static String quoted(String text) {
    return Json.line(Json.MAPPER.getNodeFactory().stringNode(text));
  }

  /// Types a text, key by key.
  public void type(String text) throws Exception {
    for (int i = 0; i < text.length(); i++) {
      press(text.substring(i, i + 1));
    }
  }

  /// Goes to an address, and waits until it is loaded.
  public void open(String address) throws Exception {
    send("Page.navigate", parameters().put("url", address));
    await("document.readyState === 'complete' && location.href === " + quoted(address));
  }

  /// Makes the page as wide as a window would be, light or dark.
  public void look(int width, int height, boolean isDark) throws Exception {
    send(
        "Emulation.setDeviceMetricsOverride",
        parameters()
            .put("width", width)
            .put("height", height)
            .put("deviceScaleFactor", 1)
            .put("mobile", false));
    ObjectNode media = parameters();
    media
        .putArray("features")
        .addObject()
        .put("name", "prefers-color-scheme")
        .put("value", isDark ? "dark" : "light");
    send("Emulation.setEmulatedMedia", media);
  }

  /// Returns a picture of the whole page, as PNG.
  public byte[] picture() throws Exception {
    JsonNode size = send("Page.getLayoutMetrics", parameters()).path("cssContentSize");
    ObjectNode clip = parameters().put("format", "png").put("captureBeyondViewport", true);
    clip.putObject("clip")
        .put("x", 0)
        .put("y", 0)
        .put("width", size.path("width").asDouble(0))
        .put("height", size.path("height").asDouble(0))
        .put("scale", 1);
    return Base64.getDecoder()
        .decode(send("Page.captureScreenshot", clip).path("data").asString(""));
  }

  /// Prints the page, as PDF.
  public byte[] print() throws Exception {
    ObjectNode how = parameters().put("printBackground", true);
    return Base64.getDecoder().decode(send("Page.printToPDF", how).path("data").asString(""));
  }

  private static ObjectNode parameters() {
    return Json.MAPPER.createObjectNode();
  }

  private JsonNode send(String method, ObjectNode parameters) throws Exception {
    ObjectNode message = parameters().put("id", ++sent).put("method", method);
    message.set("params", parameters);
    socket.sendText(Json.line(message), true).get(LONG.toSeconds(), TimeUnit.SECONDS);
    while (true) {
      String answer = messages.poll(LONG.toSeconds(), TimeUnit.SECONDS);
      if (answer == null) {
        throw new IOException("the browser did not answer");
      }
      JsonNode json = Json.MAPPER.readTree(answer);
      if (json.path("id").intValue() == sent) {
        if (json.has("error")) {
          throw new IOException(method + " failed: " + answer);
        }
        return json.path("result");
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
