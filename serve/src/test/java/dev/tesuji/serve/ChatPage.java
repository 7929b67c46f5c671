package dev.tesuji.serve;

import dev.tesuji.browser.Chromium;
import dev.tesuji.browser.PageChecks;
import dev.tesuji.json.Json;
import dev.tesuji.serve.model.ServedModel;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// The chat page in a real browser, of a server with two models, whose user has the keyboard alone.
///
/// A message that begins with a bracket is the name of a script, which both models then say.
final class ChatPage implements AutoCloseable {
  static final String KEY = "secret-key";

  /// The last answer's text, as a selector.
  static final String ANSWER = ".turn:last-of-type article:last-child > .text";

  private static final int ROWS = 8;

  final Chromium browser;
  private final TestServer server;
  private final List<ServedModel> models;

  /// Starts the server and the browser; skips the test aloud where there is none.
  ///
  /// @param folder takes the models and the browser's own files
  ChatPage(Path folder) throws Exception {
    Path chromium = PageChecks.chromium();
    Path model = write(folder);
    models = List.of(served("scripted", model), served("other", model));
    server = new TestServer(Duration.ofSeconds(20), models, KEY);
    browser = new Chromium(chromium, folder.resolve("chromium"), server.uri("/").toString());
  }

  private static ServedModel served(String name, Path model) {
    LoadedModel loaded = LoadedModel.load(model, Dtype.FLOAT32, Device.CPU);
    return new ServedModel(name, loaded, ROWS, TestServer.WAITING, ScriptedModel.POSITIONS);
  }

  private static Path write(Path folder) {
    ScriptedModel scripts = new ScriptedModel();
    String word = "Rindfleischetikettierungsueberwachungsaufgabe".repeat(6);
    scripts.script(
        "[code]",
        "Say it with `printl",
        "n`:\n\n```java\n",
        "void main() {\n",
        "  IO.println(\"<b>Hello</b>, \" + "
            + "\"world, \".repeat(3) + ".repeat(4)
            + "\"!\");\n}\n",
        "```\n\nThat is ",
        "all of it.",
        "<|im_end|>");
    scripts.script(
        "[maths]",
        "For $x > 0$ the area is \\(\\pi",
        " x^2\\), and\n\n$$\\sum_{k=1}^{n} k^3 = ",
        "\\left(\\frac{n(n+1)}{2}\\right)^2 = "
            + "1 + 8 + 27 + 64 + 125 + 216 + 343 + 512 + \\dots + n^3",
        "$$\n\nas Nicomachus knew.",
        "<|im_end|>");
    scripts.script(
        "[hostile]",
        "<img src=x onerror=\"window.struck = 1\">",
        "<script>window.struck = 2</script>\n`<i>i</i>` ",
        "$\\href{javascript:window.struck=3}{x}$ <b>",
        word,
        "</b>",
        "<|im_end|>");
    scripts.script("[coin]", "It fell on", "<|im_end|>");
    scripts.chances("It fell on", Map.of(" heads", 4.0, " tails", 3.5, " its edge", 1.0));
    for (String side : List.of(" heads", " tails", " its edge")) {
      scripts.chances(side, Map.of(".", 40.0));
    }
    scripts.script(".", "<|im_end|>");
    for (String colour : List.of("[roulette]", " red", " black")) { // without end
      scripts.chances(colour, Map.of(" red", 4.0, " black", 4.0));
    }
    String template =
        ScriptedModel.TEMPLATE.replace(
            "{{ start | default('') }}",
            "{% if messages[-1].content[:1] == '[' %}{{ messages[-1].content }}{% endif %}");
    return scripts.save(folder.resolve("model"), template);
  }

  /// Opens the page as it is for somebody who has typed the key before.
  void fresh() throws Exception {
    browser.look(1440, 900, /* isDark= */ false);
    browser.run("sessionStorage.setItem('key', '" + KEY + "'); localStorage.clear(); ''");
    reload();
    browser.await("document.getElementById('model').options.length === 2");
  }

  /// Waits until no model is at work.
  void awaitIdle() {
    long end = System.nanoTime() + 20_000_000_000L;
    while (models.stream().anyMatch(m -> m.engine().hasWork())) {
      if (System.nanoTime() > end) {
        throw new AssertionError("rows must be free");
      }
      Thread.onSpinWait();
    }
  }

  /// Loads the page anew; it keeps the bodies of the requests that it sends from then on.
  void reload() throws Exception {
    browser.open("about:blank");
    browser.open(server.uri("/").toString());
    browser.run(
        "window.bodies = []; const send = window.fetch; window.fetch = (path, options) => {"
            + " if (options.body) bodies.push(options.body); return send(path, options); }; ''");
  }

  /// Writes a message and sends it.
  void ask(String text) throws Exception {
    browser.tabTo("Message");
    browser.type(text);
    browser.press("Enter");
  }

  /// Asks, and waits until the answer is whole.
  void talk(String text) throws Exception {
    ask(text);
    awaitStatus("Answer finished");
  }

  void awaitStatus(String text) throws Exception {
    browser.await(
        "!document.body.classList.contains('busy') &&"
            + " document.getElementById('status').innerText.startsWith("
            + Chromium.quoted(text)
            + ") && ![...document.querySelectorAll('.running')].length");
  }

  /// Returns how a part of the page reads; nothing where it is not there.
  String text(String selector) throws Exception {
    return browser.run(
        "document.querySelector(" + Chromium.quoted(selector) + ")?.innerText ?? ''");
  }

  int count(String selector) throws Exception {
    return Integer.parseInt(
        browser.run("String(document.querySelectorAll(" + Chromium.quoted(selector) + ").length)"));
  }

  /// Returns the request that was sent last.
  JsonNode request() throws Exception {
    return Json.MAPPER.readTree(browser.run("bodies.at(-1)"));
  }

  void openSettings() throws Exception {
    browser.tabTo("Settings");
    browser.press("Enter");
    browser.await("document.getElementById('settings').open");
  }

  /// Types into a field that has nothing in it, or takes the place of what is.
  void set(String label, String value) throws Exception {
    browser.tabTo(label);
    browser.type(value);
  }

  @Override
  public void close() {
    browser.close();
    server.close();
  }
}
