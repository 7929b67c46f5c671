package dev.tesuji.toolcall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.toolcall.ToolCallParser.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ToolCallParserTest {
  private static final String R1 =
      "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>add\n```json\n{\"a\": 1}\n```"
          + "<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>now\n```json\n{}\n```"
          + "<｜tool▁call▁end｜><｜tool▁calls▁end｜>";
  private static final String V31 =
      "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>add<｜tool▁sep｜>{\"a\": 1}<｜tool▁call▁end｜>"
          + "<｜tool▁call▁begin｜>now<｜tool▁sep｜>{}<｜tool▁call▁end｜><｜tool▁calls▁end｜>";
  private static final String HERMES =
      "<tool_call>\n{\"name\": \"add\", \"arguments\": {\"a\": 1}}\n</tool_call>\n"
          + "<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>";
  private static final String LLAMA =
      "{\"name\": \"add\", \"parameters\": {\"a\": 1}}; {\"name\": \"now\", \"parameters\": {}}";

  private static Supplier<String> ids() {
    int[] next = {0};
    return () -> "id" + next[0]++;
  }

  private static Answer parse(ToolFormat format, String text) {
    return ToolCallParser.of(format, ids()).parse(text);
  }

  private static String sample(ToolFormat format) {
    return switch (format) {
      case HERMES -> HERMES;
      case DEEPSEEK -> R1;
      case DEEPSEEK_V31 -> V31;
      case LLAMA -> LLAMA;
    };
  }

  @ParameterizedTest
  @EnumSource
  void callsAreToldFromText(ToolFormat format) {
    Answer answer = parse(format, sample(format));
    assertThat(answer.text()).isEmpty();
    assertThat(answer.calls())
        .containsExactly(
            new ToolCall("id0", "add", "{\"a\": 1}"), new ToolCall("id1", "now", "{}"));
  }

  @Test
  void textBeforeACallIsKept() {
    for (ToolFormat format : ToolFormat.values()) {
      if (format.isMarked()) {
        Answer answer = parse(format, "Let me see.\n\n" + sample(format));
        assertThat(answer.text()).isEqualTo("Let me see.");
        assertThat(answer.calls()).hasSize(2);
      }
    }
    assertThat(parse(ToolFormat.HERMES, "\n\n" + HERMES + "\n").text()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerWithoutCallsStaysAsItIs(ToolFormat format) {
    for (String text :
        new String[] {
          "",
          " ",
          "Hello, {world}.\n",
          "a <tool",
          "<tool_call",
          "<｜tool▁calls",
          "  x  ",
          "{\"a\": 1}"
        }) {
      assertThat(parse(format, text).text()).as(text).isEqualTo(text);
      assertThat(parse(format, text).calls()).isEmpty();
    }
  }

  @Test
  void aMalformedCallIsText() {
    for (String text :
        new String[] {
          "<tool_call>\n{\"name\": \"f\", \"arguments\": {oops}}\n</tool_call>",
          "<tool_call>\n{\"name\": \"f\"}\n</tool_call>",
          "<tool_call>\n{\"arguments\": {}}\n</tool_call>",
          "<tool_call>not json</tool_call>",
          "<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": ",
          "<tool_call>{\"name\": \"f\", \"arguments\": [1]}</tool_call>",
        }) {
      Answer answer = parse(ToolFormat.HERMES, text);
      assertThat(answer.calls()).as(text).isEmpty();
      assertThat(answer.text()).isEqualTo(text);
    }
    String llama = "{\"name\": \"f\", \"parameters\": {\"a\": ";
    assertThat(parse(ToolFormat.LLAMA, llama)).isEqualTo(new Answer(llama, List.of()));
    String answer = "{\"name\": \"Ann\", \"age\": 3}";
    assertThat(parse(ToolFormat.LLAMA, answer)).isEqualTo(new Answer(answer, List.of()));
    String marked =
        "<｜tool▁call▁begin｜>function<｜tool▁sep｜>f\n```json\n{oops}\n```<｜tool▁call▁end｜>";
    assertThat(parse(ToolFormat.DEEPSEEK, marked)).isEqualTo(new Answer(marked, List.of()));
  }

  @Test
  void formsThatModelsUseAreCalls() {
    assertThat(
            parse(
                    ToolFormat.HERMES,
                    "<tool_call>{\"arguments\": {\"x\": \"</tool_call>\"}, \"name\": \"f\"}</tool_call>")
                .calls())
        .containsExactly(new ToolCall("id0", "f", "{\"x\":\"</tool_call>\"}"));
    assertThat(
            parse(
                    ToolFormat.HERMES,
                    "<tool_call>{\"name\": \"f\", \"arguments\": \"{\\\"x\\\": 1}\"}")
                .calls())
        .containsExactly(new ToolCall("id0", "f", "{\"x\": 1}"));
    assertThat(
            parse(
                    ToolFormat.LLAMA,
                    "<|python_tag|>{\"type\": \"function\", \"name\": \"f\", \"parameters\": {}}")
                .calls())
        .containsExactly(new ToolCall("id0", "f", "{}"));
    assertThat(parse(ToolFormat.LLAMA, "<|python_tag|>print(1)"))
        .isEqualTo(new Answer("print(1)", List.of()));
  }

  @ParameterizedTest
  @EnumSource
  void piecesGiveWhatTheWholeGives(ToolFormat format) {
    Random random = new Random(3);
    String one = sample(format);
    String[] texts = {
      one,
      "Text first. " + one + " and after",
      one.substring(0, one.length() - 9),
      one.replace("{}", "{\"s\": \"}}</tool_call>{\\\"\"}"),
      one.replace(": 1", ": oops"),
      "  \n",
      " x < y  <",
    };
    for (String text : texts) {
      Answer whole = parse(format, text);
      for (int round = 0; round < 40; round++) {
        ToolCallParser parser = ToolCallParser.of(format, ids());
        List<Delta> all = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
          int end = Math.min(text.length(), at + 1 + random.nextInt(7));
          all.addAll(parser.accept(text.substring(at, end)));
          at = end;
        }
        all.addAll(parser.finish());
        assertThat(ToolCallParser.joined(all)).as(text).isEqualTo(whole);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void forcedCallsComeAsTheyAreWritten(ToolFormat format) {
    String text = sample(format);
    ToolCallParser parser = ToolCallParser.ofForcedCalls(format, ids());
    List<Delta> all = new ArrayList<>();
    text.codePoints().forEach(c -> all.addAll(parser.accept(Character.toString(c))));
    all.addAll(parser.finish());
    assertThat(all)
        .startsWith(
            new Delta.Begin(0, "id0", "add"),
            new Delta.Arguments(0, "{"),
            new Delta.Arguments(0, "\""),
            new Delta.Arguments(0, "a"));
    assertThat(ToolCallParser.joined(all)).isEqualTo(parse(format, text));
    assertThat(ToolCallParser.ofForcedCalls(format, ids()).parse(text))
        .isEqualTo(parse(format, text));
  }

  @Test
  void aForcedCallThatIsCutOffStaysACall() {
    String text = HERMES.substring(0, HERMES.indexOf(" 1}"));
    assertThat(ToolCallParser.ofForcedCalls(ToolFormat.HERMES, ids()).parse(text))
        .isEqualTo(new Answer("", List.of(new ToolCall("id0", "add", "{\"a\":"))));
  }

  @Test
  void aLongCallInManyPiecesTakesLinearTime() {
    StringBuilder text =
        new StringBuilder("<tool_call>{\"name\": \"f\", \"arguments\": {\"s\": \"");
    text.append("if (x) { y(); } ".repeat(20_000)).append("\"}}</tool_call>");
    ToolCallParser parser = ToolCallParser.of(ToolFormat.HERMES, ids());
    List<Delta> all = new ArrayList<>();
    long begin = System.nanoTime();
    for (int i = 0; i < text.length(); i += 4) {
      all.addAll(parser.accept(text.substring(i, Math.min(text.length(), i + 4))));
    }
    all.addAll(parser.finish());
    assertThat(ToolCallParser.joined(all).calls()).hasSize(1);
    assertThat((System.nanoTime() - begin) / 1_000_000_000.0).isLessThan(10);
  }

  @Test
  void idsLookLikeThoseOfOpenAi() {
    assertThat(new ToolCallIds(new Random(1)).get()).matches("call_[A-Za-z0-9]{24}");
  }
}
