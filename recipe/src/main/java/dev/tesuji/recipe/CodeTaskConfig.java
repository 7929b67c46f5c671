package dev.tesuji.recipe;

import dev.tesuji.check.BadInput;
import dev.tesuji.code.Language;
import dev.tesuji.code.Submission;
import dev.tesuji.dataset.DataFiles;
import dev.tesuji.env.PromptTemplate;
import dev.tesuji.env.Task;
import dev.tesuji.programming.CodeFormat;
import dev.tesuji.programming.CodeTask;
import dev.tesuji.programming.Programs;
import dev.tesuji.yaml.Named;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Tasks whose answers are programs.
public interface CodeTaskConfig {
  /// Programming problems from data files, graded by running what the model writes.
  ///
  /// @param heldOut the file to evaluate on; null to hold part of `data` out
  /// @param format of the files; `auto` tells it by their columns
  /// @param language the programs'
  /// @param template the prompt: `plain`, `r1-zero`, `chat` (the user's turn in the model's chat
  ///   template), or a text with {problem} in it
  /// @param seconds what a test may take, where its problem does not say
  /// @param megabytes the memory that a test may take, where its problem does not say
  /// @param unsafe whether programs run even where no sandbox can be had
  /// @param badRows what happens to rows that are no problems: `error` lists them and ends, `skip`
  ///   leaves them out and counts them, a number does so for at most so many
  @Named("code")
  record Code(
      @Nullable Path heldOut,
      CodeFormat format,
      Language language,
      String template,
      double seconds,
      int megabytes,
      boolean unsafe,
      String badRows)
      implements TaskConfig {
    /// Python, five seconds and 512 megabytes a test.
    public static final Code DEFAULT =
        new Code(null, CodeFormat.AUTO, Language.PYTHON, "plain", 5, 512, false, "error");

    /// Checks the ranges.
    public Code {
      new Submission.Limits(seconds, megabytes);
      DataFiles.requirePolicy(badRows);
    }

    @Override
    public Task open(@Nullable Path data) {
      return read(format, this, data);
    }
  }

  /// HumanEval from its own file.
  ///
  /// @param heldOut the file to evaluate on; null to hold part of `data` out
  /// @param template the prompt, as of the kind `code`
  /// @param unsafe whether programs run even where no sandbox can be had
  @Named("humaneval")
  record HumanEval(@Nullable Path heldOut, String template, boolean unsafe) implements TaskConfig {
    /// The beginning of a function and nothing else.
    public static final HumanEval DEFAULT = new HumanEval(null, "plain", false);

    @Override
    public Task open(@Nullable Path data) {
      return read(CodeFormat.HUMANEVAL, like(heldOut, template, unsafe), data);
    }
  }

  /// MBPP from its own files.
  ///
  /// @param heldOut the file to evaluate on; null to hold part of `data` out
  /// @param template the prompt, as of the kind `code`
  /// @param unsafe whether programs run even where no sandbox can be had
  @Named("mbpp")
  record Mbpp(@Nullable Path heldOut, String template, boolean unsafe) implements TaskConfig {
    /// The problem with its tests, and nothing else.
    public static final Mbpp DEFAULT = new Mbpp(null, "plain", false);

    @Override
    public Task open(@Nullable Path data) {
      return read(CodeFormat.MBPP, like(heldOut, template, unsafe), data);
    }
  }

  /// LiveCodeBench from its own files.
  ///
  /// @param heldOut the file to evaluate on; null to hold part of `data` out
  /// @param template the prompt, as of the kind `code`
  /// @param unsafe whether programs run even where no sandbox can be had
  @Named("livecodebench")
  record LiveCodeBench(@Nullable Path heldOut, String template, boolean unsafe)
      implements TaskConfig {
    /// The problem and nothing else.
    public static final LiveCodeBench DEFAULT = new LiveCodeBench(null, "plain", false);

    @Override
    public Task open(@Nullable Path data) {
      return read(CodeFormat.LIVECODEBENCH, like(heldOut, template, unsafe), data);
    }
  }

  private static Code like(@Nullable Path heldOut, String template, boolean unsafe) {
    Code code = Code.DEFAULT;
    return new Code(
        heldOut,
        code.format(),
        code.language(),
        template,
        code.seconds(),
        code.megabytes(),
        unsafe,
        code.badRows());
  }

  private static Task read(CodeFormat format, Code code, @Nullable Path data) {
    if (data == null) {
      throw new BadInput(
          "a task of programs needs 'data', the file with its problems (on the command line:"
              + " data=FILE)");
    }
    return CodeTask.read(
        format == CodeFormat.AUTO ? "code" : format.toString(),
        data,
        code.heldOut(),
        new CodeTask.Layout(
            format,
            code.language(),
            PromptTemplate.named(code.template()),
            new Submission.Limits(code.seconds(), code.megabytes()),
            code.badRows()),
        Programs.of(code.unsafe()));
  }
}
