package dev.tesuji.train;

import dev.tesuji.evaluate.Evaluator;
import dev.tesuji.evaluate.TaskAccuracies;
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

  /// Makes the share of right answers, `eval/accuracy`, and where the task is a mixture that on
  /// each of its tasks, `eval/accuracy/TASK`.
  static HeldOutMetric accuracy(Evaluator evaluator) {
    return new HeldOutMetric() {
      @Override
      public String name() {
        return "accuracy";
      }

      @Override
      public Interval measure(Metrics metrics) {
        Evaluator.Sampled sampled = evaluator.sample();
        Interval now = evaluator.summary(sampled).accuracy();
        metrics.put("eval/accuracy", now.mean());
        TaskAccuracies.metrics(sampled.byProblem()).forEach(metrics::put);
        return now;
      }
    };
  }

  /// Makes the share of right answers, `eval/accuracy`, as it is measured elsewhere.
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
