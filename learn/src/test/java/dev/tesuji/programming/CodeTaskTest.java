package dev.tesuji.programming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.answer.Verdict;
import dev.tesuji.audit.DataAudit;
import dev.tesuji.audit.RewardAudit;
import dev.tesuji.check.BadInput;
import dev.tesuji.code.Language;
import dev.tesuji.code.Submission;
import dev.tesuji.env.Problem;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.json.Json;
import dev.tesuji.reward.Judgement;
import dev.tesuji.reward.Response;
import dev.tesuji.reward.Reward;
import dev.tesuji.reward.RewardMix;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/// Programming problems in the field's formats: what is right passes, what is wrong does not.
class CodeTaskTest {
  @TempDir Path folder;

  private CodeTask task(ObjectNode row) throws IOException {
    return CodeTasks.of(row, folder);
  }

  private static Verdict grade(CodeTask task, String response) {
    return task.grade(task.heldOut(1).getFirst(), response);
  }

  private static ObjectNode row() {
    return Json.MAPPER.createObjectNode();
  }

  @Test
  void humanEvalsPromptGoesBeforeABody() throws IOException {
    CodeTask task =
        task(
            row()
                .put("task_id", "HumanEval/0")
                .put("prompt", "def add(a, b):\n    \"\"\"Adds.\"\"\"\n")
                .put("canonical_solution", "    return a + b\n")
                .put("test", "def check(candidate):\n    assert candidate(1, 2) == 3\n")
                .put("entry_point", "add"));
    Problem problem = task.heldOut(1).getFirst();
    assertThat(task.prompt(problem)).startsWith("def add");
    assertThat(task.grade(problem, task.goldResponse(problem))).isEqualTo(Verdict.CORRECT);
    assertThat(grade(task, "    return a + b\n\ndef other():\n  syntax error"))
        .isEqualTo(Verdict.CORRECT);
    assertThat(grade(task, "    return a - b\n")).isEqualTo(Verdict.WRONG);
    assertThat(grade(task, "<think>hm</think>\n```python\ndef add(a, b): return b + a\n```"))
        .isEqualTo(Verdict.CORRECT);
  }

  @Test
  void mbppsTestsMustAllHold() throws IOException {
    ObjectNode row = row().put("text", "Write a function.").put("code", "def f(x): return x + K");
    row.put("test_setup_code", "K = 1");
    row.putArray("test_list").add("assert f(1) == 2").add("assert f(2) == 3");
    CodeTask task = task(row);
    Problem problem = task.heldOut(1).getFirst();
    assertThat(task.prompt(problem)).contains("assert f(1) == 2");
    assertThat(grade(task, "def f(x): return x + 1")).isEqualTo(Verdict.CORRECT);
    assertThat(grade(task, "def f(x): return 2")).isEqualTo(Verdict.WRONG);
    Response half = new Response(problem, "def f(x): return 2", new int[0], FinishReason.EOS);
    assertThat(
            new CodeReward(Language.PYTHON, CodeReward.Score.SHARE, CodeTasks.programs())
                .judge(half))
        .isEqualTo(new Judgement.Points(0.5));
    assertThat(
            new CodeReward(Language.PYTHON, CodeReward.Score.ALL, CodeTasks.programs()).judge(half))
        .isEqualTo(new Judgement.Points(0));
  }

