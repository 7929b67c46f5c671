package dev.tesuji.endpoint;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Counts what answers have taken: requests, tokens, money.
public final class Spending {
  private final Endpoint.@Nullable Budget budget;
  private long answers;
  private long remembered;
  private long retries;
  private TokenUsage usage = TokenUsage.NONE;

  Spending(Endpoint.@Nullable Budget budget) {
    this.budget = budget;
  }

  /// The counts at one moment.
  ///
  /// @param answers answers that were received, in earlier runs too
  /// @param remembered how often one of them was taken from the file in the place of asking
  /// @param retries requests that were made again
  /// @param usage tokens of all answers
  /// @param cost what they cost; NaN without prices
  public record Totals(long answers, long remembered, long retries, TokenUsage usage, double cost) {
    /// Writes them in one line, for people.
    @Override
    public String toString() {
      String money = Double.isNaN(cost) ? "" : String.format(Locale.ROOT, ", cost %.4f", cost);
      return String.format(
          Locale.ROOT,
          "%,d answers (%,d had already, %,d retries), %,d tokens read, %,d written%s",
          answers,
          remembered,
          retries,
          usage.prompt(),
          usage.completion(),
          money);
    }
  }

  synchronized void add(TokenUsage of) {
    answers++;
    usage = usage.plus(of);
  }

  synchronized void addRemembered() {
    remembered++;
  }

  synchronized void addRetry() {
    retries++;
  }

  /// Returns the counts.
  public synchronized Totals totals() {
    double cost = budget == null ? Double.NaN : budget.prices().cost(usage);
    return new Totals(answers, remembered, retries, usage, cost);
  }

  /// Refuses to ask on once more than the limit was spent.
  void requireRoom(String where) {
    double cost = totals().cost();
    if (budget != null && budget.most() != null && cost >= budget.most()) {
      throw new EndpointFailure(
          where
              + String.format(
                  Locale.ROOT,
                  "the answers cost %.4f, and maxCost is %s; raise it to go on",
                  cost,
                  budget.most()));
    }
  }
}
