package dev.tesuji.code;

import dev.tesuji.sandbox.Job;
import dev.tesuji.sandbox.Lane;
import dev.tesuji.sandbox.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A language's programs on this machine: what compiles and what runs.
///
/// @param language the language
/// @param program the interpreter, the virtual machine, or the compiler
/// @param readable folders outside `/usr` that it needs
/// @param starters the files of ours in which programs begin, by their names; empty where there are
///   none, or none yet
record Toolchain(
    Language language, Path program, List<Path> readable, Map<String, byte[]> starters) {
  private static final List<Path> PLACES =
      List.of(Path.of("/usr/bin"), Path.of("/usr/local/bin"), Path.of("/bin"));
  private static final int COMPILER_MEGABYTES = 1536;
  private static final int COMPILER_OUTPUT = 64 << 20;
  private static final int COMPILER_SECONDS = 10; // of a processor's time
  private static final Duration COMPILER_TIME = Duration.ofSeconds(60);

  /// What a process of a runtime holds besides the program's own data.
  private static final int PYTHON_BASE = 16;

  private static final int NODE_BASE = 96;
  private static final int JAVA_BASE = 160;
  private static final int ADDRESSES = 512; // megabytes of address space that are never touched

  /// Returns the language's programs, or null where they are not installed.
  static @Nullable Toolchain find(Language language) {
    return switch (language) {
      case PYTHON -> named(language, "python3");
      case JAVASCRIPT -> named(language, "node");
      case CPP -> named(language, "g++");
      case JAVA -> java();
    };
  }

  private static @Nullable Toolchain named(Language language, String name) {
    for (Path place : PLACES) {
      Path program = place.resolve(name);
      if (Files.isExecutable(program)) {
        return new Toolchain(language, program, List.of(), Map.of());
      }
    }
    return null;
  }

  /// Returns the JDK that this process runs on.
  private static @Nullable Toolchain java() {
    Path home = Path.of(System.getProperty("java.home"));
    if (!Files.isExecutable(home.resolve("bin/javac"))) {
      return named(Language.JAVA, "javac");
    }
    boolean system = home.startsWith("/usr");
    return new Toolchain(
        Language.JAVA, home.resolve("bin/javac"), system ? List.of() : List.of(home), Map.of());
  }

  /// Returns the same, with the files in which programs begin, which are made on a lane where there
  /// are none yet.
  Toolchain ready(Lane lane) throws InterruptedException, IOException {
    return language != Language.PYTHON || !starters.isEmpty()
        ? this
        : new Toolchain(language, program, readable, PythonStart.files(this, lane));
  }

  /// Returns a file in which programs begin.
  byte[] starter(String name) {
    return Objects.requireNonNull(starters.get(name), name);
  }

  /// Returns the name that a program's file must have.
  String fileName(String program) {
    return switch (language) {
      case PYTHON -> "main.py";
      case JAVASCRIPT -> "main.js";
      case CPP -> "main.cpp";
      case JAVA -> JavaSource.of(program).fileName();
    };
  }

  /// Returns the job that compiles files and writes the result to its standard output, for a
  /// language with a compiler.
  ///
  /// @param arguments of the compiler: options, and the names of the sources among the files
  Job compiling(Map<String, byte[]> files, List<String> arguments) {
    String given =
        arguments.stream()
            .map(a -> files.containsKey(a) ? Job.BOX + a : a)
            .collect(Collectors.joining(" "));
    String script =
        switch (language) {
          case PYTHON, JAVASCRIPT -> throw new IllegalStateException(language + " is not compiled");
          case CPP ->
              program
                  + " -std=gnu++20 -O2 -pipe -fmax-errors=5 -o "
                  + Job.SCRATCH
                  + "main "
                  + given
                  + " && cat "
                  + Job.SCRATCH
                  + "main";
          case JAVA ->
              program
                  + " -J-XX:TieredStopAtLevel=1 -J-XX:+UseSerialGC -J-XX:-UsePerfData -proc:none"
                  + " -nowarn -Xmaxerrs 5 -encoding UTF-8 -d "
                  + Job.SCRATCH
                  + "classes "
                  + given
                  + " && cd "
                  + Job.SCRATCH
                  + "classes && tar -cf - --format=ustar *";
        };
    return new Job(
        List.of("/bin/sh", "-c", "ulimit -t " + COMPILER_SECONDS + " && " + script),
        files,
        readable,
        new Limits(COMPILER_TIME, COMPILER_MEGABYTES, 0, COMPILER_OUTPUT),
        true);
  }

  /// Returns the job that says whether a program that failed is one of its language at all, where
  /// no compiler has: it ends with another status than 0 where it is none.
  @Nullable Job checking(String name, byte[] text) {
    String file = Job.BOX + name;
    List<String> command =
        switch (language) {
          case PYTHON ->
              List.of(
                  program.toString(),
                  "-I",
                  "-S",
                  "-c",
                  "import sys; compile(open(sys.argv[1], 'rb').read(), sys.argv[1], 'exec',"
                      + " dont_inherit=True)",
                  file);
          case JAVASCRIPT -> List.of(program.toString(), "--check", file);
          case CPP, JAVA -> List.of();
        };
    return command.isEmpty() ? null : job(command, Map.of(name, text), Submission.Limits.DEFAULT);
  }

  /// Returns the job that runs a program.
  ///
  /// @param name the name of its file
  /// @param made what compiling it made, or its text
  Job running(String name, byte[] made, Submission.Limits limits, long outputBytes) {
    return limited(
        switch (language) {
          case PYTHON ->
              job(
                  PythonStart.command(this, PythonStart.SCRIPT),
                  Map.of(name, made, PythonStart.SCRIPT, starter(PythonStart.SCRIPT)),
                  limits);
          case JAVASCRIPT ->
              job(
                  List.of(
                      program.toString(),
                      "--max-old-space-size=" + limits.megabytes(),
                      "--stack-size=48000",
                      Job.BOX + name),
                  name,
                  made,
                  limits);
          case CPP -> job(List.of(Job.BOX + "main"), "main", made, limits);
          case JAVA -> {
            List<String> command = new ArrayList<>(List.of(program.resolveSibling("java") + ""));
            command.addAll(
                List.of(
                    "-Xmx" + limits.megabytes() + "m",
                    "-Xss60m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:-UsePerfData",
                    "-Xshare:auto",
                    "-ea",
                    "-cp",
                    Job.BOX + "main.jar",
                    name));
            yield job(command, "main.jar", made, limits);
          }
        },
        outputBytes);
  }

  private static Job limited(Job job, long outputBytes) {
    Limits l = job.limits();
    return new Job(
        job.command(),
        job.files(),
        job.readable(),
        new Limits(l.time(), l.megabytes(), l.addressMegabytes(), outputBytes),
        job.forks());
  }

  private Job job(List<String> command, String name, byte[] made, Submission.Limits limits) {
    return job(command, Map.of(name, made), limits);
  }

  /// Returns a job with what the language's runtime takes added to the limits.
  Job job(List<String> command, Map<String, byte[]> files, Submission.Limits limits) {
    int megabytes = limits.megabytes();
    Duration time = Duration.ofNanos((long) (limits.seconds() * 1e9));
    Limits most =
        switch (language) {
          case PYTHON -> new Limits(time, megabytes + PYTHON_BASE, megabytes + ADDRESSES, 1 << 20);
          case CPP -> new Limits(time, megabytes + 4, megabytes + ADDRESSES, 1 << 20);
          case JAVASCRIPT -> new Limits(time, megabytes + NODE_BASE, 0, 1 << 20);
          case JAVA -> new Limits(time, megabytes + JAVA_BASE, 0, 1 << 20);
        };
    return new Job(command, files, readable, most, false);
  }
}
