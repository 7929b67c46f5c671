package dev.tesuji.cli;

import dev.tesuji.answer.AnswerKind;
import dev.tesuji.answer.Verdict;
import dev.tesuji.json.JsonLines;
import dev.tesuji.math.MathAnswers;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/// Grades answers.
@Command(
    name = "grade",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Grades answers against gold answers, and programs by their tests, as a reward would.",
    description = {
      "",
      "A line has 'gold' and 'prediction', and may have 'form' and 'gold_form': 'answer' for a bare"
          + " answer, 'response' for a text in which the final answer is found first. Without them"
          + " the prediction is a response and the gold answer is bare. The line written adds 'verdict'"
          + " (correct, wrong, unparseable: the gold answer cannot be read, time_out), 'extracted'"
          + " and 'milliseconds'.",
      "",
      "  ./tesuji grade --task math --in in.jsonl --out out.jsonl",
      "",
      "Programs (--task code) run in a sandbox. A line has 'language' (python, javascript, java,"
          + " cpp), 'program', and either 'inputs' and 'outputs' (texts: standard input, and the"
          + " standard output that is expected) or 'asserts' (statements) with, if need be,"
          + " 'entry_point'; it may have 'seconds' (5) and 'megabytes' (512), which hold for each"
          + " test. The line written adds 'verdict' (passed, wrong, compile_error, time_out, memory,"
          + " sandbox_error), 'passed', 'total', 'milliseconds' (of the slowest test) and 'stderr'.",
      "",
      "  ./tesuji grade --task code --in in.jsonl --out out.jsonl",
      ""
    })
final class GradeCommand implements Runnable {
  /// The kinds of answers by name.
  enum Kind {
    MATH,
    NUMBER,
    CODE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--task",
      required = true,
      paramLabel = "KIND",
      description = "What the answers are: ${COMPLETION-CANDIDATES}.")
  Kind kind = Kind.MATH;

  @Option(
      names = "--strict",
      description =
          "Find answers in responses only where answer tags or a box mark them, as rewards do.")
  boolean strict;

  @Option(
      names = "--unsafe",
      description =
          "Run programs even where nothing can hold them (code): only for code that is trusted.")
  boolean unsafe;

  @Mixin FileOptions files = new FileOptions();

  @Override
  public void run() {
    List<JsonLines.Row> rows = files.read();
    if (kind == Kind.CODE) {
      List<ObjectNode> lines = CodeGrading.grade(rows, unsafe);
      files.write(lines);
      long passed = lines.stream().filter(CodeGrading::passed).count();
      System.out.println(passed + " of " + lines.size() + " passed");
      return;
    }
    if (kind == Kind.MATH && !rows.stream().allMatch(GradeCommand::isNumber)) {
      MathAnswers.of(strict).prepare(); // so that the first answer's time is its own
    }
    AnswerKind answers = answers(strict);
    List<ObjectNode> lines = rows.stream().map(row -> grade(row, answers)).toList();
    files.write(lines);
    long correct =
        lines.stream()
            .filter(l -> l.path("verdict").asString("").equals(Verdict.CORRECT.toString()))
            .count();
    System.out.println(correct + " of " + lines.size() + " correct");
  }

  private AnswerKind answers(boolean marked) {
    return kind == Kind.NUMBER ? MathAnswers.numbers(marked) : MathAnswers.of(marked);
  }

  private static boolean isNumber(JsonLines.Row row) {
    return MathAnswers.numbers(false).isReadable(row.requireText("gold"));
  }

  /// Returns the kind that reads gold answers: they may be worked solutions in prose.
  private AnswerKind lenient() {
    return answers(false);
  }

  private ObjectNode grade(JsonLines.Row row, AnswerKind answers) {
    String gold = row.requireText("gold");
    String prediction = row.requireText("prediction");
    boolean goldIsResponse = isResponse(row, "gold_form", false);
    boolean isResponse = isResponse(row, "form", true);
    long start = System.nanoTime();
    String wanted = goldIsResponse ? lenient().extract(gold) : gold;
    String extracted = isResponse ? answers.extract(prediction) : prediction;
    Verdict verdict = answers.grade(wanted, extracted);
    long end = System.nanoTime();
    ObjectNode line = row.fields().deepCopy();
    line.put("verdict", verdict.toString());
    line.put("extracted", extracted);
    line.put("milliseconds", Math.round((end - start) / 1e3) / 1e3);
    return line;
  }

  private static boolean isResponse(JsonLines.Row row, String field, boolean absent) {
    @Nullable String form = row.text(field);
    if (form == null) {
      return absent;
    }
    return switch (form) {
      case "answer" -> false;
      case "response" -> true;
      default ->
          throw row.bad("field '" + field + "' must be 'answer' or 'response', got '" + form + "'");
    };
  }
}