  private CodeTask additions(boolean solved) throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      ObjectNode row = row().put("text", "Write a function that adds " + i + ".");
      row.putArray("test_list").add("assert f(1) == " + (1 + i)).add("assert f(2) == " + (2 + i));
      if (solved) {
        row.put("code", "def f(x): return x + " + i);
      }
      rows.append(Json.line(row)).append('\n');
    }
    Path file = Files.writeString(folder.resolve("additions.jsonl"), rows);
    return CodeTasks.of(CodeFormat.MBPP, file, null, new Submission.Limits(20, 256));
  }

  /// Rewards are audited by responses in which other texts stand in the place of a solution.
  @Test
  void rewardsAreAuditedWhereSolutionsAreKnown() throws IOException {
    CodeTask solved = additions(true);
    RewardAudit found = audit(solved);
    assertThat(found.problems()).isEqualTo(Math.toIntExact(solved.size()));
    assertThat(found.complaints()).isEmpty();
    assertThat(found.rows().getFirst().correct()).isEqualTo(1);
    assertThat(found.rows().get(1).correct()).isZero();
    assertThat(DataAudit.of(solved)).isEqualTo(new DataAudit(8, List.of()));
    CodeTask unsolved = additions(false);
    assertThat(unsolved.size()).isPositive();
    assertThat(audit(unsolved)).isEqualTo(new RewardAudit(0, List.of()));
    assertThat(audit(unsolved).complaints()).isEmpty();
    assertThat(audit(unsolved).lines()).isEmpty();
    assertThat(DataAudit.of(unsolved)).isEqualTo(new DataAudit(0, List.of()));
  }

  private static RewardAudit audit(CodeTask task) {
    RewardMix rewards =
        new RewardMix(task, List.of(new RewardMix.Part("accuracy", 1, Reward.accuracy(task))));
    return RewardAudit.of(task, rewards, text -> text.chars().toArray());
  }

  @Test
  void appsReadsInputsOrCallsAFunction() throws IOException {
    CodeTask reads =
        task(
            row()
                .put("question", "Add.")
                .put("input_output", "{\"inputs\": [\"1 2\\n\"], \"outputs\": [\"3\\n\"]}"));
    assertThat(grade(reads, "print(sum(map(int, input().split())))")).isEqualTo(Verdict.CORRECT);
    assertThat(grade(reads, "print(4)")).isEqualTo(Verdict.WRONG);
    CodeTask calls =
        task(
            row()
                .put("question", "Pair.")
                .put(
                    "input_output",
                    "{\"fn_name\": \"pair\", \"inputs\": [[1, \"a\"]], \"outputs\": [[[1, \"a\"]]]}"));
    assertThat(grade(calls, "def pair(a, b): return (a, b)")).isEqualTo(Verdict.CORRECT);
    assertThat(grade(calls, "class Solution:\n  def pair(self, a, b): return [a, b]"))
        .isEqualTo(Verdict.CORRECT);
    assertThat(grade(calls, "def pair(a, b): return (b, a)")).isEqualTo(Verdict.WRONG);
  }

  @Test
  void liveCodeBenchsPrivateTestsAreUnpacked() throws IOException {
    String hidden = "[{\"input\": \"5\\n\", \"output\": \"10\", \"testtype\": \"stdin\"}]";
    CodeTask task =
        task(
            row()
                .put("question_content", "Double.")
                .put(
                    "public_test_cases",
                    "[{\"input\": \"2\\n\", \"output\": \"4\", \"testtype\": \"stdin\"}]")
                .put("private_test_cases", packed(hidden))
                .put("metadata", "{}"));
    assertThat(grade(task, "print(2 * int(input()))")).isEqualTo(Verdict.CORRECT);
    assertThat(grade(task, "print(2 + int(input()))")).isEqualTo(Verdict.WRONG);
    CodeTask calls =
        task(
            row()
                .put("question_content", "Add.")
                .put("starter_code", "class Solution:\n    def add(self, a, b):")
                .put(
                    "public_test_cases",
                    "[{\"input\": \"[1]\\n2\", \"output\": \"3\", \"testtype\": \"functional\"}]")
                .put("metadata", "{\"func_name\": \"add\"}"));
    assertThat(grade(calls, "class Solution:\n  def add(self, a, b): return a[0] + b"))
        .isEqualTo(Verdict.CORRECT);
  }

  /// Packs a text as the data set does: pickle's protocol 4, zlib, base64.
  private static String packed(String text) throws IOException {
    byte[] utf = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer pickle =
        ByteBuffer.allocate(utf.length + 32)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put((byte) 0x80)
            .put((byte) 4)
            .put((byte) 0x95)
            .putLong(utf.length + 7)
            .put((byte) 'X')
            .putInt(utf.length)
            .put(utf)
            .put((byte) 0x94)
            .put((byte) '.');
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
      out.write(pickle.array(), 0, pickle.position());
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  @Test
  void codeforcesAsksItsCheckerWhereOutputsDiffer() throws IOException {
    ObjectNode row =
        row()
            .put("description", "Print a number above the input.")
            .put("time_limit", 20.0)
            .put("memory_limit", 256.0)
            .put(
                "generated_checker",
                "import sys\ni, e, o = [open(p).read() for p in sys.argv[1:4]]\n"
                    + "print(1 if o.strip().isdigit() and int(o) > int(i) else 0)");
    row.putArray("official_tests").addObject().put("input", "3\n").put("output", "4\n");
    CodeTask task = task(row);
    assertThat(grade(task, "print(int(input()) + 5)")).isEqualTo(Verdict.CORRECT);
    assertThat(grade(task, "print(int(input()) - 5)")).isEqualTo(Verdict.WRONG);
  }

  @Test
  void testsThatCannotBeReadNameTheLine() {
    assertThatThrownBy(
            () -> task(row().put("question", "Add.").put("input_output", "{\"inputs\": [")))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("problems.jsonl:1");
  }

  @Test
  void theLastBlockIsTheProgram() {
    assertThat(ProgramText.of("<think>```\nno\n```</think>```py\na\n```\nand\n```\nb\n``` done"))
        .isEqualTo("b");
    assertThat(ProgramText.of("<think>x</think><answer>print(1)</answer>")).isEqualTo("print(1)");
    assertThat(ProgramText.of("print(2)")).isEqualTo("print(2)");
  }
}
