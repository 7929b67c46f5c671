package dev.tesuji.code;

import dev.tesuji.sandbox.Job;
import dev.tesuji.sandbox.Lane;
import dev.tesuji.sandbox.Outcome;
import dev.tesuji.sandbox.Outcome.End;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A program as it is run.
///
/// @param made what is run: the text, where there is nothing to compile
/// @param failure the verdict where there is nothing to run; null where there is
/// @param errors what the compiler wrote
record Compiled(byte[] made, @Nullable CodeVerdict failure, String errors) {
  /// Compiles a program that is one file, in a jail.
  static Compiled of(Toolchain toolchain, Lane lane, String name, byte[] text)
      throws InterruptedException, IOException {
    return switch (toolchain.language()) {
      case PYTHON, JAVASCRIPT -> new Compiled(text, null, "");
      case JAVA, CPP -> of(toolchain, lane, Map.of(name, text), List.of(name));
    };
  }

  /// Compiles files, in a jail.
  ///
  /// @param arguments of the compiler: options, and the names of the sources among the files
  static Compiled of(
      Toolchain toolchain, Lane lane, Map<String, byte[]> files, List<String> arguments)
      throws InterruptedException, IOException {
    Job job = toolchain.compiling(files, arguments);
    Outcome outcome = lane.run(job, new byte[0]);
    if (outcome.end() == End.EXITED && outcome.status() == 0) {
      byte[] made = outcome.output();
      return new Compiled(toolchain.language() == Language.JAVA ? Tar.toJar(made) : made, null, "");
    }
    String errors =
        switch (outcome.end()) {
          case TIME_OUT -> "compiling took more than " + outcome.time().toMillis() / 1000 + " s\n";
          case MEMORY -> "compiling took too much memory\n";
          case OUTPUT -> "compiling made too large a program\n";
          case EXITED, NOT_STARTED -> "";
        };
    CodeVerdict verdict =
        outcome.end() == End.NOT_STARTED ? CodeVerdict.SANDBOX_ERROR : CodeVerdict.COMPILE_ERROR;
    return new Compiled(new byte[0], verdict, errors + outcome.errorText());
  }
}
