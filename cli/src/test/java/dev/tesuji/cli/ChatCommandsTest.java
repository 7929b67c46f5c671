package dev.tesuji.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.json.JsonLines;
import dev.tesuji.weights.NewModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatCommandsTest {
  private static final String TEMPLATE =
      "{% for m in messages %}{% if m.role == 'system' and loop.index > 1 %}"
          + "{{ raise_exception('a system message must come first') }}{% endif %}"
          + "{% if m.role == 'assistant' %}?{{ m.content }}{{ eos_token }}"
          + "{% else %}{{ m.content }}={% endif %}{% endfor %}"
          + "{% if add_generation_prompt %}?{% endif %}";

  @TempDir private static Path shared = Path.of("");
  @TempDir private Path folder = Path.of("");

  @BeforeAll
  static void makeModels() throws IOException {
    for (String name : List.of("base", "chat")) {
      new NewModel(2, 32, 48, 2, 1, 128).create(shared.resolve(name), 3);
    }
    Files.writeString(shared.resolve("chat").resolve("chat_template.jinja"), TEMPLATE);
  }

  private static Path base() {
    return shared.resolve("base");
  }

  private static Path chat() {
    return shared.resolve("chat");
  }

  private Cli render(Path model, String lines, Object... more) throws IOException {
    Path in = Files.writeString(folder.resolve("in.jsonl"), lines);
    Object[] words = new Object[7 + more.length];
    System.arraycopy(
        new Object[] {"render", "--model", model, "--in", in, "--out", folder.resolve("out.jsonl")},
        0,
        words,
        0,
        7);
    System.arraycopy(more, 0, words, 7, more.length);
    return Cli.run(words);
  }

  private List<String> texts(Cli cli) {
    assertThat(cli.status()).as(cli.err()).isZero();
    return JsonLines.readAll(folder.resolve("out.jsonl")).stream()
        .map(row -> row.requireText("text"))
        .toList();
  }

  private static String line(String... rolesAndContents) {
    StringBuilder line = new StringBuilder("{\"messages\": [");
    for (int i = 0; i < rolesAndContents.length; i += 2) {
      line.append(i == 0 ? "" : ", ")
          .append("{\"role\": \"" + rolesAndContents[i] + "\", \"content\": \"")
          .append(rolesAndContents[i + 1] + "\"}");
    }
    return line.append("]}\n").toString();
  }

  private static synchronized Cli chat(Path model, String input, Object... more) {
    InputStream in = System.in;
    try {
      System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
      Object[] words = new Object[5 + more.length];
      Object[] first = {"chat", "--model", model, "--max-new-tokens", 2};
      System.arraycopy(first, 0, words, 0, 5);
      System.arraycopy(more, 0, words, 5, more.length);
      return Cli.run(words);
    } finally {
      System.setIn(in);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"chat", "render"})
  void theCommandsTeachThemselves(String command) {
    Cli help = Cli.run(command, "--help");
    assertThat(help.status()).isZero();
    assertThat(help.out()).contains("Usage: tesuji " + command).doesNotContain("${");
  }

  @Test
  void conversationsBecomeText() throws IOException {
    String two = line("user", "1+2", "assistant", "3") + line("user", "4");
    assertThat(texts(render(chat(), two))).containsExactly("1+2=?3<eos>?", "4=?");
    assertThat(texts(render(chat(), two, "--no-generation-prompt")))
        .containsExactly("1+2=?3<eos>", "4=");
  }

  @Test
  void aTemplateFileServesADirectoryWithoutOne() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("t.jinja"), "{{ mood }}{{ messages[0].content }}{{ eos_token }}");
    String line = line("user", "1").replace("{\"messages\"", "{\"mood\": \"7\", \"messages\"");
    assertThat(texts(render(base(), line, "--template", file))).containsExactly("71<eos>");
    Cli cli = render(base(), line);
    assertThat(cli.status()).isEqualTo(2);
    assertThat(cli.err())
        .isEqualTo(
            "tesuji: "
                + base()
                + ": has no chat template (no chat_template.jinja, and no 'chat_template' in"
                + " tokenizer_config.json); it may be a base model, or give a template file\n");
  }

  @Test
  void tokensShowWhatWouldBeLearned() throws IOException {
    Cli cli = render(chat(), line("user", "12", "assistant", "3"), "--show-tokens");
    assertThat(cli.status()).as(cli.err()).isZero();
    assertThat(cli.out().lines().map(l -> l.strip().replaceAll("^[0-9]+ +(?=[01] )", "")))
        .containsExactly(
            "id  loss  token",
            "0  '1'",
            "0  '2'",
            "0  '='",
            "0  '?'",
            "1  '3'",
            "1  '<eos>'",
            "2 of 6 tokens have loss weight; the mask comes from rendered prefixes: each assistant"
                + " turn after its generation prompt");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"messages": []} | field 'messages' must be a list of at least one message
          {"text": "x"} | field 'messages' must be a list of at least one message
          {"messages": [5]} | message 0 must be an object with a 'role', got 5
          {"messages": [{"role": "user", "content": "x"}], "tools": 5} | field 'tools' must be a list, got 5
          {"messages": [{"role": "user", "content": "x"}, {"role": "system", "content": "y"}]} | a system message must come first
          """)
  void whatCannotBeRenderedIsNamed(String second, String message) throws IOException {
    Cli cli = render(chat(), line("user", "1") + "\n" + second + "\n");
    assertThat(cli.status()).isEqualTo(2);
    assertThat(cli.err())
        .isEqualTo(
            "tesuji: " + folder.resolve("in.jsonl") + ":3: conversation 1: " + message + "\n");
    assertThat(folder.resolve("out.jsonl")).doesNotExist();
  }

  @Test
  void aChatAnswersAsTheModelContinuesTheRenderedText() throws IOException {
    Cli cli = chat(chat(), "1+2\n/quit\n3\n", "--seed", 4);
    assertThat(cli.status()).as(cli.err()).isZero();
    assertThat(cli.err()).isEqualTo("/new starts over, /quit leaves\n");
    Path in = Files.writeString(folder.resolve("in.jsonl"), "{\"prompt\": \"1+2=?\"}\n");
    Path out = folder.resolve("out.jsonl");
    Object[] generate = {
      "generate", "--model", chat(), "--in", in, "--out", out, "--max-new-tokens", 2, "--seed", 4
    };
    assertThat(Cli.run(generate).status()).isZero();
    assertThat(cli.out())
        .isNotBlank()
        .isEqualTo(JsonLines.readAll(out).getFirst().requireText("completion") + "\n");
  }

  @Test
  void aChatRemembersUntilItStartsOver() {
    String ones = "1".repeat(100) + "\n";
    Cli cli = chat(chat(), ones + ones + "/new\n" + ones, "--temperature", 0);
    assertThat(cli.status()).isZero();
    assertThat(cli.err())
        .isEqualTo(
            "/new starts over, /quit leaves\n"
                + "tesuji: the conversation must have from 1 to 127 tokens to leave room for an"
                + " answer, got 207; /new starts over\n");
    assertThat(cli.out().lines()).hasSize(2);
  }

  @Test
  void theSystemMessageStandsAtTheBeginning() {
    String plain = chat(chat(), "1\n", "--temperature", 0).out();
    assertThat(chat(chat(), "1\n", "--temperature", 0, "--system", "9*9-").out())
        .isNotEqualTo(plain);
  }

  @Test
  void withoutATemplateALineIsContinued() {
    Cli cli = chat(base(), "1+2=?\n", "--temperature", 0);
    assertThat(cli.status()).as(cli.err()).isZero();
    assertThat(cli.err())
        .isEqualTo(
            base()
                + ": has no chat template, so each line is continued as plain text; /quit"
                + " leaves\n");
    assertThat(cli.out().lines()).hasSize(1);
  }

  @Test
  void thoughtsAreDimmedHoweverTheyArrive() {
    String text = "a<think>b <x</think>c<";
    String wanted = "a\u001b[2m<think>b <x</think>\u001b[0mc<\n";
    for (int size = 1; size <= text.length(); size++) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ThoughtDimmer dimmer =
          new ThoughtDimmer(new PrintStream(bytes, true, StandardCharsets.UTF_8), true, false);
      for (int at = 0; at < text.length(); at += size) {
        dimmer.print(text.substring(at, Math.min(text.length(), at + size)));
      }
      dimmer.end();
      assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo(wanted);
    }
  }

  @Test
  void outsideOfATerminalNothingIsDimmed() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ThoughtDimmer dimmer =
        new ThoughtDimmer(new PrintStream(bytes, true, StandardCharsets.UTF_8), false, true);
    dimmer.print("a</thi");
    dimmer.print("nk>b");
    dimmer.end();
    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("a</think>b\n");
  }
}
