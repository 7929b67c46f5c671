package dev.tesuji.toolcall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.constrain.Constraint;
import dev.tesuji.constrain.Grammar;
import dev.tesuji.constrain.TokenTrie;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import dev.tesuji.toolcall.ToolGrammar.Tool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ToolGrammarTest {
  private static final List<Tool> TOOLS =
      List.of(
          new Tool(
              "add",
              """
              {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"], "additionalProperties": false}
              """),
          new Tool("now", ""));

  private static boolean accepts(Grammar grammar, String text) {
    List<byte @Nullable []> bytes = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      bytes.add(new byte[] {(byte) b});
    }
    Constraint c = grammar.start(TokenTrie.of(bytes));
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (!c.allows(b & 0xff)) {
        return false;
      }
      c.accept(b & 0xff);
    }
    return c.canEnd();
  }

  private static String call(ToolFormat format, String name, String arguments) {
    return switch (format) {
      case HERMES ->
          "<tool_call>\n{\"name\": \""
              + name
              + "\", \"arguments\": "
              + arguments
              + "}\n</tool_call>";
      case LLAMA -> "{\"name\": \"" + name + "\", \"parameters\": " + arguments + "}";
      case DEEPSEEK ->
          "<｜tool▁call▁begin｜>function<｜tool▁sep｜>"
              + name
              + "\n```json\n"
              + arguments
              + "\n```<｜tool▁call▁end｜>";
      case DEEPSEEK_V31 ->
          "<｜tool▁call▁begin｜>" + name + "<｜tool▁sep｜>" + arguments + "<｜tool▁call▁end｜>";
    };
  }

  private static String calls(ToolFormat format, String... calls) {
    return switch (format) {
      case HERMES -> String.join("\n", calls);
      case LLAMA -> String.join("; ", calls);
      case DEEPSEEK -> "<｜tool▁calls▁begin｜>" + String.join("\n", calls) + "<｜tool▁calls▁end｜>";
      case DEEPSEEK_V31 -> "<｜tool▁calls▁begin｜>" + String.join("", calls) + "<｜tool▁calls▁end｜>";
    };
  }

  @ParameterizedTest
  @EnumSource
  void aRequiredCallComesWithoutTextBeforeIt(ToolFormat format) {
    Grammar one = ToolGrammar.required(format, TOOLS, false);
    String add = call(format, "add", "{\"a\": 1}");
    String now = call(format, "now", "{}");
    assertThat(accepts(one, calls(format, add))).isTrue();
    assertThat(accepts(one, calls(format, now))).isTrue();
    assertThat(accepts(one, "x" + calls(format, add))).isFalse();
    assertThat(accepts(one, calls(format, call(format, "add", "{}")))).isFalse();
    assertThat(accepts(one, calls(format, call(format, "sub", "{}")))).isFalse();
    assertThat(accepts(one, calls(format, add, now))).isFalse();
    assertThat(accepts(ToolGrammar.required(format, TOOLS, true), calls(format, add, now)))
        .isTrue();
    Grammar named = ToolGrammar.required(format, TOOLS.subList(1, 2), false);
    assertThat(accepts(named, calls(format, now))).isTrue();
    assertThat(accepts(named, calls(format, add))).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void whereAModelChoosesTextIsFreeAndCallsAreRight(ToolFormat format) {
    Optional<Grammar> auto = ToolGrammar.auto(format, TOOLS, true);
    assertThat(auto.isPresent()).isEqualTo(format.isMarked());
    if (auto.isPresent()) {
      String add = calls(format, call(format, "add", "{\"a\": 1}"));
      assertThat(accepts(auto.get(), "Just text, <b>é</b> <tool")).isTrue();
      assertThat(accepts(auto.get(), "")).isTrue();
      assertThat(accepts(auto.get(), "Let me add. " + add)).isTrue();
      assertThat(accepts(auto.get(), add.replace("1", "true"))).isFalse();
      assertThat(accepts(auto.get(), add.substring(0, 30))).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatTheGrammarForcesTheParserReads(ToolFormat format) {
    String text =
        calls(format, call(format, "add", "{\"a\": 1}"), call(format, "now", "{\"x\": [\"}\"]}"));
    assertThat(accepts(ToolGrammar.required(format, TOOLS, true), text)).isTrue();
    for (ToolCallParser parser :
        List.of(
            ToolCallParser.of(format, () -> "id"),
            ToolCallParser.ofForcedCalls(format, () -> "id"))) {
      assertThat(parser.parse(text))
          .isEqualTo(
              new ToolCallParser.Answer(
                  "",
                  List.of(
                      new ToolCall("id", "add", "{\"a\": 1}"),
                      new ToolCall("id", "now", "{\"x\": [\"}\"]}"))));
    }
  }

  @Test
  void toolsAreReadAsOpenAiHasThem() {
    assertThat(
            ToolGrammar.tools(
                Json.MAPPER.readTree(
                    """
                    [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}},
                     {"type": "function", "function": {"name": "g"}}]
                    """)))
        .containsExactly(new Tool("f", "{\"type\":\"object\"}"), new Tool("g", ""));
  }

  @Test
  void noToolsAreRefused() {
    assertThatThrownBy(() -> ToolGrammar.required(ToolFormat.HERMES, List.of(), false))
        .hasMessage("tools must be at least one, got none");
  }

  @Test
  void theFormatIsFoundInTheTemplate() throws IOException {
    assertThat(of("chatml.jinja")).contains(ToolFormat.HERMES);
    assertThat(of("chatml_thinking.jinja")).contains(ToolFormat.HERMES);
    assertThat(of("deepseek_r1.jinja")).contains(ToolFormat.DEEPSEEK);
    assertThat(of("llama3.jinja")).contains(ToolFormat.LLAMA);
    assertThat(of("llama3_simple.jinja")).isEmpty();
    assertThat(of("chatml_generation.jinja")).isEmpty();
    assertThat(ToolFormat.of("'<｜tool▁call▁begin｜>' + name + '<｜tool▁sep｜>' + arguments"))
        .contains(ToolFormat.DEEPSEEK_V31);
  }

  private static Optional<ToolFormat> of(String file) throws IOException {
    return ToolFormat.of(
        Files.readString(
            Fixtures.require("tokenizers/chat").resolve(file), StandardCharsets.UTF_8));
  }
}
