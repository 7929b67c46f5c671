package dev.tesuji.cli;

import dev.tesuji.check.BadInput;
import dev.tesuji.code.CodeGrader;
import dev.tesuji.code.CodeResult;
import dev.tesuji.code.CodeVerdict;
import dev.tesuji.code.Comparison;
import dev.tesuji.code.Language;
import dev.tesuji.code.Submission;
import dev.tesuji.code.Tests;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.sandbox.Sandbox;
import dev.tesuji.tensor.Backend;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Memory;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.tensor.TensorException;
import dev.tesuji.train.MemoryPlan;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;

/// Looks at the machine.
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    header =
        "Says what this machine can do: devices, threads, matrix products, types, memory, and what"
            + " runs programs that are graded.")
final class DoctorCommand implements Runnable {
  private static final int SMALLEST = 128; // rows of matrices
  private static final int LARGEST = 1024;
  private static final double MOMENT = 0.02; // seconds; a product of the next size takes eight

  @Override
  public void run() {
    line("java", Runtime.version() + " (" + System.getProperty("java.vendor") + ")");
    line("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    line("libtorch", Backend.version());
    line("matrix products", Backend.blas());
    line(
        "threads",
        Backend.threads() + " of " + Runtime.getRuntime().availableProcessors() + " processors");
    line("kernels", kernels());
    int gpus = Device.cudaCount();
    line("devices", gpus == 0 ? "cpu" : "cpu and " + gpus + " cuda");
    line(
        "memory",
        MemoryPlan.gigabytes(Memory.available())
            + " available, "
            + MemoryPlan.gigabytes(Memory.resident())
            + " in use here");
    for (Dtype dtype : new Dtype[] {Dtype.FLOAT32, Dtype.BFLOAT16, Dtype.FLOAT16}) {
      line(dtype.toString(), speed(dtype));
    }
    sandbox();
  }

  /// Says what the kernels of dense models and experts compute by.
  private static String kernels() {
    if (!Kernels.available()) {
      return "none: libtorch computes (they take a processor with AVX2 or AVX-512)";
    }
    boolean narrow = Kernels.available(Dtype.BFLOAT16);
    return Kernels.vectorLanes()
        + " floats at a time; products in float32"
        + (narrow ? " and bfloat16" : ", to which bfloat16 is widened");
  }

  /// Says what holds programs that are graded, and in which languages one runs.
  private static void sandbox() {
    try (CodeGrader grader = new CodeGrader(Sandbox.open(false))) {
      line("sandbox", grader.sandbox().description());
      for (Language language : Language.values()) {
        line(language.toString(), trial(grader, language));
      }
    } catch (BadInput e) {
      line("sandbox", "none: " + e.getMessage());
    }
  }

  private static String trial(CodeGrader grader, Language language) {
    Tests tests = new Tests.InputOutput(List.of(""), List.of("1"), Comparison.LINES);
    try {
      CodeResult result =
          grader.grade(
              new Submission(language, language.trial(), tests, new Submission.Limits(30, 512)));
      return result.verdict() == CodeVerdict.PASSED
          ? String.format(Locale.ROOT, "runs, %.0f ms to print a number", result.milliseconds())
          : result.verdict()
              + ": "
              + BadInput.brief(result.stderr())
              + "; install "
              + language.remedy();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }

  private static void line(String name, String value) {
    System.out.printf(Locale.ROOT, "%-16s %s%n", name, value);
  }

  /// Measures products of matrices that grow while one takes less than a moment: a type that the
  /// machine has no instructions for may be a thousand times slower than another.
  private static String speed(Dtype dtype) {
    try (NoGrad _ = NoGrad.on()) {
      int size = SMALLEST;
      double seconds = seconds(dtype, size);
      while (size < LARGEST && seconds < MOMENT) {
        size *= 2;
        seconds = seconds(dtype, size);
      }
      return String.format(
          Locale.ROOT,
          "%.0f GFLOP/s in products of %d x %d by libtorch",
          2e-9 * size * size * size / seconds,
          size,
          size);
    } catch (TensorException e) {
      return "not supported: " + e.getMessage();
    }
  }

  /// Returns the least time of some products, the first of which is not counted.
  private static double seconds(Dtype dtype, int size) {
    try (Scope _ = Scope.open()) {
      Tensor a = Tensor.ones(dtype, size, size);
      double best = Double.MAX_VALUE;
      for (int i = 0; i < 6; i++) {
        try (Scope _ = Scope.open()) {
          long start = System.nanoTime();
          a.matmul(a).select(0, 0).select(0, 0).item();
          if (i > 0) {
            best = Math.min(best, (System.nanoTime() - start) / 1e9);
          }
        }
      }
      return best;
    }
  }
}
