package dev.tesuji.bench;

import dev.tesuji.check.BadInput;
import dev.tesuji.code.CodeGrader;
import dev.tesuji.code.CodeResult;
import dev.tesuji.code.CodeVerdict;
import dev.tesuji.code.Comparison;
import dev.tesuji.code.Language;
import dev.tesuji.code.Submission;
import dev.tesuji.code.Tests;
import dev.tesuji.json.Json;
import dev.tesuji.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/// Measures how many programs the sandbox judges in a second.
@Command(
    name = "code",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Says how many programs are graded in a second on a core, each in a jail of its own.",
    description = {
      "",
      "The programs are as short as programs can be, so that what is measured is the start of an"
          + " interpreter and the walls around it. 'output' programs read a number and print its"
          + " double; 'statements' programs define a function that one statement calls.",
      "",
      "All processors that this process may use are kept busy. For one core:",
      "",
      "  taskset -c 0 ./tesuji bench code",
      ""
    })
final class BenchCodeCommand implements Runnable {
  private static final int WARM_UP = 8; // seconds; the JVM compiles meanwhile

  @Option(
      names = "--seconds",
      defaultValue = "10",
      paramLabel = "S",
      description = "How long each kind is measured. Default: ${DEFAULT-VALUE}.")
  double seconds = 10;

  @Option(names = "--json", description = "Prints JSON as the last line.")
  boolean json;

  /// The outcome of a stretch of grading.
  ///
  /// @param rate verdicts in a second
  /// @param milliseconds the median of what the program's own clock showed
  /// @param undisturbed within how many milliseconds the fastest tenth of the verdicts came, which
  ///   other work on the machine has held up least
  /// @param own processor time of this process, in milliseconds for each verdict
  /// @param others that of the processes that it started
  private record Found(
      double rate, double milliseconds, double undisturbed, double own, double others) {}

  /// A verdict: what the program's clock showed, and what ours, in milliseconds.
  private record Timed(double program, double whole) {}

  @Override
  public void run() {
    if (!(seconds > 0)) {
      throw new BadInput("option --seconds must be above 0, got " + seconds);
    }
    ObjectNode out = Json.MAPPER.createObjectNode().put("bench", "code");
    try (CodeGrader grader = new CodeGrader(Sandbox.open(false))) {
      if (!grader.knows(Language.PYTHON)) {
        throw new BadInput("bench code needs " + Language.PYTHON.remedy());
      }
      int lanes = grader.sandbox().lanes();
      out.put("sandbox", grader.sandbox().description()).put("lanes", lanes);
      System.out.println("sandbox: " + grader.sandbox().description());
      measured(grader, "output", BenchCodeCommand::output, out);
      measured(grader, "statements", BenchCodeCommand::statements, out);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BadInput("interrupted", e);
    }
    if (json) {
      System.out.println(Json.line(out));
    }
  }

  private void measured(
      CodeGrader grader, String kind, IntFunction<Submission> programs, ObjectNode out)
      throws InterruptedException {
    int lanes = grader.sandbox().lanes();
    stretch(grader, programs, WARM_UP);
    Found found = stretch(grader, programs, seconds);
    double rate = found.rate / lanes;
    System.out.printf(
        Locale.ROOT,
        "%-10s %6.1f verdicts/s per core; a verdict takes %.1f ms of a processor (%.1f here, %.1f in"
            + " the jail and around it), its program %.1f ms on the clock; the fastest tenth came within"
            + " %.1f ms%n",
        kind,
        rate,
        found.own + found.others,
        found.own,
        found.others,
        found.milliseconds,
        found.undisturbed);
    out.putObject(kind)
        .put("verdicts_per_second_and_core", rate)
        .put("own_milliseconds", found.own)
        .put("jail_milliseconds", found.others)
        .put("program_milliseconds", found.milliseconds)
        .put("fastest_tenth_milliseconds", found.undisturbed);
  }

  private static Found stretch(CodeGrader grader, IntFunction<Submission> programs, double seconds)
      throws InterruptedException {
    int lanes = grader.sandbox().lanes();
    AtomicInteger next = new AtomicInteger();
    double[] before = processorMillis();
    long begun = System.nanoTime();
    long end = begun + (long) (seconds * 1e9);
    List<Timed> times = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(lanes)) {
      List<Future<List<Timed>>> all = new ArrayList<>();
      for (int i = 0; i < lanes; i++) {
        all.add(
            threads.submit(() -> {
              List<Timed> mine = new ArrayList<>();
              while (System.nanoTime() < end) {
                mine.add(graded(grader, programs.apply(next.getAndIncrement())));
              }
              return mine;
            }));
      }
      for (Future<List<Timed>> one : all) {
        times.addAll(one.get());
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof BadInput bad ? bad : new IllegalStateException(e.getCause());
    }
    double took = (System.nanoTime() - begun) / 1e9;
    double[] after = processorMillis();
    double[] inside = times.stream().mapToDouble(Timed::program).sorted().toArray();
    double[] whole = times.stream().mapToDouble(Timed::whole).sorted().toArray();
    int count = times.size();
    return new Found(
        count / took,
        inside[count / 2],
        whole[count / 10],
        (after[0] - before[0]) / count,
        (after[1] - before[1]) / count);
  }

  private static Timed graded(CodeGrader grader, Submission submission)
      throws InterruptedException {
    long start = System.nanoTime();
    CodeResult result = grader.grade(submission);
    if (result.verdict() != CodeVerdict.PASSED) {
      throw new BadInput("a right program was judged " + result.verdict() + ": " + result.stderr());
    }
    return new Timed(result.milliseconds(), (System.nanoTime() - start) / 1e6);
  }

  private static Submission output(int number) {
    return new Submission(
        Language.PYTHON,
        "print(2 * int(input()))\n",
        new Tests.InputOutput(List.of(number + "\n"), List.of(2 * number + "\n"), Comparison.LINES),
        Submission.Limits.DEFAULT);
  }

  private static Submission statements(int number) {
    return new Submission(
        Language.PYTHON,
        "def twice(x):\n  return 2 * x\n",
        new Tests.Asserts(List.of("assert twice(" + number + ") == " + 2 * number), null),
        Submission.Limits.DEFAULT);
  }

  /// Returns the processor time of this process, and of those of its children that have ended, in
  /// milliseconds.
  private static double[] processorMillis() {
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"));
      long[] ticks =
          Arrays.stream(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1))
              .skip(11) // utime, stime, cutime, cstime
              .limit(4)
              .mapToLong(Long::parseLong)
              .toArray();
      return new double[] {(ticks[0] + ticks[1]) * 10.0, (ticks[2] + ticks[3]) * 10.0};
    } catch (IOException e) {
      throw new BadInput("/proc/self/stat cannot be read: " + e.getMessage(), e);
    }
  }
}
