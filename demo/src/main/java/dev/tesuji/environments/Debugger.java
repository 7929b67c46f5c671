package dev.tesuji.environments;

import dev.tesuji.chat.Conversation;
import dev.tesuji.code.CodeResult;
import dev.tesuji.code.CodeVerdict;
import dev.tesuji.env.Dialogue;
import dev.tesuji.env.DialogueTask;
import dev.tesuji.env.Ending;
import dev.tesuji.env.Problem;
import dev.tesuji.env.WrappedTask;
import dev.tesuji.programming.CodeTask;
import java.util.List;

/// Programming problems with a debugger loop: a program that fails is told how, and may be written
/// again.
///
/// What is told is the verdict, how many tests passed, and what the compiler or, where tests are
/// inputs and outputs, the program wrote to standard error: never a test or what it expects. The
/// last program is graded.
///
/// @param inner the problems, and how their programs are graded
/// @param attempts the most programs
public record Debugger(CodeTask inner, int attempts) implements DialogueTask, WrappedTask {
  private static final int SHOWN = 600; // characters of standard error

  @Override
  public Dialogue open(Problem problem) {
    return new Dialogue() {
      @Override
      public Reply reply(Said said) {
        CodeResult result = inner.run(problem, said.text());
        if (result.verdict() == CodeVerdict.SANDBOX_ERROR) {
          return new Reply.Over(said.text(), 0, Ending.TOOL_DIED, result.stderr());
        }
        if (result.verdict() == CodeVerdict.PASSED) {
          return new Reply.Over(said.text(), 0);
        }
        return new Reply.More(List.of(Conversation.message("user", told(problem, result))), 0);
      }

      @Override
      public String outcome(Said last) {
        return last.text();
      }
    };
  }

  private String told(Problem problem, CodeResult result) {
    String error = inner.errors(problem, result).strip();
    String end = error.length() > SHOWN ? error.substring(error.length() - SHOWN) : error;
    return result.verdict()
        + ": "
        + result.passed()
        + " of "
        + result.total()
        + " tests passed."
        + (end.isEmpty() ? "" : "\n" + end)
        + "\nWrite the whole program again.";
  }

  @Override
  public List<String> turnEnds() {
    return List.of("</answer>");
  }

  @Override
  public int turns() {
    return attempts;
  }
}
