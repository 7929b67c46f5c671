package dev.tesuji.train;

import dev.tesuji.statistics.Interval;
import java.util.function.Supplier;

/// A metric that a [Guardian] holds a policy to: a mean over held-out problems of which more is
/// better, and which the policy is not paid for there.
public interface HeldOutMetric {
  /// Returns what it is called in sentences, such as `accuracy`.
  String name();

  /// Measures the policy as it is.
  ///
  /// @param metrics takes what was found, under `eval/`
  Interval measure(Metrics metrics);

  /// Makes the share of right answers, `eval/accuracy`.
  static HeldOutMetric accuracy(Supplier<Interval> measured) {
    return new HeldOutMetric() {
      @Override
      public String name() {
        return "accuracy";
      }

      @Override
      public Interval measure(Metrics metrics) {
        Interval now = measured.get();
        metrics.put("eval/accuracy", now.mean());
        return now;
      }
    };
  }
}
