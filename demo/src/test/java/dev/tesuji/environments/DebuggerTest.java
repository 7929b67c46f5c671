package dev.tesuji.environments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.answer.Verdict;
import dev.tesuji.env.Dialogue;
import dev.tesuji.env.Dialogue.Reply;
import dev.tesuji.env.Problem;
import dev.tesuji.json.Json;
import dev.tesuji.programming.CodeTasks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/// Programs that are written again until their tests pass.
class DebuggerTest {
  @TempDir private Path folder = Path.of("");

  private Debugger debugger(ObjectNode row) throws IOException {
    return new Debugger(CodeTasks.of(row, folder), 3);
  }

  private static ObjectNode sums() {
    ObjectNode row = Json.MAPPER.createObjectNode().put("prompt", "Add two numbers.");
    row.putArray("inputs").add("1 2\n").add("20 30\n");
    row.putArray("outputs").add("3\n").add("50\n");
    return row;
  }

  private static Reply reply(Dialogue dialogue, String program, int turn) {
    String text = "```python\n" + program + "\n```";
    return dialogue.reply(new Dialogue.Said(text, text, List.of(), turn, turn == 3));
  }

  private static String told(Reply reply) {
    return ((Reply.More) reply).messages().getFirst().path("content").stringValue();
  }

  @Test
  void aProgramThatFailsIsToldHowAndMayBeWrittenAgain() throws IOException {
    Debugger task = debugger(sums());
    Problem problem = task.heldOut(1).getFirst();
    try (Dialogue dialogue = task.open(problem)) {
      assertThat(told(reply(dialogue, "a, b = input().split()\nprint(3)", 1)))
          .isEqualTo("wrong: 1 of 2 tests passed.\nWrite the whole program again.");
      assertThat(told(reply(dialogue, "print(int(input()))", 2)))
          .startsWith("wrong: 0 of 2 tests passed.\n")
          .contains("ValueError: invalid literal for int()")
          .endsWith("\nWrite the whole program again.");
      Reply over = reply(dialogue, "print(sum(map(int, input().split())))", 3);
      assertThat(over).isInstanceOf(Reply.Over.class);
      assertThat(task.grade(problem, ((Reply.Over) over).response())).isEqualTo(Verdict.CORRECT);
    }
  }

  @Test
  void whatIsToldNamesNoTest() throws IOException {
    ObjectNode row = Json.MAPPER.createObjectNode().put("prompt", "Square.");
    row.putArray("asserts").add("assert f(7) == 49").add("assert f(8) == 64");
    Debugger task = debugger(row);
    try (Dialogue dialogue = task.open(task.heldOut(1).getFirst())) {
      assertThat(told(reply(dialogue, "def f(x): return 49", 1)))
          .isEqualTo("wrong: 1 of 2 tests passed.\nWrite the whole program again.");
      assertThat(told(reply(dialogue, "def f(x: return 49", 2)))
          .startsWith("compile_error: 0 of 2 tests passed.\n")
          .doesNotContain("64");
    }
  }

  @Test
  void theLastProgramIsGradedAfterAllAttempts() throws IOException {
    Debugger task = debugger(sums());
    assertThat(task.turns()).isEqualTo(3);
    Problem problem = task.heldOut(1).getFirst();
    try (Dialogue dialogue = task.open(problem)) {
      Dialogue.Said last = new Dialogue.Said("print(3)", "print(3)", List.of(), 3, true);
      assertThat(task.grade(problem, dialogue.outcome(last))).isEqualTo(Verdict.WRONG);
    }
  }
}
