package dev.tesuji.play.gtp;

import dev.tesuji.play.Thought;
import dev.tesuji.play.Thought.Candidate;
import dev.tesuji.play.go.Go;
import java.util.List;
import java.util.Locale;

/// The lines of analysis, in Leela Zero's form and in KataGo's.
final class AnalysisText {
  private static final double DEVIATIONS = 1.96; // of the lower bound

  private AnalysisText() {}

  /// Returns a line in Leela Zero's form: rates in hundredths of a per cent.
  static String lz(Thought thought, AnalysisOptions options, Go go) {
    StringBuilder text = new StringBuilder();
    List<Candidate> shown = options.shown(thought);
    for (int order = 0; order < shown.size(); order++) {
      Candidate c = shown.get(order);
      text.append(order == 0 ? "" : " ").append("info move ").append(go.actionName(c.action()));
      text.append(" visits ").append(c.visits());
      text.append(" winrate ").append(basisPoints(c.winRate()));
      text.append(" prior ").append(basisPoints(c.prior()));
      text.append(" lcb ").append(basisPoints(lowerBound(c)));
      text.append(" order ").append(order).append(" pv ").append(variation(c, go));
    }
    return text.toString();
  }

  /// Returns a line in KataGo's form.
  static String kata(Thought thought, AnalysisOptions options, Go go) {
    StringBuilder text = new StringBuilder();
    List<Candidate> shown = options.shown(thought);
    for (int order = 0; order < shown.size(); order++) {
      Candidate c = shown.get(order);
      text.append(order == 0 ? "" : " ").append("info move ").append(go.actionName(c.action()));
      text.append(" visits ").append(c.visits());
      value(text, c.winRate(), c.score());
      text.append(" prior ").append(fraction(c.prior()));
      text.append(" lcb ").append(fraction(lowerBound(c)));
      text.append(" utilityLcb ").append(fraction(2 * lowerBound(c) - 1));
      text.append(" order ").append(order).append(" pv ").append(variation(c, go));
    }
    if (options.rootInfo()) {
      text.append(" rootInfo visits ").append(thought.visits());
      value(text, thought.winRate(), thought.score());
    }
    if (options.ownership() && thought.ownership().length > 0) {
      text.append(" ownership");
      for (float owner : thought.ownership()) {
        text.append(' ').append(fraction(owner));
      }
    }
    return text.toString().strip();
  }

  private static void value(StringBuilder text, double winRate, double score) {
    text.append(" utility ").append(fraction(2 * winRate - 1));
    text.append(" winrate ").append(fraction(winRate));
    text.append(" scoreMean ").append(fraction(score));
    text.append(" scoreStdev 0 scoreLead ").append(fraction(score));
    text.append(" scoreSelfplay ").append(fraction(score));
  }

  private static double lowerBound(Candidate c) {
    double rate = c.winRate();
    double error = Math.sqrt(Math.max(0, rate * (1 - rate)) / Math.max(1, c.visits()));
    return Math.max(0, rate - DEVIATIONS * error);
  }

  static String variation(Candidate c, Go go) {
    return String.join(" ", c.variation().stream().map(go::actionName).toList());
  }

  private static long basisPoints(double rate) {
    return Math.round(rate * 10_000);
  }

  static String fraction(double value) {
    return String.format(Locale.ROOT, "%.6g", Math.abs(value) < 1e-9 ? 0.0 : value);
  }
}
