package dev.tesuji.bench;

import dev.tesuji.kernel.ProductSpeed;
import dev.tesuji.kernel.Profile;
import dev.tesuji.tensor.Dtype;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;

/// The table of where a benchmark's time went, beside what this machine can do at most.
final class BenchProfile {
  private BenchProfile() {}

  /// Prints a table. Its parts and the rest, which is what no part claims, sum to the whole:
  /// `grading` is what the loop itself spends on handing completions over and waits for; the rules
  /// run on other threads meanwhile.
  ///
  /// @param seconds what all runs took
  /// @param runs how many
  /// @param product the type of the products, whose measured speed is the peak
  static void print(
      Map<String, Profile.Part> parts, double seconds, int runs, Dtype product, PrintStream out) {
    double peak = ProductSpeed.measure(product);
    double bandwidth = ProductSpeed.bandwidth();
    out.printf(
        Locale.ROOT,
        "%nprofile, per run; shares of what this machine reaches in a large %s product (%.0f"
            + " GFLOP/s) and in reading memory (%.1f GB/s)%n%n",
        product,
        peak / 1e9,
        bandwidth / 1e9);
    out.printf(
        "%-16s %9s %6s %9s %6s %8s %6s%n",
        "part", "ms", "time", "GFLOP/s", "share", "GB/s", "share");
    double rest = seconds;
    for (Map.Entry<String, Profile.Part> e : parts.entrySet()) {
      Profile.Part p = e.getValue();
      double took = p.nanos() / 1e9;
      rest -= took;
      out.printf(
          Locale.ROOT,
          "%-16s %9.2f %5.0f%% %9.1f %5.0f%% %8.1f %5.0f%%%n",
          e.getKey(),
          1e3 * took / runs,
          100 * took / seconds,
          p.flops() / took / 1e9,
          100 * p.flops() / took / peak,
          p.bytes() / took / 1e9,
          100 * p.bytes() / took / bandwidth);
    }
    line("the rest", rest, seconds, runs, out);
    line("the whole", seconds, seconds, runs, out);
  }

  private static void line(String name, double took, double seconds, int runs, PrintStream out) {
    out.printf(Locale.ROOT, "%-16s %9.2f %5.0f%%%n", name, 1e3 * took / runs, 100 * took / seconds);
  }
}
