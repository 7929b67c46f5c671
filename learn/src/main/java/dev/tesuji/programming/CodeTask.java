package dev.tesuji.programming;

import dev.tesuji.answer.Verdict;
import dev.tesuji.check.BadInput;
import dev.tesuji.code.CodeResult;
import dev.tesuji.code.CodeVerdict;
import dev.tesuji.code.Language;
import dev.tesuji.code.Submission;
import dev.tesuji.code.Tests;
import dev.tesuji.dataset.DataFiles;
import dev.tesuji.env.Problem;
import dev.tesuji.env.ProblemSplit;
import dev.tesuji.env.PromptTemplate;
import dev.tesuji.env.SplitTask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Programming problems from data files, graded by running what the model writes.
///
/// The program is the last fenced block of a response, else its answer in tags, else all of it; a
/// body alone is put behind what its problem begins with (HumanEval).
public final class CodeTask implements SplitTask {
  private static final long SEED = 0xC0DE;

  private final String name;
  private final Layout layout;
  private final ProblemSplit split;
  private final Programs programs;

  /// How problems are read, put and graded.
  ///
  /// @param format of the files
  /// @param language the programs'
  /// @param template the prompt
  /// @param limits of a test, where its problem names none
  /// @param badRows what happens to rows that are no problems ([DataFiles])
  public record Layout(
      CodeFormat format,
      Language language,
      PromptTemplate template,
      Submission.Limits limits,
      String badRows) {}

  private CodeTask(String name, Layout layout, ProblemSplit split, Programs programs) {
    this.name = name;
    this.layout = layout;
    this.split = split;
    this.programs = programs;
  }

  /// Reads problems; a tenth of them is held out where no file of its own says which.
  ///
  /// @throws BadInput when a file is missing or has no problem, or the language is not installed
  public static CodeTask read(
      String name, Path file, @Nullable Path heldOutFile, Layout layout, Programs programs) {
    programs.require(layout.language());
    List<Problem> all = problems(file, layout, 0);
    ProblemSplit split =
        heldOutFile == null
            ? ProblemSplit.drawn(all, SEED)
            : ProblemSplit.of(all, problems(heldOutFile, layout, all.size()));
    return new CodeTask(name, layout, split, programs);
  }

  private static List<Problem> problems(Path file, Layout layout, long firstId) {
    List<Problem> problems = new ArrayList<>();
    DataFiles.forEach(
        file,
        layout.badRows(),
        row -> {
          CodeFormat.Asked asked = layout.format().read(row, layout.limits());
          problems.add(
              new Problem(
                  firstId + problems.size(),
                  asked.text(),
                  asked.tests().toJson(),
                  row.place().toString()));
        });
    if (problems.isEmpty()) {
      throw BadInput.in(file, "has no row that is a problem");
    }
    return problems;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ProblemSplit split() {
    return split;
  }

  @Override
  public String prompt(Problem problem) {
    return layout.template().fill(problem.text());
  }

  @Override
  public String response(String completion) {
    return layout.template().thinkingPrefilled() ? "<think>" + completion : completion;
  }

  @Override
  public String extract(String response) {
    return ProgramText.of(response);
  }

  /// Runs the program in a response on its problem's tests.
  public CodeResult run(Problem problem, String response) {
    return programs.grade(layout.language(), problem, response);
  }

  /// Returns what the author of a program may see of its standard error: nothing that the tests
  /// wrote.
  public String errors(Problem problem, CodeResult result) {
    boolean own =
        result.verdict() == CodeVerdict.COMPILE_ERROR
            || CodeTests.read(problem.answer()).tests() instanceof Tests.InputOutput;
    return own ? result.stderr() : "";
  }

  @Override
  public Verdict grade(Problem problem, String response) {
    return switch (run(problem, response).verdict()) {
      case PASSED -> Verdict.CORRECT;
      case WRONG, COMPILE_ERROR, TIME_OUT, MEMORY -> Verdict.WRONG;
      case SANDBOX_ERROR -> Verdict.VERIFIER_ERROR;
    };
  }

  /// Writes the solution that the data has; nothing where they have none.
  @Override
  public String goldResponse(Problem problem) {
    String program = program(problem.answer());
    return program.isBlank() ? "" : "```\n" + program + "\n```";
  }

  /// Returns the solution beside tests; an answer that is none, as the audit of rewards has them,
  /// as it is.
  private static String program(String answer) {
    try {
      return CodeTests.read(answer).solution();
    } catch (BadInput _) {
      return answer;
    }
  }
}
