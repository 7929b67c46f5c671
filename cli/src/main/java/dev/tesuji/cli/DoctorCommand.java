package dev.tesuji.cli;

import dev.tesuji.tensor.Backend;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Memory;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.tensor.TensorException;
import dev.tesuji.train.MemoryPlan;
import java.util.Locale;
import picocli.CommandLine.Command;

/// Looks at the machine.
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    header = "Says what this machine can do: devices, threads, matrix products, types, memory.")
final class DoctorCommand implements Runnable {
  private static final int SIZE = 1024;

  @Override
  public void run() {
    line("java", Runtime.version() + " (" + System.getProperty("java.vendor") + ")");
    line("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    line("libtorch", Backend.version());
    line("matrix products", Backend.blas());
    line(
        "threads",
        Backend.threads() + " of " + Runtime.getRuntime().availableProcessors() + " processors");
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
  }

  private static void line(String name, String value) {
    System.out.printf(Locale.ROOT, "%-16s %s%n", name, value);
  }

  private static String speed(Dtype dtype) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      Tensor a = Tensor.ones(dtype, SIZE, SIZE);
      double best = Double.MAX_VALUE;
      for (int i = 0; i < 6; i++) {
        try (Scope _ = Scope.open()) {
          long start = System.nanoTime();
          a.matmul(a).select(0, 0).select(0, 0).item();
          best = Math.min(best, (System.nanoTime() - start) / 1e9);
        }
      }
      return String.format(
          Locale.ROOT,
          "%.0f GFLOP/s in products of %d x %d",
          2e-9 * SIZE * SIZE * SIZE / best,
          SIZE,
          SIZE);
    } catch (TensorException e) {
      return "not supported: " + e.getMessage();
    }
  }
}
