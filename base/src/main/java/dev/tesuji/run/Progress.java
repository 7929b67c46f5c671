package dev.tesuji.run;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/// Shows how far a stage is, how fast it goes and how long it will take.
///
/// On a terminal one line is redrawn; elsewhere a line is printed now and then.
public final class Progress {
  /// The system property with which ./tesuji says that standard error is a terminal.
  private static final String TERMINAL = "tesuji.terminal";

  private static final int BAR = 24;
  private static final long QUIET_NANOS = Duration.ofSeconds(10).toNanos();

  private final PrintStream out;
  private final boolean terminal;
  private final String name;
  private final int steps;
  private final int firstStep;
  private final long start = System.nanoTime();
  private long lastPrinted;
  private int lastWidth;

  /// Starts at a step.
  ///
  /// @param out where to write
  /// @param terminal whether a line can be redrawn there
  /// @param done how many of the steps are done already
  public Progress(PrintStream out, boolean terminal, String name, int steps, int done) {
    this.out = out;
    this.terminal = terminal;
    this.name = name;
    this.steps = steps;
    this.firstStep = done;
    this.lastPrinted = start - QUIET_NANOS;
  }

  /// Makes one on standard error.
  public static Progress onConsole(String name, int steps, int done) {
    return new Progress(System.err, Boolean.getBoolean(TERMINAL), name, steps, done);
  }

  /// Shows that a number of steps is done.
  ///
  /// @param note what else to show, such as `reward 0.71`
  public void update(int done, String note) {
    long now = System.nanoTime();
    boolean last = done >= steps;
    if (!terminal && !last && now - lastPrinted < QUIET_NANOS) {
      return;
    }
    lastPrinted = now;
    double seconds = (now - start) / 1e9;
    double perStep = seconds / Math.max(1, done - firstStep);
    String line = line(name, done, steps, perStep, note);
    if (terminal) {
      String padding = " ".repeat(Math.max(0, lastWidth - line.length()));
      lastWidth = line.length();
      out.print("\r" + line + padding + (last ? "\n" : ""));
    } else {
      out.println(line);
    }
    out.flush();
  }

  /// Leaves the line that is being redrawn, for other output.
  public void interrupt() {
    if (terminal && lastWidth > 0) {
      out.println();
      lastWidth = 0;
    }
  }

  public static String line(String name, int done, int steps, double secondsPerStep, String note) {
    int filled = steps == 0 ? BAR : (int) ((long) BAR * done / steps);
    String rate =
        secondsPerStep >= 0.1
            ? String.format(Locale.ROOT, "%.2f s/step", secondsPerStep)
            : String.format(Locale.ROOT, "%.0f steps/s", 1 / Math.max(1e-9, secondsPerStep));
    return String.format(
        Locale.ROOT,
        "%s %d/%d [%s%s] %d%%  %s  %s left  %s",
        name,
        done,
        steps,
        "=".repeat(filled),
        " ".repeat(BAR - filled),
        steps == 0 ? 100 : 100L * done / steps,
        rate,
        time((steps - done) * secondsPerStep),
        note);
  }

  /// Writes a time span for people: `42s`, `3m07s`, `2h05m`.
  public static String time(double seconds) {
    long s = Math.round(seconds);
    if (s < 60) {
      return s + "s";
    }
    return s < 3600
        ? String.format(Locale.ROOT, "%dm%02ds", s / 60, s % 60)
        : String.format(Locale.ROOT, "%dh%02dm", s / 3600, s / 60 % 60);
  }
}
