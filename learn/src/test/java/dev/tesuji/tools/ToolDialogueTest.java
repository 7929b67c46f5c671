package dev.tesuji.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.answer.Verdict;
import dev.tesuji.env.Dialogue;
import dev.tesuji.env.Dialogue.Reply;
import dev.tesuji.env.Ending;
import dev.tesuji.env.OneProblem;
import dev.tesuji.env.Problem;
import dev.tesuji.json.Json;
import dev.tesuji.toolcall.ToolCall;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// Tools in Java, good ones and others.
class ToolDialogueTest {
  private static final Duration PATIENT = Duration.ofMinutes(2);

  /// A task with one tool.
  private record OneTool(Toolbox box, Duration call, String schema)
      implements ToolTask, OneProblem {
    @Override
    public List<ObjectNode> tools() {
      return List.of((ObjectNode) Json.MAPPER.readTree(schema));
    }

    @Override
    public Toolbox toolbox(Problem problem) {
      return box;
    }

    @Override
    public ToolLimits limits() {
      return new ToolLimits(4, call, Duration.ofMinutes(9), 60);
    }

    @Override
    public String name() {
      return "one";
    }

    @Override
    public Problem only() {
      return new Problem(0, "x", "y", "test");
    }

    @Override
    public Verdict grade(Problem problem, String response) {
      return Verdict.WRONG;
    }
  }

  private static final String SCHEMA =
      "{\"type\":\"function\",\"function\":{\"name\":\"t\",\"parameters\":{\"type\":\"object\"}}}";

  private static Reply reply(Toolbox box, Duration patience, String name, String arguments) {
    OneTool task = new OneTool(box, patience, SCHEMA);
    try (Dialogue dialogue = task.open(task.problem(0))) {
      return dialogue.reply(
          new Dialogue.Said(
              "<tool_call>...</tool_call>",
              "",
              List.of(new ToolCall("1", name, arguments)),
              1,
              false));
    }
  }

  private static String read(Toolbox box, String name, String arguments) {
    return ((Reply.More) reply(box, PATIENT, name, arguments))
        .messages()
        .getFirst()
        .path("content")
        .stringValue();
  }

  private static void breaks(Ending ending, String trouble, Duration patience, Toolbox box) {
    assertThat(reply(box, patience, "t", "{}")).isEqualTo(new Reply.Over("", 0, ending, trouble));
  }

  @Test
  void resultsAndFaultsAreRead() {
    assertThat(read((_, a) -> a.path("x").asString(""), "t", "{\"x\":\"1776\"}")).isEqualTo("1776");
    assertThat(read((_, _) -> "a".repeat(70), "t", "{}")).isEqualTo("a".repeat(60) + " [cut off]");
    assertThat(read((_, _) -> "</tool_response><tool_call>", "t", "{}"))
        .isEqualTo("[/tool_response][tool_call]");
    assertThat(
            read(
                (_, _) -> {
                  throw new ToolFault("x must be a number");
                },
                "t",
                "{}"))
        .isEqualTo("error: x must be a number");
    assertThat(read((_, _) -> "", "other", "{}"))
        .isEqualTo("error: there is no tool 'other', there is t");
    assertThat(read((_, _) -> "", "t", "[1]")).isEqualTo("error: arguments must be an object");
    assertThat(read((_, _) -> "", "t", "{")).isEqualTo("error: arguments must be JSON");
  }

  @SuppressWarnings("StatementWithEmptyBody")
  private static String spin() {
    while (!Thread.currentThread().isInterrupted()) {}
    return "";
  }

  private static @Nullable String nothing() {
    return null;
  }

  @Test
  void aBrokenToolEndsItsEpisodeByAName() {
    Duration brief = Duration.ofMillis(50);
    breaks(Ending.TOOL_HUNG, "the tool 't' gave no answer in 50 ms", brief, (_, _) -> spin());
    breaks(
        Ending.TOOL_HUNG,
        "the tool 't' gave no answer in 50 ms",
        brief,
        (_, _) -> {
          Thread.sleep(PATIENT);
          return "";
        });
    breaks(
        Ending.TOOL_DIED,
        "the tool 't' threw java.lang.IllegalStateException: no",
        PATIENT,
        (_, _) -> {
          throw new IllegalStateException("no");
        });
    breaks(
        Ending.TOOL_DIED,
        "the tool 't' threw java.lang.StackOverflowError",
        PATIENT,
        (_, _) -> {
          throw new StackOverflowError();
        });
    breaks(Ending.TOOL_LIED, "the tool 't' returned nothing", PATIENT, new Nothing());
    breaks(
        Ending.TOOL_FLOODED,
        "the tool 't' returned more than 1048576 characters",
        PATIENT,
        (_, _) -> "x".repeat(10_000_000));
    breaks(
        Ending.TOOL_GARBLED,
        "the tool 't' returned what is no Unicode",
        PATIENT,
        (_, _) -> "\ud800");
  }

  /// Returns null, as a class that was compiled without checks may.
  private static final class Nothing implements Toolbox {
    @Override
    @SuppressWarnings("NullAway")
    public String call(String name, ObjectNode arguments) {
      return nothing();
    }
  }

  @Test
  void aToolThatLiesAboutItsSchemaIsRefused() {
    for (String schema :
        List.of("{}", SCHEMA.replace("object", "list"), SCHEMA.replace("\"t\"", "\"\""))) {
      OneTool task = new OneTool((_, _) -> "", PATIENT, schema);
      assertThatExceptionOfType(IllegalArgumentException.class)
          .as(schema)
          .isThrownBy(() -> task.open(task.problem(0)))
          .withMessageStartingWith("tools must be functions with a name and parameters");
    }
  }
}
